"""Maxout: each unit gives the largest of several sums."""

from __future__ import annotations

from weighbridge.formula import Dim, Expr, times, total
from weighbridge.layers._axes import first, of_rank
from weighbridge.layers._settings import whole
from weighbridge.model import Dims, Expected, Kind, Shape, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from weighbridge.layers._settings import Ignored, Size


class Maxout(Kind):
    """Every unit forms k sums of all values that come in, and gives the largest.

    kernel (k, n_in, units), bias (k, units): k times what a fully connected layer has. MACs: the
    kernel once. Source: Goodfellow et al. 2013, section 2.
    """

    each: ClassVar[tuple[str, str] | None] = ("unit", "units")

    units: int | None
    sums: int | None
    bias: bool = True

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        n_in = Dim("n_in", size(of_rank(first(incoming), 1), -1), "inputs")
        sums = Dim("k", self.sums, "sums for each unit")
        kernel = Expected("kernel", (sums, n_in, self._units))
        return (kernel, Expected("bias", (sums, self._units))) if self.bias else (kernel,)

    def output(self, *incoming: Shape | None) -> Dims | None:
        return None if of_rank(first(incoming), 1) is None else (self._units,)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        return None if first(incoming) is None else times(*self.tensors(*incoming)[0].dims)

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        tensors = self.tensors(*incoming)
        return None if first(incoming) is None else total(tensor.dims for tensor in tensors)

    @property
    def _units(self) -> Dim:
        return Dim("units", self.units, "outputs")


def _keras_maxout(
    output_dim: Size, nb_feature: Size = 4, init: Ignored = None, weights: Ignored = None,
    W_regularizer: Ignored = None, b_regularizer: Ignored = None,  # noqa: N803  # Keras 1's words
    activity_regularizer: Ignored = None, W_constraint: Ignored = None,  # noqa: N803
    b_constraint: Ignored = None, bias: bool = True, **_: Ignored,
) -> Maxout:  # fmt: skip
    """Of Keras 1.2.2, which has no word for it since."""
    units, sums = whole(output_dim, "output_dim"), whole(nb_feature, "nb_feature")
    return Maxout(units=units, sums=sums, bias=bool(bias))


SPELLINGS = {"keras:MaxoutDense": _keras_maxout}
KINDS = (Maxout,)
