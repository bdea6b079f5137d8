"""Functions of the elements: arithmetic, comparisons, roots, sums, with contents where known."""

from __future__ import annotations

import math
import operator

from weighbridge.layers import Untold
from weighbridge.readers._python.values import Raised, Value
from weighbridge.readers.dialects import _array_dtypes as dtypes
from weighbridge.readers.dialects import _array_shapes as shapes
from weighbridge.readers.dialects._array import (
    Array,
    Contents,
    affordable,
    finished,
    stretched,
)
from weighbridge.readers.dialects._array_arguments import as_array, unclear, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._python.run import Run

    Compute = Callable[..., object]

_FAILS = (ValueError, ZeroDivisionError, OverflowError)
_BITS = 4_000
"""Bits of a power that is still computed; no element has more than 64."""


def _power(base: float, exponent: float) -> object:
    if isinstance(base, int) and isinstance(exponent, int):
        if exponent < 0:
            raise Raised("ValueError", "Integers to negative integer powers are not allowed.")
        if base.bit_length() * exponent > _BITS:
            raise OverflowError
    return base**exponent


def _sign(value: float) -> object:
    return type(value)((value > 0) - (value < 0))


def _rounded(value: float) -> object:
    """To the nearest whole number, halves to the even one, as a number of the same type."""
    return value if isinstance(value, int) else float(round(value))


def _kept_whole(function: Compute) -> Compute:
    """``np.ceil`` and the like: whole numbers stay what they are, others stay fractions."""
    return lambda value: value if isinstance(value, int) else float(function(value))  # type: ignore[arg-type]  # a number


_SAME, _REAL, _TRUTH = "same", "real", "truth"
"""The type of a result: that of the operands, a fraction, or a truth value."""
BINARY: dict[str, tuple[Compute | None, str]] = {
    "add": (operator.add, _SAME), "subtract": (operator.sub, _SAME),
    "multiply": (operator.mul, _SAME), "divide": (operator.truediv, _REAL),
    "true_divide": (operator.truediv, _REAL), "floor_divide": (operator.floordiv, _SAME),
    "mod": (operator.mod, _SAME), "remainder": (operator.mod, _SAME), "power": (_power, _SAME),
    "float_power": (None, _REAL), "maximum": (max, _SAME), "minimum": (min, _SAME),
    "fmax": (max, _SAME), "fmin": (min, _SAME), "fmod": (None, _SAME), "hypot": (None, _REAL),
    "arctan2": (None, _REAL), "equal": (operator.eq, _TRUTH), "not_equal": (operator.ne, _TRUTH),
    "less": (operator.lt, _TRUTH), "less_equal": (operator.le, _TRUTH),
    "greater": (operator.gt, _TRUTH), "greater_equal": (operator.ge, _TRUTH),
    "logical_and": (None, _TRUTH), "logical_or": (None, _TRUTH), "logical_xor": (None, _TRUTH),
    "bitwise_and": (None, _SAME), "bitwise_or": (None, _SAME), "bitwise_xor": (None, _SAME),
    "left_shift": (None, _SAME), "right_shift": (None, _SAME), "isclose": (None, _TRUTH),
}  # fmt: skip
UNARY: dict[str, tuple[Compute | None, str]] = {
    "sqrt": (math.sqrt, _REAL), "exp": (math.exp, _REAL), "log": (math.log, _REAL),
    "log2": (math.log2, _REAL), "log10": (math.log10, _REAL), "log1p": (math.log1p, _REAL),
    "square": (lambda value: value * value, _SAME), "abs": (abs, _SAME), "absolute": (abs, _SAME),
    "fabs": (math.fabs, _REAL), "negative": (operator.neg, _SAME),
    "positive": (operator.pos, _SAME), "sign": (_sign, _SAME),
    "ceil": (_kept_whole(math.ceil), _SAME),
    "floor": (_kept_whole(math.floor), _SAME), "trunc": (_kept_whole(math.trunc), _SAME),
    "fix": (_kept_whole(math.trunc), _SAME), "rint": (_rounded, _REAL),
    **dict.fromkeys((
        "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "expm1", "exp2",
        "cbrt", "degrees", "radians", "deg2rad", "rad2deg",
    ), (None, _REAL)),
    **dict.fromkeys(("nan_to_num", "reciprocal", "conj", "invert", "bitwise_not"), (None, _SAME)),
    **dict.fromkeys(("isnan", "isinf", "isfinite", "logical_not"), (None, _TRUTH)),
}  # fmt: skip
_OPERATORS = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "mod": "mod",
    "floordiv": "floor_divide", "pow": "power", "and_": "bitwise_and", "or_": "bitwise_or",
    "xor": "bitwise_xor", "lshift": "left_shift", "rshift": "right_shift", "eq": "equal",
    "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal",
    "neg": "negative", "pos": "positive", "invert": "invert",
}  # fmt: skip


