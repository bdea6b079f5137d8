"""PyTorch's losses as layers: how far an output is from what it should be.

Nearly all own nothing. What they are given to weight classes or values with is kept as a buffer.
"""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim
from weighbridge.layers import Fixed, Untold
from weighbridge.layers._axes import first, named
from weighbridge.layers._operation import BATCH, broadcast
from weighbridge.layers._torch import choice
from weighbridge.model import Dims, Expected, Kind, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from weighbridge.layers._settings import Extent, Ignored

    Per = Literal["value", "class", "vector", "sample"]
    Spelling = Callable[..., Kind]


class Loss(Kind):
    """How far an output is from what it should be: one number for a whole batch.

    If it is not reduced, one for each value, each place that classes are told of (they lie along
    the first axis of a sample), each vector along the last axis, or each sample. No MACs.
    """

    function: str = ""
    per: Per = "value"
    reduced: bool = True
    weights: tuple[tuple[str, Shape], ...] = ()
    """Role and shape of the buffers."""

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        return tuple(
            Expected(role, _named(shape), trainable=False, buffer=True)
            for role, shape in self.weights
        )

    def output(self, *incoming: Shape | None) -> Dims | None:
        shape = first(incoming)
        if self.reduced or shape is None:
            return None
        match self.per:
            case "sample":
                return ()
            case "vector":
                return named(shape[:-1]) if shape else None
            case "class":
                return named(shape[1:]) if shape else None
        return _together(incoming)


def _named(shape: Shape) -> Dims:
    return tuple(Dim("C", size, "weights") for size in shape)


def _together(incoming: tuple[Shape | None, ...]) -> Dims | None:
    """The shape that all inputs stretch to; ``None`` where samples would come to lie elsewhere."""
    known = [shape for shape in incoming if shape is not None]
    if len(known) < len(incoming) or len({len(shape) for shape in known}) > 1:
        return None
    return broadcast(*((BATCH, *(named(shape) or ())) for shape in known))[1:]


# -- spellings -----------------------------------------------------------------------------------


def _loss(
    function: str, per: Per, reduction: object, size_average: object = None, reduce: object = None,
    **weights: object,
) -> Loss:  # fmt: skip
    shapes = {role: _shape(weight) for role, weight in weights.items()}
    return Loss(
        function=function,
        per=per,
        reduced=_is_reduced(reduction, size_average, reduce),
        weights=tuple((role, shape) for role, shape in shapes.items() if shape is not None),
    )


def _is_reduced(reduction: object, size_average: object, reduce: object) -> bool:
    """The two settings that ``reduction`` replaced have the last word where they are given."""
    if size_average is not None or reduce is not None:
        return reduce is None or bool(reduce)
    return choice(reduction, ("none", "mean", "sum", "batchmean"), "reduction") != "none"


def _shape(weight: object) -> Shape | None:
    """The shape of a tensor that a loss keeps; of one not told of, one open size."""
    if isinstance(weight, Fixed):
        return (None,) if weight.shape is None else weight.shape
    return None if weight is None else (None,)


def _plain(function: str, per: Per = "value") -> Spelling:
    def make(size_average: Ignored = None, reduce: object = None, reduction: str = "mean") -> Loss:
        return _loss(function, per, reduction, size_average, reduce)

    return make


def _weighted(function: str, per: Per = "value") -> Spelling:
    def make(
        weight: Extent = None, size_average: Ignored = None, reduce: object = None,
        reduction: str = "mean",
    ) -> Loss:  # fmt: skip
        return _loss(function, per, reduction, size_average, reduce, weight=weight)

    return make


def _with_margin(function: str, default: float, per: Per = "value") -> Spelling:
    def make(
        margin: Ignored = default, size_average: Ignored = None, reduce: object = None,
        reduction: str = "mean",
    ) -> Loss:  # fmt: skip
        return _loss(function, per, reduction, size_average, reduce)

    return make


def _torch_nll(
    weight: Extent = None, size_average: Ignored = None, ignore_index: Ignored = -100,
    reduce: object = None, reduction: str = "mean",
) -> Loss:  # fmt: skip
    return _loss("nll", "class", reduction, size_average, reduce, weight=weight)


def _torch_cross_entropy(
    weight: Extent = None, size_average: Ignored = None, ignore_index: Ignored = -100,
    reduce: object = None, reduction: str = "mean", label_smoothing: Ignored = 0.0,
) -> Loss:  # fmt: skip
    return _loss("cross_entropy", "class", reduction, size_average, reduce, weight=weight)


