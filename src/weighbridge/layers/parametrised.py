"""A tensor that a layer computes, whenever it is asked for, out of others of any shapes."""

from __future__ import annotations

from weighbridge.formula import Dim
from weighbridge.layers._around import AroundOne, inside
from weighbridge.model import Expected, Kind, Shape, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers._settings import Ignored, Inner


class Parametrised(AroundOne):
    """A tensor of a layer is computed out of others, which are what is trained.

    Those tensors in the place of the one; what else the computation owns is listed beside. Work is
    that of the layer alone. Source: PyTorch's documentation of ``register_parametrization``.
    """

    originals: tuple[Shape | None, ...] | None = None
    """Shapes of what it is computed from; ``None``: one tensor as large as itself."""

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...] | None:
        if self.originals is not None and None in self.originals:
            return None
        return AroundOne.tensors(self, *incoming)

    def form(self, tensor: Expected) -> tuple[Expected, ...]:
        if tensor.role != self.role or self.originals is None:
            return (tensor,)
        return tuple(
            Expected(f"{tensor.role}_original{i}", tuple(Dim("n", n) for n in shape or ()))
            for i, shape in enumerate(self.originals)
        )


def _torch_parametrised(
    module: Inner, tensor_name: str = "weight", originals: Ignored = None
) -> Kind:
    """``tensor_name`` is the role of the tensor, ``originals`` what a right inverse makes of it."""
    layer = inside(module, "register_parametrization")
    if isinstance(layer, Unknown):
        return layer
    shapes = tuple(originals) if isinstance(originals, tuple | list) else None
    return Parametrised(layer=layer, role=tensor_name, originals=shapes)


SPELLINGS = {"torch:utils.parametrised": _torch_parametrised}
KINDS = (Parametrised,)