def operated(run: Run, sign: str, array: Array, other: Value, reflected: bool) -> Value:
    """``array <sign> other`` as the operators of Python spell it."""
    left, right = (other, array) if reflected else (array, other)
    if sign == "matmul":
        return matmul(run, left, right)
    name = _OPERATORS[sign]
    return unary(run, name, array) if name in UNARY else binary(run, name, left, right)


def unary(run: Run, name: str, value: Value) -> Value:
    """One function of each element."""
    compute, result = UNARY[name]
    array = as_array(run, value)
    dtype = _result_type(result, array.dtype)
    contents: Contents | None = None
    if compute is not None and array.contents is not None and affordable(run, array.sizes):
        contents = _computed(compute, [array.contents], [array.dtype], dtype)
    return finished(run, Array(array.sizes, dtype, contents))


def binary(run: Run, name: str, left: Value, right: Value) -> Value:
    """One function of each pair of elements, shapes broadcast."""
    compute, result = BINARY[name]
    arrays = [as_array(run, left), as_array(run, right)]
    sizes = shapes.broadcast(*(array.sizes for array in arrays))
    dtype = _result_type(result, _common_type((left, right), arrays))
    contents: Contents | None = None
    if compute is not None and all(array.contents is not None for array in arrays):
        spread = [stretched(run, array, sizes) for array in arrays]
        known = [values for values in spread if values is not None]
        if len(known) == len(arrays):
            contents = _computed(compute, known, [array.dtype for array in arrays], dtype)
    return finished(run, Array(sizes, dtype, contents))


def _result_type(result: str, dtype: str | None) -> str | None:
    if result == _TRUTH:
        return "bool"
    if result == _SAME or dtypes.is_fraction(dtype) or dtype is None:
        return dtype
    return "float64" if dtype in ("int64", "int32", "uint64", "uint32") else None


def _common_type(values: tuple[Value, ...], arrays: list[Array]) -> str | None:
    """The type that operands have together: plain numbers take that of the arrays they meet."""
    pairs = list(zip(values, arrays, strict=True))
    strong = [array.dtype for value, array in pairs if not isinstance(value, int | float)]
    if not strong:
        return dtypes.together(array.dtype for array in arrays)
    dtype = dtypes.together(strong)
    weak = {type(value) for value, _ in pairs if isinstance(value, int | float)}
    if float in weak and (dtype == "bool" or dtypes.is_whole(dtype)):
        return "float64"
    return "int64" if int in weak and dtype == "bool" else dtype


def _computed(
    compute: Compute, columns: list[Contents], types: list[str | None], dtype: str | None
) -> Contents | None:
    """The function of each row of ``columns``; ``None`` where numpy has its own idea of it."""
    if any(name in ("object", "str") for name in types):
        _refuse_objects(compute, columns)
        return None
    if "bool" in types and dtype != "bool":
        return None
    try:
        found = [compute(*row) for row in zip(*columns, strict=True)]
    except _FAILS:
        return None
    return dtypes.stored(found, dtype)


def _refuse_objects(compute: Compute, columns: list[Contents]) -> None:
    """Contents of no number type are not followed; what Python refuses is refused."""
    for row in zip(*columns, strict=True):
        try:
            compute(*row)
        except TypeError as error:
            raise Raised("TypeError", str(error)) from None
        except _FAILS:
            return


