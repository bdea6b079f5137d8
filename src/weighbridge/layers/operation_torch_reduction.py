"""PyTorch's operations that make one value of many: sums, extremes, norms, losses, distances."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.layers._operation import Operation, axes, broadcast, position, reading
from weighbridge.layers._settings import whole
from weighbridge.layers.matmul import MatrixProduct
from weighbridge.layers.operation import elementwise
from weighbridge.layers.operation_reduction import Moments, Reduction, TopValues
from weighbridge.model import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Ignored, Incoming, Size
    from weighbridge.model import Dims, Kind


class FoundValues(Reduction):
    """The largest, smallest or middle value along an axis, and its place: two tensors."""

    several: ClassVar[bool] = True
    names: ClassVar[tuple[str, ...]] = TopValues.names

    def results(self, *shapes: Dims | None) -> tuple[Dims | None, ...]:
        return Reduction.results(self, *shapes) * 2


class SortedValues(Operation):
    """All values along an axis in order, and their places: two tensors of the shape read."""

    several: ClassVar[bool] = True
    names: ClassVar[tuple[str, ...]] = TopValues.names

    axis: int = -1

    def results(self, *shapes: Dims | None) -> tuple[Dims | None, ...]:
        shape = shapes[0] if shapes else None
        if shape:
            position(self.axis, len(shape))
        return (shape, shape)


class Compared(Reduction):
    """Two tensors compared along an axis of the shape they stretch to: cosine, distance."""

    operands: ClassVar[int] = 2

    def result(self, *shapes: Dims) -> Dims | None:
        return Reduction.result(self, broadcast(*shapes))


class Distances(Operation):
    """The distance of each vector of one tensor from each of another: (…, P, k), (…, R, k)."""

    operands: ClassVar[int] = 2

    def result(self, *shapes: Dims) -> Dims | None:
        return MatrixProduct(transpose_b=True).result(*shapes)


class ClassLoss(Operation):
    """How far the scores of classes, along axis 1, are from the class that is right."""

    def result(self, *shapes: Dims) -> Dims | None:
        shape = shapes[0]
        if not shape:
            raise Impossible("scores of classes have an axis of classes")
        return (*shape[:1], *shape[2:]) if len(shape) > 1 else ()


# -- spellings -----------------------------------------------------------------------------------


def _reduced(input: object, dim: object, keepdim: object) -> Reduction:
    """No axis named is all axes."""
    return Reduction(axes=axes(dim) or None, keeps_axes=bool(keepdim), fixed=reading(input))


def _sum(input: Incoming, dim: object = None, keepdim: object = False, **_: Ignored) -> Kind:
    return _reduced(input, dim, keepdim)


def _spread(
    input: Incoming, dim: object = None, unbiased: Ignored = True, keepdim: object = False,
    **_: Ignored,
) -> Kind:  # fmt: skip
    return _reduced(input, None if isinstance(dim, bool) else dim, keepdim)


def _moments(
    input: Incoming, dim: object = None, unbiased: Ignored = True, keepdim: object = False,
    **_: Ignored,
) -> Kind:  # fmt: skip
    found = _reduced(input, None if isinstance(dim, bool) else dim, keepdim)
    return Moments(axes=found.axes, keeps_axes=found.keeps_axes, fixed=found.fixed)


def _norm(
    input: Incoming, p: Ignored = "fro", dim: object = None, keepdim: object = False, **_: Ignored
) -> Kind:
    return _reduced(input, dim, keepdim)


def _linalg_norm(
    input: Incoming, ord: Ignored = None, dim: object = None, keepdim: object = False, **_: Ignored
) -> Kind:
    return _reduced(input, dim, keepdim)


def _matrix_norm(
    input: Incoming, ord: Ignored = "fro", dim: object = (-2, -1), keepdim: object = False,
    **_: Ignored,
) -> Kind:  # fmt: skip
    return _reduced(input, dim, keepdim)


def _found(input: object, dim: object, keepdim: object) -> Kind:
    return FoundValues(axes=axes(dim), keeps_axes=bool(keepdim), fixed=reading(input))


def _extreme(
    input: Incoming, dim: Incoming = None, keepdim: object = False, *, other: Incoming = None,
    **_: Ignored,
) -> Kind:  # fmt: skip
    second = dim if other is None else other
    if second is None:
        return _reduced(input, None, False)
    if isinstance(second, int):
        return _found(input, second, keepdim)
    return elementwise(input, second)


def _middle(input: Incoming, dim: object = None, keepdim: object = False, **_: Ignored) -> Kind:
    return _reduced(input, None, False) if dim is None else _found(input, dim, keepdim)


def _mode(input: Incoming, dim: object = -1, keepdim: object = False, **_: Ignored) -> Kind:
    return _found(input, dim, keepdim)


def _kth_value(
    input: Incoming, k: Ignored, dim: object = -1, keepdim: object = False, **_: Ignored
) -> Kind:
    return _found(input, dim, keepdim)


def _quantile(
    input: Incoming, q: object, dim: object = None, keepdim: object = False, **_: Ignored
) -> Kind:
    if not isinstance(q, int | float):
        return Unknown(native="quantile", because="several quantiles at once")
    return _reduced(input, dim, keepdim)


def _sort(input: Incoming, dim: int = -1, *_: Ignored, **__: Ignored) -> Kind:
    return SortedValues(axis=dim, fixed=reading(input))


def _running(input: Incoming, dim: int, **_: Ignored) -> Kind:
    return SortedValues(axis=dim, fixed=reading(input))


def _top(input: Incoming, k: Size, dim: int = -1, *_: Ignored, **__: Ignored) -> Kind:
    return TopValues(count=whole(k, "k", least=0), axis=dim, fixed=reading(input))


def _to_one_value(input: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return Reduction(fixed=reading(input))


def _loss(
    input: Incoming, target: Incoming, *_: Ignored, reduction: str = "mean", **__: Ignored
) -> Kind:
    if reduction == "none":
        return elementwise(input, target)
    return Reduction(fixed=reading(input))


def _class_loss(
    input: Incoming, target: Ignored, *_: Ignored, reduction: str = "mean", **__: Ignored
) -> Kind:
    """Classes lie along axis 1, or are all there is."""
    return ClassLoss(fixed=reading(input)) if reduction == "none" else _to_one_value(input)


def _other_loss(input: Incoming, *_: Ignored, reduction: str = "mean", **__: Ignored) -> Kind:
    if reduction == "none":
        return Unknown(native="loss", because="a loss for each sample")
    return Reduction(fixed=reading(input))


def _cosine(x1: Incoming, x2: Incoming, dim: int = 1, eps: Ignored = 1e-8) -> Kind:
    return Compared(axes=(dim,), fixed=reading(x1, x2))


def _pairwise(
    x1: Incoming, x2: Incoming, p: Ignored = 2.0, eps: Ignored = 1e-6, keepdim: object = False
) -> Kind:
    return Compared(axes=(-1,), keeps_axes=bool(keepdim), fixed=reading(x1, x2))


def _distances(x1: Incoming, x2: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return Distances(fixed=reading(x1, x2))


# One name a line would make pages of these.
# fmt: off
_SUMS = (
    "torch:all", "torch:amax", "torch:amin", "torch:any", "torch:argmax", "torch:argmin",
    "torch:count_nonzero", "torch:logsumexp", "torch:mean", "torch:nanmean", "torch:nansum",
    "torch:prod", "torch:sum", "torch:special.logsumexp",
)
_LOSSES = (
    "torch:F.binary_cross_entropy", "torch:F.binary_cross_entropy_with_logits",
    "torch:F.hinge_embedding_loss", "torch:F.huber_loss", "torch:F.kl_div", "torch:F.l1_loss",
    "torch:F.mse_loss", "torch:F.poisson_nll_loss", "torch:F.smooth_l1_loss",
    "torch:F.soft_margin_loss",
)
_OTHER_LOSSES = (
    "torch:F.cosine_embedding_loss", "torch:F.ctc_loss", "torch:F.gaussian_nll_loss",
    "torch:F.margin_ranking_loss", "torch:F.multi_margin_loss",
    "torch:F.multilabel_margin_loss", "torch:F.multilabel_soft_margin_loss",
    "torch:F.triplet_margin_loss", "torch:F.triplet_margin_with_distance_loss",
)
SPELLINGS: dict[str, Spelling] = {
    **dict.fromkeys(_SUMS, _sum), **dict.fromkeys(_LOSSES, _loss),
    **dict.fromkeys(_OTHER_LOSSES, _other_loss),
    "torch:F.cross_entropy": _class_loss, "torch:F.nll_loss": _class_loss,
    "torch:std": _spread, "torch:var": _spread, "torch:std_mean": _moments,
    "torch:var_mean": _moments, "torch:norm": _norm, "torch:linalg.norm": _linalg_norm,
    "torch:linalg.vector_norm": _linalg_norm, "torch:linalg.matrix_norm": _matrix_norm,
    "torch:max": _extreme, "torch:min": _extreme, "torch:median": _middle,
    "torch:nanmedian": _middle, "torch:mode": _mode, "torch:kthvalue": _kth_value,
    "torch:quantile": _quantile, "torch:nanquantile": _quantile, "torch:sort": _sort,
    "torch:cummax": _running, "torch:cummin": _running, "torch:topk": _top,
    "torch:trace": _to_one_value, "torch:dist": _to_one_value,
    "torch:F.cosine_similarity": _cosine, "torch:cosine_similarity": _cosine,
    "torch:F.pairwise_distance": _pairwise, "torch:pairwise_distance": _pairwise,
    "torch:cdist": _distances,
}
# fmt: on
KINDS = (FoundValues, SortedValues, Compared, Distances, ClassLoss)
