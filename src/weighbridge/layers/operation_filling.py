"""Operations that make a tensor out of a shape: zeros, ones, ranges, noise."""

from __future__ import annotations

from math import ceil

from weighbridge.errors import Impossible
from weighbridge.layers._operation import Extents, Operation, extents, laid
from weighbridge.layers._settings import whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Extent, Ignored, Size
    from weighbridge.model import Dims, Kind


class Filled(Operation):
    """A tensor of a given shape, of zeros, ones, counted numbers or noise. It reads nothing."""

    shape: Extents | None

    def results(self, *shapes: Dims | None) -> tuple[Dims | None, ...]:
        return (None if self.shape is None else laid(self.shape),)


def _of_shape(shape: Extent, *_: Ignored, **__: Ignored) -> Kind:
    return Filled(shape=extents(shape, least=0))


def _tf_fill(dims: Extent, value: Ignored, name: Ignored = None) -> Kind:
    return _of_shape(dims)


def _keras_eye(N: Size, M: Size = None, k: Ignored = 0, dtype: Ignored = None) -> Kind:  # noqa: N803  # Keras' own names
    return Filled(shape=(whole(N, "N"), whole(N if M is None else M, "M")))


def _keras_identity(n: Size, dtype: Ignored = None) -> Kind:
    return _keras_eye(n)


def _backend_eye(size: Size, dtype: Ignored = None, name: Ignored = None) -> Kind:
    return _keras_eye(size)


def _tf_eye(num_rows: Size, num_columns: Size = None, *_: Ignored, **__: Ignored) -> Kind:
    return _keras_eye(num_rows, num_columns)


def _keras_arange(
    start: Extent, stop: Extent = None, step: Extent = None, dtype: Ignored = None
) -> Kind:
    first, last = (0, start) if stop is None else (start, stop)
    return Filled(shape=(steps(first, last, 1 if step is None else step),))


def steps(first: object, last: object, step: object) -> int | None:
    """How many numbers there are from ``first`` to before ``last``."""
    numbers = [bound for bound in (first, last, step) if isinstance(bound, int | float)]
    if len(numbers) < 3:  # noqa: PLR2004  # a range has three numbers
        return None
    start, stop, stride = numbers
    if not stride:
        raise Impossible("a range cannot go in steps of 0")
    if all(isinstance(bound, int) for bound in numbers):
        return max(0, -int((start - stop) // stride))
    try:
        return max(0, ceil((stop - start) / stride))
    except (OverflowError, ValueError):  # infinite, or no number
        return None


def _tf_range(
    start: Extent, limit: Extent = None, delta: Extent = 1, dtype: Ignored = None,
    name: Ignored = "range",
) -> Kind:  # fmt: skip
    return _keras_arange(start, limit, delta)


def _tf_linspace(start: Ignored, stop: Ignored, num: Size, *_: Ignored, **__: Ignored) -> Kind:
    return _keras_linspace(start, stop, num)


def _keras_linspace(
    start: Ignored, stop: Ignored, num: Size = 50, *_: Ignored, **__: Ignored
) -> Kind:
    return Filled(shape=(whole(num, "num", least=0),))


SPELLINGS: dict[str, Spelling] = {
    "keras:ops.zeros": _of_shape,
    "keras:ops.ones": _of_shape,
    "keras:ops.full": _of_shape,
    "keras:ops.empty": _of_shape,
    "keras:ops.eye": _keras_eye,
    "keras:ops.identity": _keras_identity,
    "keras:ops.arange": _keras_arange,
    "keras:ops.linspace": _keras_linspace,
    "keras:random.normal": _of_shape,
    "keras:random.uniform": _of_shape,
    "keras:random.truncated_normal": _of_shape,
    "keras:random.randint": _of_shape,
    "keras:backend.zeros": _of_shape,
    "keras:backend.ones": _of_shape,
    "keras:backend.eye": _backend_eye,
    "keras:backend.arange": _keras_arange,
    "keras:backend.random_normal": _of_shape,
    "keras:backend.random_uniform": _of_shape,
    "keras:backend.random_bernoulli": _of_shape,
    "keras:backend.random_binomial": _of_shape,
    "keras:backend.truncated_normal": _of_shape,
    "tf:zeros": _of_shape,
    "tf:ones": _of_shape,
    "tf:fill": _tf_fill,
    "tf:eye": _tf_eye,
    "tf:range": _tf_range,
    "tf:linspace": _tf_linspace,
    "tf:random_normal": _of_shape,
    "tf:random_uniform": _of_shape,
    "tf:truncated_normal": _of_shape,
    "tf:random.normal": _of_shape,
    "tf:random.uniform": _of_shape,
    "tf:random.truncated_normal": _of_shape,
}
KINDS = (Filled,)
