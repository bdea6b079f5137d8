"""Sums, products, means, extremes: functions that take axes away."""

from __future__ import annotations

import itertools
import math
import operator

from weighbridge.readers._python.values import Raised, Value
from weighbridge.readers.dialects import _array_dtypes as dtypes
from weighbridge.readers.dialects import _array_shapes as shapes
from weighbridge.readers.dialects._array import Array, Contents, affordable, finished
from weighbridge.readers.dialects._array_arguments import as_array, axes, flag, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._python.run import Run

    Compute = Callable[[Contents], object]


def _times(left: object, right: object) -> object:
    """A product; whole numbers that grow out of 64 bits are noticed."""
    result = left * right  # type: ignore[operator]  # what Python refuses is raised
    if isinstance(result, int) and not -(2**63) <= result < 2**63:
        raise OverflowError
    return result


def _product(values: Contents) -> object:
    result: object = 1
    for value in values:
        result = _times(result, value)
    return result


def _sum(values: Contents) -> object:
    result: object = 0
    for value in values:
        result = operator.add(result, value)
    return result


def _mean(values: Contents) -> object:
    return _sum(values) / len(values)  # type: ignore[operator]  # a number


def _largest(values: Contents) -> object:
    return max(values)  # type: ignore[type-var]  # numbers


def _smallest(values: Contents) -> object:
    return min(values)  # type: ignore[type-var]  # numbers


_SAME, _SUMMED, _REAL, _TRUTH, _PLACE = "same", "summed", "real", "truth", "place"
"""The type of a result: that of the elements, of a sum of them, a fraction, …, a position."""
_EMPTY_FAILS = ("max", "min", "amax", "amin", "argmax", "argmin", "ptp")
REDUCING: dict[str, tuple[Compute | None, str]] = {
    "sum": (_sum, _SUMMED), "prod": (_product, _SUMMED), "product": (_product, _SUMMED),
    "max": (_largest, _SAME), "min": (_smallest, _SAME), "amax": (_largest, _SAME),
    "amin": (_smallest, _SAME),
    "mean": (_mean, _REAL), "average": (None, _REAL), "median": (None, _REAL),
    "std": (None, _REAL), "var": (None, _REAL), "nanmean": (None, _REAL), "nanstd": (None, _REAL),
    "nanmax": (None, _SAME), "nanmin": (None, _SAME), "nansum": (None, _SUMMED),
    "any": (any, _TRUTH), "all": (all, _TRUTH), "ptp": (None, _SAME),
    "argmax": (lambda values: values.index(_largest(values)), _PLACE),
    "argmin": (lambda values: values.index(_smallest(values)), _PLACE),
    "count_nonzero": (lambda values: sum(map(bool, values)), _PLACE),
}  # fmt: skip


def _reducer(name: str) -> Callable[..., Value]:
    """``np.sum(a, axis=None, dtype=None, keepdims=False)`` and its like."""
    compute, result = REDUCING[name]

    def reduce(
        run: Run, a: Value, axis: Value = None, dtype: Value = None, *, keepdims: Value = False,
        ddof: Value = 0,
    ) -> Value:  # fmt: skip
        array = as_array(run, a)
        places = axes(axis)
        sizes = shapes.reduced(array.sizes, places, flag(keepdims))
        if name in _EMPTY_FAILS:
            _check_empty(array, places)
        kind = dtypes.given(dtype, _result_type(result, array.dtype))
        if _labels(array) and name in ("max", "amax", "min", "amin") and places is None:
            extreme = array.classes - 1 if name.endswith("max") else 0  # type: ignore[operator]  # labels
            return finished(run, Array(sizes, kind, dtypes.stored((extreme,), kind)))
        contents: Contents | None = None
        if compute is not None and _over_all(array, places) and affordable(run, array.sizes):
            contents = _reduced(compute, array, kind)
        return finished(run, Array(sizes, kind, contents))

    return reduce


def _labels(array: Array) -> bool:
    return array.classes is not None and array.classes > 0


def _over_all(array: Array, places: list[int] | None) -> bool:
    return places is None or len(places) == len(array.sizes) == 1


def _check_empty(array: Array, places: list[int] | None) -> None:
    gone = range(len(array.sizes)) if places is None or not array.sizes else places
    if any(array.sizes[axis] == 0 for axis in gone):
        raise shapes.refused("of no elements there is no extreme")


def _result_type(result: str, dtype: str | None) -> str | None:
    if result in (_TRUTH, _PLACE):
        return "bool" if result == _TRUTH else "int64"
    if dtype != "bool" and not dtypes.is_whole(dtype):
        return dtype
    if result == _SUMMED:
        return "uint64" if str(dtype).startswith("u") else "int64"
    return "float64" if result == _REAL else dtype


def _reduced(compute: Compute, array: Array, dtype: str | None) -> Contents | None:
    if array.contents is None:
        return None
    try:
        found = compute(array.contents)
    except TypeError as error:
        raise Raised("TypeError", str(error)) from None
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    if isinstance(found, float) and math.isnan(found):
        return None
    return dtypes.stored(found if isinstance(found, tuple) else (found,), dtype)


def _accumulator(step: Callable[[object, object], object]) -> Callable[..., Value]:
    """``np.cumsum(a, axis=None)``: without an axis over the elements in a row."""

    def running(values: Contents) -> object:
        return tuple(itertools.accumulate(values, step))

    def accumulate(run: Run, a: Value, axis: Value = None, dtype: Value = None) -> Value:
        array = as_array(run, a)
        sizes, _ = shapes.along(array.sizes, None if axis is None else whole(axis))
        kind = dtypes.given(dtype, _result_type(_SUMMED, array.dtype))
        contents: Contents | None = None
        if (axis is None or len(sizes) == 1) and affordable(run, sizes):
            contents = _reduced(running, array, kind)
        return Array(sizes, kind, contents)

    return accumulate


def _norm(
    run: Run, x: Value, ord: Value = None, axis: Value = None, keepdims: Value = False
) -> Value:
    """``np.linalg.norm(x)``."""
    array = as_array(run, x)
    return finished(run, Array(shapes.reduced(array.sizes, axes(axis), flag(keepdims)), "float64"))


def _sorted(run: Run, a: Value, axis: Value = -1, **_: Value) -> Value:
    array = as_array(run, a)
    if axis is None:
        return Array((shapes.count(array.sizes),), array.dtype)
    shapes.axis_of(whole(axis), len(array.sizes))
    return Array(array.sizes, array.dtype, None, array.classes)


def _order(run: Run, a: Value, axis: Value = -1, **_: Value) -> Value:
    found = _sorted(run, a, axis)
    return Array(found.sizes, "int64") if isinstance(found, Array) else found


FUNCTIONS: dict[str, Callable[..., Value]] = {
    **{name: _reducer(name) for name in REDUCING},
    "cumsum": _accumulator(operator.add), "cumprod": _accumulator(_times),
    "sort": _sorted, "argsort": _order, "linalg.norm": _norm,
}  # fmt: skip
