"""The product of two inputs, weighted for each pair of their values."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim, Expr, times
from weighbridge.layers._axes import named, settled
from weighbridge.layers._torch import count
from weighbridge.layers._window import spelled
from weighbridge.model import Dims, Expected, Kind, Shape, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from weighbridge.layers._settings import Ignored, Size

_INPUTS = 2


class Bilinear(Kind):
    """Every unit sums the products of each value of one input with each of the other, weighted.

    kernel (n_1, n_2, units), bias (units): y = x₁ᵀ·A·x₂ + b over the last axes. MACs: the kernel
    once for every position, whatever the order in which an implementation sums.
    """

    each: ClassVar[tuple[str, str] | None] = ("unit", "units")

    first_inputs: int | None
    """Size of the last axis of the first input, which the settings declare."""
    second_inputs: int | None
    units: int | None
    bias: bool = True

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        left, right = self._read(incoming)
        n_1 = settled(self.first_inputs, size(left, -1), "values in its first input")
        n_2 = settled(self.second_inputs, size(right, -1), "values in its second input")
        units = Dim("units", self.units, "outputs")
        sizes = (Dim("n_1", n_1, "first inputs"), Dim("n_2", n_2, "second inputs"), units)
        kernel = Expected("kernel", sizes)
        return (kernel, Expected("bias", (units,))) if self.bias else (kernel,)

    def output(self, *incoming: Shape | None) -> Dims | None:
        self.tensors(*incoming)
        left, right = self._read(incoming)
        shape = right if left is None else left
        if shape is None:
            return None
        positions = named(shape[:-1], meaning="positions along axis") or ()
        return (*positions, Dim("units", self.units, "outputs"))

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        kernel, *_ = self.tensors(*incoming)
        if outgoing is None:
            return None
        return times(*kernel.dims, *(named(outgoing[:-1], meaning="positions along axis") or ()))

    def _read(self, incoming: tuple[Shape | None, ...]) -> tuple[Shape | None, Shape | None]:
        """The two shapes, which differ in their last axis at most."""
        if not incoming:
            return None, None
        if len(incoming) != _INPUTS:
            raise Impossible(f"reads 2 inputs, not {len(incoming)}")
        left, right = incoming
        if left is not None and right is not None and not _alike(left[:-1], right[:-1]):
            raise Impossible(
                f"inputs of shapes {spelled(left)} and {spelled(right)} differ before the last axis"
            )
        return left, right


def _alike(left: Shape, right: Shape) -> bool:
    return len(left) == len(right) and all(
        None in pair or pair[0] == pair[1] for pair in zip(left, right, strict=True)
    )


def _torch_bilinear(
    in1_features: Size, in2_features: Size, out_features: Size, bias: bool = True,
    device: Ignored = None, dtype: Ignored = None,
) -> Bilinear:  # fmt: skip
    return Bilinear(
        first_inputs=count(in1_features, "in1_features"),
        second_inputs=count(in2_features, "in2_features"),
        units=count(out_features, "out_features"),
        bias=bool(bias),
    )


SPELLINGS = {"torch:Bilinear": _torch_bilinear}
KINDS = (Bilinear,)