# -- over axes -----------------------------------------------------------------------------------


def matmul(run: Run, x1: Value, x2: Value) -> Value:
    """``x1 @ x2``."""
    left, right = as_array(run, x1), as_array(run, x2)
    dtype = dtypes.together((left.dtype, right.dtype))
    return finished(run, Array(shapes.multiplied(left.sizes, right.sizes), dtype))


def _dot(run: Run, a: Value, b: Value) -> Value:
    left, right = as_array(run, a), as_array(run, b)
    dtype = dtypes.together((left.dtype, right.dtype))
    return finished(run, Array(shapes.dotted(left.sizes, right.sizes), dtype))


def _outer(run: Run, a: Value, b: Value) -> Value:
    sizes = tuple(shapes.count(as_array(run, value).sizes) for value in (a, b))
    return Array(shapes.checked(sizes))


def _clip(
    run: Run, a: Value, a_min: Value = None, a_max: Value = None, *, min: Value = None,
    max: Value = None,
) -> Value:  # fmt: skip
    bounds = [bound for bound in (a_min, a_max, min, max) if bound is not None]
    arrays = [as_array(run, value) for value in (a, *bounds)]
    return finished(run, Array(shapes.broadcast(*(x.sizes for x in arrays)), arrays[0].dtype))


def round_(run: Run, a: Value, decimals: Value = 0) -> Value:
    """``np.round(a)``."""
    places = whole(decimals)
    array = as_array(run, a)
    contents: Contents | None = None
    if places == 0 and array.contents is not None and affordable(run, array.sizes):
        contents = _computed(_rounded, [array.contents], [array.dtype], array.dtype)
    return finished(run, Array(array.sizes, array.dtype, contents))


def where(run: Run, condition: Value, *choices: Value) -> Value:
    """``np.where(condition, x, y)``; alone, the places where the condition holds."""
    test = as_array(run, condition)
    if not choices:
        found = Untold("how often a condition holds")
        return tuple(Array((found,), "int64") for _ in test.sizes or (1,))
    arrays = [as_array(run, value) for value in choices]
    sizes = shapes.broadcast(test.sizes, *(array.sizes for array in arrays))
    return finished(run, Array(sizes, _common_type(choices, arrays)))


def unique(
    run: Run, ar: Value, return_index: Value = False, return_inverse: Value = False,
    return_counts: Value = False,
) -> Value:  # fmt: skip
    """``np.unique(ar)``: a row of distinct elements, with whatever else is asked for."""
    array = as_array(run, ar)
    found = _distinct(run, array)
    extras: list[Value] = [Array(found.sizes, "int64")] if return_index is True else []
    if return_inverse is True:
        extras.append(Array((shapes.count(array.sizes),), "int64"))
    if return_counts is True:
        extras.append(Array(found.sizes, "int64"))
    if not all(isinstance(f, bool) for f in (return_index, return_inverse, return_counts)):
        raise unclear("what np.unique is asked for")
    return (found, *extras) if extras else found


def _distinct(run: Run, array: Array) -> Array:
    if array.classes is not None and affordable(run, (array.classes,)):
        values = tuple(range(array.classes))
        return Array((array.classes,), array.dtype, dtypes.stored(values, array.dtype))
    if array.contents is not None and all(isinstance(v, int | float) for v in array.contents):
        values = tuple(sorted(set(array.contents)))  # type: ignore[arg-type]  # numbers
        return Array((len(values),), array.dtype, values)
    return Array((Untold("how many distinct values there are"),), array.dtype)


def _of_each(name: str) -> Callable[..., Value]:
    return lambda run, x: unary(run, name, x)


def _of_pairs(name: str) -> Callable[..., Value]:
    return lambda run, x1, x2: binary(run, name, x1, x2)


FUNCTIONS: dict[str, Callable[..., Value]] = {
    **{name: _of_each(name) for name in UNARY},
    **{name: _of_pairs(name) for name in BINARY},
    "matmul": matmul, "dot": _dot, "outer": _outer, "clip": _clip, "round": round_,
    "around": round_, "round_": round_, "where": where, "unique": unique,
}  # fmt: skip
