"""The output layer of LeNet-5."""

from __future__ import annotations

from weighbridge.formula import Dim, Expr, times
from weighbridge.layers._axes import first, named
from weighbridge.layers._settings import Ignored, Size, whole
from weighbridge.model import Dims, Expected, Kind, Shape, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar


class RadialBasis(Kind):
    """Each unit tells how far the input is from its centre: the sum over j of (x_j − w_ij)².

    centres (n_in, units), set by hand and frozen: drawings of the characters, 7 by 12 pixels.
    MACs and connections: one for each value of the centres. Source: LeCun et al. 1998, section
    II.B, equation 7.
    """

    each: ClassVar[tuple[str, str] | None] = ("unit", "units")

    units: int | None

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        n_in = Dim("n_in", size(first(incoming), -1), "inputs: the last axis")
        return (Expected("centres", (n_in, self._units), trainable=False),)

    def output(self, *incoming: Shape | None) -> Dims | None:
        shape = first(incoming)
        return None if shape is None else (*(named(shape[:-1]) or ()), self._units)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        if outgoing is None:
            return None
        positions = named(outgoing[:-1], meaning="positions along axis") or ()
        return times(*self.tensors(*incoming)[0].dims, *positions)

    @property
    def _units(self) -> Dim:
        return Dim("units", self.units, "outputs")


def _radial_basis(units: Size, **_: Ignored) -> RadialBasis:
    return RadialBasis(units=whole(units, "units"))


SPELLINGS = {"weighbridge:RadialBasis": _radial_basis}
KINDS = (RadialBasis,)
