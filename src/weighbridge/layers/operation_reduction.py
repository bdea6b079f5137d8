"""Operations that make one value of many along some axes: mean, maximum, norm, argmax, top k."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import ONE, Dim, value
from weighbridge.layers._operation import Operation, axes, position, reading
from weighbridge.layers._reshaped import Reshaped
from weighbridge.layers._settings import whole
from weighbridge.layers.operation import elementwise
from weighbridge.model import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Ignored, Incoming, Size
    from weighbridge.model import Dims, Kind


class Reduction(Operation):
    """The values along some axes become one: their mean, maximum, norm, the place of the largest.

    The axes go, or stay with size 1. No MACs: no products are added up.
    """

    axes: tuple[int, ...] | None = None
    """``None`` for all axes; the batch is axis 0."""
    keeps_axes: bool = False

    def result(self, *shapes: Dims) -> Dims | None:
        shape = shapes[0]
        given = range(len(shape)) if self.axes is None else self.axes
        gone = {position(axis, len(shape)) for axis in given}
        if len(gone) < len(given):
            raise Impossible(f"an axis is named twice: {self.axes}")
        if self.keeps_axes:
            return tuple(ONE if i in gone else size for i, size in enumerate(shape))
        return tuple(size for i, size in enumerate(shape) if i not in gone)


class Moments(Reduction):
    """Mean and variance of the values along some axes: two tensors of one shape."""

    several: ClassVar[bool] = True

    def results(self, *shapes: Dims | None) -> tuple[Dims | None, ...]:
        return Reduction.results(self, *shapes) * 2


class TopValues(Operation):
    """The k largest values along an axis, and their places: two tensors of one shape."""

    several: ClassVar[bool] = True
    names: ClassVar[tuple[str, ...]] = ("values", "indices")

    count: int | None
    axis: int = -1

    def results(self, *shapes: Dims | None) -> tuple[Dims | None, ...]:
        shape = shapes[0] if shapes else None
        if shape is None:
            return (None, None)
        axis = position(self.axis, len(shape))
        length = value(shape[axis])
        if None not in (length, self.count) and self.count > length:  # type: ignore[operator]  # none is None
            raise Impossible(f"an axis of {length} values has no {self.count} largest")
        return ((*shape[:axis], Dim("k", self.count, "largest values"), *shape[axis + 1 :]),) * 2


# -- spellings -----------------------------------------------------------------------------------


def _reduction(tensor: object, axis: object, keepdims: object) -> Reduction:
    return Reduction(axes=axes(axis), keeps_axes=bool(keepdims), fixed=reading(tensor))


def _keras(
    x: Incoming, axis: object = None, keepdims: object = False, *_: Ignored, **__: Ignored
) -> Kind:
    return _reduction(x, axis, keepdims)


def _keras_norm(
    x: Incoming, ord: Ignored = None, axis: object = None, keepdims: object = False
) -> Kind:
    return _reduction(x, axis, keepdims)


def _keras_average(x: Incoming, axis: object = None, weights: Ignored = None) -> Kind:
    return _reduction(x, axis, False)


def _keras_quantile(
    x: Incoming, q: object, axis: object = None, method: Ignored = "linear",
    keepdims: object = False,
) -> Kind:  # fmt: skip
    if not isinstance(q, int | float):
        return Unknown(native="quantile", because="several quantiles at once")
    return _reduction(x, axis, keepdims)


def _keras_moments(
    x: Incoming, axes: object, keepdims: object = False, synchronized: Ignored = False
) -> Kind:
    found = _reduction(x, axes, keepdims)
    return Moments(axes=found.axes, keeps_axes=found.keeps_axes, fixed=found.fixed)


def _tf_moments(
    x: Incoming, axes: object, shift: Ignored = None, keepdims: object = False,
    name: Ignored = None,
) -> Kind:  # fmt: skip
    return _keras_moments(x, axes, keepdims)


def _tf(
    input_tensor: Incoming, axis: object = None, keepdims: object = False, name: Ignored = None,
    *, keep_dims: object = False, reduction_indices: object = None,
) -> Kind:  # fmt: skip
    # The last two are their names in TensorFlow 1.
    axis = reduction_indices if axis is None else axis
    return _reduction(input_tensor, axis, keepdims or keep_dims)


def _tf_count(
    input: Incoming, axis: object = None, keepdims: object = False, *_: Ignored, **__: Ignored
) -> Kind:
    return _reduction(input, axis, keepdims)


def _tf_norm(
    tensor: Incoming, ord: Ignored = "euclidean", axis: object = None, keepdims: object = False,
    name: Ignored = None,
) -> Kind:  # fmt: skip
    return _reduction(tensor, axis, keepdims)


def _tf_place(input: Incoming, axis: object = None, *_: Ignored, **__: Ignored) -> Kind:
    return _reduction(input, 0 if axis is None else axis, False)


def _backend_place(x: Incoming, axis: object = -1) -> Kind:
    return _reduction(x, axis, False)


def _crossentropy(
    target: Ignored, output: Incoming, from_logits: Ignored = False, axis: object = -1
) -> Kind:
    return _reduction(output, axis, False)


def _keras_running(x: Incoming, axis: object = None, dtype: Ignored = None) -> Kind:
    return elementwise(x) if axis is not None else Reshaped(target=(-1,), fixed=reading(x))


def _keras_top_k(x: Incoming, k: Size, sorted: Ignored = True) -> Kind:
    return TopValues(count=whole(k, "k"), fixed=reading(x))


def _tf_top_k(input: Incoming, k: Size = 1, *_: Ignored, **__: Ignored) -> Kind:
    return _keras_top_k(input, k)


# One name a line would make pages of these.
# fmt: off
_KERAS = (
    "keras:ops.all", "keras:ops.amax", "keras:ops.amin", "keras:ops.any", "keras:ops.argmax",
    "keras:ops.argmin", "keras:ops.count_nonzero", "keras:ops.logsumexp", "keras:ops.max",
    "keras:ops.mean", "keras:ops.median", "keras:ops.min", "keras:ops.nanargmax",
    "keras:ops.nanargmin", "keras:ops.nanmax", "keras:ops.nanmean", "keras:ops.nanmedian",
    "keras:ops.nanmin", "keras:ops.nanprod", "keras:ops.nanstd", "keras:ops.nansum",
    "keras:ops.nanvar", "keras:ops.prod", "keras:ops.ptp", "keras:ops.std", "keras:ops.sum",
    "keras:ops.var", "keras:backend.all", "keras:backend.any", "keras:backend.logsumexp",
    "keras:backend.max", "keras:backend.mean", "keras:backend.min", "keras:backend.prod",
    "keras:backend.std", "keras:backend.sum", "keras:backend.var",
)
_TF = (
    "tf:reduce_all", "tf:reduce_any", "tf:reduce_logsumexp", "tf:reduce_max", "tf:reduce_mean",
    "tf:reduce_min", "tf:reduce_prod", "tf:reduce_sum", "tf:math.reduce_all",
    "tf:math.reduce_any", "tf:math.reduce_euclidean_norm", "tf:math.reduce_logsumexp",
    "tf:math.reduce_max", "tf:math.reduce_mean", "tf:math.reduce_min", "tf:math.reduce_prod",
    "tf:math.reduce_std", "tf:math.reduce_sum", "tf:math.reduce_variance",
)
SPELLINGS: dict[str, Spelling] = {
    **dict.fromkeys(_KERAS, _keras), **dict.fromkeys(_TF, _tf),
    "keras:ops.average": _keras_average, "keras:ops.norm": _keras_norm,
    "keras:ops.quantile": _keras_quantile, "keras:ops.percentile": _keras_quantile,
    "keras:ops.nanquantile": _keras_quantile, "keras:ops.nanpercentile": _keras_quantile,
    "keras:ops.moments": _keras_moments, "tf:nn.moments": _tf_moments,
    "keras:ops.cumsum": _keras_running, "keras:ops.cumprod": _keras_running,
    "keras:ops.nancumsum": _keras_running, "keras:ops.nancumprod": _keras_running,
    "keras:ops.top_k": _keras_top_k, "tf:math.top_k": _tf_top_k, "tf:nn.top_k": _tf_top_k,
    "keras:ops.categorical_crossentropy": _crossentropy,
    "keras:ops.sparse_categorical_crossentropy": _crossentropy,
    "keras:backend.categorical_crossentropy": _crossentropy,
    "keras:backend.sparse_categorical_crossentropy": _crossentropy,
    "keras:backend.argmax": _backend_place, "keras:backend.argmin": _backend_place,
    "tf:norm": _tf_norm, "tf:linalg.norm": _tf_norm, "tf:math.count_nonzero": _tf_count,
    "tf:argmax": _tf_place, "tf:argmin": _tf_place, "tf:math.argmax": _tf_place,
    "tf:math.argmin": _tf_place,
}
# fmt: on
KINDS = (Reduction, Moments, TopValues)
