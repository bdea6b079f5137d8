"""A pruned tensor: a mask of zeros and ones says which of its values count."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.layers._around import AroundOne, inside
from weighbridge.model import Expected, Kind, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers._settings import Ignored, Inner


class Pruned(AroundOne):
    """A tensor of a layer is multiplied by a mask as large, which is no parameter.

    All values of the tensor stay parameters; the mask is a buffer. Work is that of the layer: zeros
    are multiplied as well. Source: Han et al. 2015, section 3; PyTorch's ``nn.utils.prune``.
    """

    def form(self, tensor: Expected) -> tuple[Expected, ...]:
        if tensor.role != self.role:
            return (tensor,)
        mask = f"{tensor.role}_mask"
        return (tensor, replace(tensor, role=mask, trainable=False, buffer=True))


def _torch_prune(module: Inner, name: str = "weight", *_: Ignored, **__: Ignored) -> Kind:
    """``name`` is the role of the tensor; how much is pruned, and what, changes no count."""
    layer = inside(module, "prune")
    return layer if isinstance(layer, Unknown) else Pruned(layer=layer, role=name)


SPELLINGS = {"torch:utils.prune": _torch_prune}
KINDS = (Pruned,)