def _torch_bce_with_logits(
    weight: Extent = None, size_average: Ignored = None, reduce: object = None,
    reduction: str = "mean", pos_weight: Extent = None,
) -> Loss:  # fmt: skip
    weights = {"weight": weight, "positive_weight": pos_weight}
    return _loss("binary_cross_entropy", "value", reduction, size_average, reduce, **weights)


def _torch_kl_divergence(
    size_average: Ignored = None, reduce: object = None, reduction: str = "mean",
    log_target: Ignored = False,
) -> Loss:  # fmt: skip
    return _loss("kl_divergence", "value", reduction, size_average, reduce)


def _torch_smooth_l1(
    size_average: Ignored = None, reduce: object = None, reduction: str = "mean",
    beta: Ignored = 1.0,
) -> Loss:  # fmt: skip
    if isinstance(beta, int | float) and beta < 0:
        raise Impossible(f"beta must be at least 0, not {beta}")
    return _loss("smooth_l1", "value", reduction, size_average, reduce)


def _torch_huber(reduction: str = "mean", delta: Ignored = 1.0) -> Loss:
    _above_0(delta, "delta")
    return _loss("huber", "value", reduction)


def _above_0(setting: object, name: str) -> None:
    if isinstance(setting, int | float) and setting <= 0:
        raise Impossible(f"{name} must be above 0, not {setting}")


def _torch_poisson_nll(
    log_input: Ignored = True, full: Ignored = False, size_average: Ignored = None,
    eps: Ignored = 1e-8, reduce: object = None, reduction: str = "mean",
) -> Loss:  # fmt: skip
    return _loss("poisson_nll", "value", reduction, size_average, reduce)


def _torch_gaussian_nll(
    *, full: Ignored = False, eps: Ignored = 1e-6, reduction: str = "mean"
) -> Loss:
    return _loss("gaussian_nll", "value", reduction)


def _torch_multi_margin(
    p: Ignored = 1, margin: Ignored = 1.0, weight: Extent = None, size_average: Ignored = None,
    reduce: object = None, reduction: str = "mean",
) -> Loss:  # fmt: skip
    if not isinstance(p, Untold) and p not in (1, 2):
        raise Impossible(f"p must be 1 or 2, not {p!r}")
    return _loss("multi_margin", "vector", reduction, size_average, reduce, weight=weight)


def _torch_triplet_margin(
    margin: Ignored = 1.0, p: Ignored = 2.0, eps: Ignored = 1e-6, swap: Ignored = False,
    size_average: Ignored = None, reduce: object = None, reduction: str = "mean",
) -> Loss:  # fmt: skip
    _above_0(margin, "margin")
    return _loss("triplet_margin", "vector", reduction, size_average, reduce)


def _torch_triplet_margin_with_distance(
    *, distance_function: Ignored = None, margin: Ignored = 1.0, swap: Ignored = False,
    reduction: str = "mean",
) -> Loss:  # fmt: skip
    _above_0(margin, "margin")
    return _loss("triplet_margin", "vector", reduction)


def _torch_ctc(blank: Ignored = 0, reduction: str = "mean", zero_infinity: Ignored = False) -> Loss:
    return _loss("ctc", "sample", reduction)


SPELLINGS: dict[str, Spelling] = {
    "torch:BCELoss": _weighted("binary_cross_entropy"),
    "torch:BCEWithLogitsLoss": _torch_bce_with_logits,
    "torch:CTCLoss": _torch_ctc,
    "torch:CosineEmbeddingLoss": _with_margin("cosine_embedding", 0.0, "vector"),
    "torch:CrossEntropyLoss": _torch_cross_entropy,
    "torch:GaussianNLLLoss": _torch_gaussian_nll,
    "torch:HingeEmbeddingLoss": _with_margin("hinge_embedding", 1.0),
    "torch:HuberLoss": _torch_huber,
    "torch:KLDivLoss": _torch_kl_divergence,
    "torch:L1Loss": _plain("l1"),
    "torch:MSELoss": _plain("mean_squared_error"),
    "torch:MarginRankingLoss": _with_margin("margin_ranking", 0.0),
    "torch:MultiLabelMarginLoss": _plain("multi_label_margin", "vector"),
    "torch:MultiLabelSoftMarginLoss": _weighted("multi_label_soft_margin", "vector"),
    "torch:MultiMarginLoss": _torch_multi_margin,
    "torch:NLLLoss": _torch_nll,
    "torch:NLLLoss2d": _torch_nll,
    "torch:PoissonNLLLoss": _torch_poisson_nll,
    "torch:SmoothL1Loss": _torch_smooth_l1,
    "torch:SoftMarginLoss": _plain("soft_margin"),
    "torch:TripletMarginLoss": _torch_triplet_margin,
    "torch:TripletMarginWithDistanceLoss": _torch_triplet_margin_with_distance,
}
KINDS = (Loss,)
