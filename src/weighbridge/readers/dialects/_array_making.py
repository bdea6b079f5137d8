"""Functions that make arrays: ``np.zeros``, ``np.array``, ``np.arange`` and their like.

What is made to be filled later (zeros, ones, empty) has no contents here.
"""

from __future__ import annotations

import math

from weighbridge.layers import Untold
from weighbridge.readers._python.values import Raised, Value
from weighbridge.readers.dialects import _array_dtypes as dtypes
from weighbridge.readers.dialects._array import Array, Number, affordable, finished, number
from weighbridge.readers.dialects._array_arguments import (
    as_array,
    flag,
    shape_of,
    unclear,
    whole,
)
from weighbridge.readers.dialects._array_shapes import (
    Size,
    axis_of,
    broadcast,
    checked,
    refused,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._python.run import Run


def made(run: Run, shape: Value, dtype: Value = None, order: Value = "C", **_: Value) -> Value:
    """An array of a given shape: ``np.zeros``, ``np.ones``, ``np.empty``."""
    return Array(shape_of(run, shape), dtypes.given(dtype, "float64"))


def _full(
    run: Run, shape: Value, fill_value: Value, dtype: Value = None, order: Value = "C"
) -> Value:
    filling, sizes = as_array(run, fill_value), shape_of(run, shape)
    rest = list(filling.sizes)
    while len(rest) > len(sizes) and (rest[0] == 1 or isinstance(rest[0], Untold)):
        del rest[0]
    if len(broadcast(tuple(rest), sizes)) > len(sizes):
        raise refused("a value with more axes than the array cannot fill it")
    return Array(sizes, dtypes.given(dtype, filling.dtype))


def like(
    run: Run, a: Value, dtype: Value = None, order: Value = "K", subok: Value = True,
    shape: Value = None,
) -> Value:  # fmt: skip
    prototype = as_array(run, a)
    sizes = prototype.sizes if shape is None else shape_of(run, shape)
    return Array(sizes, dtypes.given(dtype, prototype.dtype))


def _full_like(run: Run, a: Value, fill_value: Value, dtype: Value = None) -> Value:
    return like(run, a, dtype)


def array(
    run: Run, object: Value, dtype: Value = None, copy: Value = True, ndmin: Value = 0, **_: Value
) -> Value:
    """``np.array(object)``: a copy."""
    found = as_array(run, object)
    missing = whole(ndmin) - len(found.sizes)
    cast = converted(run, found, dtypes.given(dtype, found.dtype))
    return cast.laid(checked((1,) * missing + cast.sizes)) if missing > 0 else cast


def asarray(run: Run, a: Value, dtype: Value = None, **_: Value) -> Value:
    """``np.asarray(a)``: the array itself if it is one of the type wanted."""
    found = as_array(run, a)
    wanted = dtypes.given(dtype, found.dtype)
    return found if wanted == found.dtype else converted(run, found, wanted)


def copied(run: Run, a: Value, *_: Value, **__: Value) -> Value:
    """``a.copy()``."""
    found = as_array(run, a)
    return converted(run, found, found.dtype)


def astype(run: Run, x: Value, dtype: Value, **_: Value) -> Value:
    """``x.astype(dtype)``."""
    return converted(run, as_array(run, x), dtypes.given(dtype))


def converted(run: Run, value: Value, dtype: str | None) -> Array:
    """A copy with elements of another type."""
    found = as_array(run, value)
    contents = found.contents
    if contents is not None:
        few = affordable(run, found.sizes)
        contents = _cast(contents, dtype) if few and found.dtype != dtype else contents
    numeric = dtypes.is_whole(dtype) or dtypes.is_fraction(dtype)
    return Array(found.sizes, dtype, contents, found.classes if numeric else None)


def cast_number(run: Run, value: Value, dtype: str) -> Value:
    """``np.float32(3)``: a number of a type, or an array of it."""
    if isinstance(value, Number):
        return value
    if isinstance(value, str) and dtypes.is_fraction(dtype):
        value = dtypes.float_of(value)
    return finished(run, converted(run, as_array(run, value), dtype))


def _cast(contents: tuple[object, ...], dtype: str | None) -> tuple[object, ...] | None:
    if not all(isinstance(value, int | float) for value in contents):
        return None
    if dtypes.is_whole(dtype):
        if not all(isinstance(value, int | float) and math.isfinite(value) for value in contents):
            return None
        return dtypes.stored((int(value) for value in contents), dtype)  # type: ignore[call-overload]  # numbers
    if dtype == "bool":
        return tuple(bool(value) for value in contents)
    return dtypes.stored(contents, dtype)


# -- sequences of numbers ------------------------------------------------------------------------


def arange(
    run: Run, start: Value, stop: Value = None, step: Value = 1, dtype: Value = None, **_: Value
) -> Value:
    """``np.arange(start, stop, step)``, or ``np.arange(stop)``."""
    distance = 1 if step is None else step
    bounds = (0, start, distance) if stop is None else (start, stop, distance)
    known = [bound for bound in bounds if isinstance(bound, int | float)]
    if len(known) < len(bounds):
        if all(isinstance(bound, int | float | Untold) for bound in bounds):
            return Array((Untold("the length of a range"),))
        raise unclear("the bounds of a range")
    first, last, gap = known
    if not gap:
        raise Raised("ZeroDivisionError", "division by zero")
    length = _steps(first, last, gap)
    kind = dtypes.of_values(known)
    wanted = dtypes.given(dtype, "int64" if kind == "bool" else kind)
    if kind == "float64" and wanted != kind:
        return Array(checked((length,)), wanted)
    contents = _rising(run, first, gap, length)
    return Array(checked((length,)), wanted, contents and dtypes.stored(contents, wanted))


def _steps(first: float, last: float, step: float) -> int:
    """How many numbers a range has: ``⌈(last − first) / step⌉``."""
    if isinstance(first, int) and isinstance(last, int) and isinstance(step, int):
        return max(-((first - last) // step), 0)
    try:
        return max(math.ceil((last - first) / step), 0)
    except (OverflowError, ValueError):
        raise refused("Maximum allowed size exceeded") from None


def _rising(run: Run, first: float, step: float, length: int) -> tuple[float, ...] | None:
    if not affordable(run, (length,)):
        return None
    if isinstance(first, int) and isinstance(step, int):
        return tuple(first + i * step for i in range(length))
    # numpy takes the distance of the first two numbers for that of all.
    try:
        distance = (first + step) - first
        return tuple(first + i * distance for i in range(length))
    except OverflowError:
        return None


def linspace(
    run: Run, start: Value, stop: Value, num: Value = 50, endpoint: Value = True,
    retstep: Value = False, dtype: Value = None, axis: Value = 0,
) -> Value:  # fmt: skip
    """``np.linspace(start, stop, num)``."""
    if isinstance(num, Untold):
        count: Size = num
    else:
        count = whole(num)
        if count < 0:
            raise refused(f"Number of samples, {count}, must be non-negative.")
    ends = broadcast(as_array(run, start).sizes, as_array(run, stop).sizes)
    place = axis_of(whole(axis), len(ends) + 1)
    wanted = dtypes.given(dtype, "float64")
    sizes = checked((*ends[:place], count, *ends[place:]))
    result = Array(sizes, wanted)
    if isinstance(start, int | float) and isinstance(stop, int | float) and wanted == "float64":
        result = Array(sizes, wanted, _spaced(run, start, stop, count, flag(endpoint)))
    return (result, number(run, "the step of a range")) if flag(retstep) else result


def _spaced(
    run: Run, start: float, stop: float, count: Size, endpoint: bool
) -> tuple[float, ...] | None:
    if isinstance(count, Untold) or not affordable(run, (count,)):
        return None
    gaps = count - 1 if endpoint else count
    try:
        step = (stop - start) / gaps if gaps > 0 else 0.0
        found = [float(start + i * step) for i in range(count)]
        return (*found[:-1], float(stop)) if endpoint and count > 1 else tuple(found)
    except OverflowError:
        return None


# -- matrices ------------------------------------------------------------------------------------


def eye(run: Run, rows: Value, columns: Value = None, dtype: Value = None) -> Value:
    """A matrix of so many rows and columns, which are as many if not given."""
    sizes = shape_of(run, [rows, rows if columns is None else columns])
    return Array(sizes, dtypes.given(dtype, "float64"))


def _eye(
    run: Run, N: Value, M: Value = None, k: Value = 0, dtype: Value = None, **_: Value  # noqa: N803  # numpy's names
) -> Value:  # fmt: skip
    return eye(run, N, M, dtype)


def _identity(run: Run, n: Value, dtype: Value = None) -> Value:
    return eye(run, n, dtype=dtype)


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "zeros": made, "ones": made, "empty": made, "full": _full, "zeros_like": like,
    "ones_like": like, "empty_like": like, "full_like": _full_like, "array": array,
    "asarray": asarray, "asanyarray": asarray, "ascontiguousarray": asarray, "copy": copied,
    "arange": arange, "linspace": linspace,
    "eye": _eye, "identity": _identity,
}  # fmt: skip
