"""PyTorch's layers that compare two inputs."""

from __future__ import annotations

from weighbridge.layers.operation_torch_reduction import Compared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers._settings import Ignored


def _torch_cosine_similarity(dim: int = 1, eps: Ignored = 1e-8) -> Compared:
    return Compared(axes=(dim,))


def _torch_pairwise_distance(
    p: Ignored = 2.0, eps: Ignored = 1e-6, keepdim: bool = False
) -> Compared:
    return Compared(axes=(-1,), keeps_axes=bool(keepdim))


SPELLINGS = {
    "torch:CosineSimilarity": _torch_cosine_similarity,
    "torch:PairwiseDistance": _torch_pairwise_distance,
}
KINDS = ()
