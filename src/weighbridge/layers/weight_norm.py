"""Weight normalisation around a layer: a kernel kept as its direction and its lengths."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.formula import ONE
from weighbridge.layers._around import AroundOne, axis_of, found, inside
from weighbridge.model import Expected, Kind, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers._settings import Inner


class WeightNorm(AroundOne):
    """A kernel is a direction, as large as the kernel, times a length for each filter.

    The tensors of the layer and the lengths: C_out more, or one more where the whole kernel has one
    length. Work and shapes are the layer's. Source: Salimans and Kingma 2016, equation 2.
    """

    axis: int | None = None
    """The axis along which every slice has a length of its own; ``None``: one length for all."""

    def form(self, tensor: Expected) -> tuple[Expected, ...]:
        if tensor.role != self.role:
            return (tensor,)
        lengths = tuple(n if i == self.axis else ONE for i, n in enumerate(tensor.dims))
        return (
            replace(tensor, role=f"{tensor.role}_direction"),
            replace(
                tensor,
                role=f"{tensor.role}_length",
                dims=() if self.axis is None else lengths,
            ),
        )


def _torch_weight_norm(module: Inner, name: str = "weight", dim: int | None = 0) -> Kind:
    """``name`` is the role of the tensor. -1 stands for no axis, as ``None`` does."""
    layer = inside(module, "weight_norm")
    tensor = found(layer, name)
    whole = dim is None or dim == -1 or tensor is None
    return layer if isinstance(layer, Unknown) else WeightNorm(
        layer=layer, role=name, axis=None if whole else axis_of(layer, tensor, dim)  # type: ignore[arg-type]  # neither is none
    )  # fmt: skip


SPELLINGS = {"torch:utils.weight_norm": _torch_weight_norm}
KINDS = (WeightNorm,)
