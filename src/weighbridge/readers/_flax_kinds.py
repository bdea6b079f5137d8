"""What live Flax modules are beyond the kinds of layers: stacked, computed between layers."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.formula import Dim, times
from weighbridge.model import Expected, Kind, Shape
from weighbridge.readers._live_torch_kinds import Around

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from weighbridge.formula import Expr


class Stack(Around):
    """A layer there are several of, their tensors stacked along an axis: by ``scan`` or ``vmap``.

    Each tensor of the layer with one axis more. What one of them reads and gives is the layer's.
    """

    each: ClassVar[tuple[str, str] | None] = ("copy", "L")

    copies: int

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...] | None:
        """Those of the layer, each as often as there are copies."""
        owned = self.layer.tensors(*incoming)
        copies = Dim("L", self.copies, "copies of the layer")
        return owned and tuple(replace(t, dims=(copies, *t.dims)) for t in owned)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        """Not known but by the calls, which are calls of one of them."""
        return None

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        """Not known but by the calls, which are calls of one of them."""
        return None


class Computed(Kind):
    """A value that the code of a model computes between its layers; its products are apart."""


class Product(Kind):
    """A sum of products that the code of a model forms itself: a matrix product, a convolution."""

    sizes: tuple[int, ...] | None
    """Sizes of all indices, for one sample; ``None`` where they are not known."""

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        """The product of the sizes."""
        if self.sizes is None:
            return None
        return times(
            *(
                Dim(f"n_{i}", size, "values along an index, or steps of a loop")
                for i, size in enumerate(self.sizes, 1)
            )
        )
