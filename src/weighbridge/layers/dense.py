"""Fully connected layers."""

from __future__ import annotations

from weighbridge.formula import Dim, Expr, times, total
from weighbridge.layers._settings import Size, whole
from weighbridge.model import Dims, Expected, Kind, Shape, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar


class Dense(Kind):
    """Every unit reads every value of the last axis; other axes are positions it is repeated over.

    kernel (n_in, units), bias (units). MACs: the kernel once for every position.
    """

    each: ClassVar[tuple[str, str] | None] = ("unit", "units")

    units: int | None
    bias: bool = True

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        n_in = Dim("n_in", size(incoming[0], -1) if incoming else None, "inputs: the last axis")
        units = Dim("units", self.units, "outputs")
        kernel = Expected("kernel", (n_in, units))
        return (kernel, Expected("bias", (units,))) if self.bias else (kernel,)

    def output(self, *incoming: Shape | None) -> Dims | None:
        shape = incoming[0] if incoming else None
        if shape is None:
            return None
        units = Dim("units", self.units, "outputs")
        return (*(Dim("n", length, "positions") for length in shape[:-1]), units)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        kernel = self.tensors(*incoming)[0]
        return None if outgoing is None else times(*kernel.dims, *_positions(outgoing))

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        count = total(tensor.dims for tensor in self.tensors(*incoming))
        return None if outgoing is None else times(count, *_positions(outgoing))


def _positions(outgoing: Shape) -> Dims:
    return tuple(Dim("n", length, "positions") for length in outgoing[:-1])


def _keras_dense(
    units: Size, activation: object = None, use_bias: bool = True, **_: object
) -> Dense:
    return Dense(units=whole(units, "units"), bias=bool(use_bias))


SPELLINGS = {"keras:Dense": _keras_dense}
KINDS = (Dense,)
