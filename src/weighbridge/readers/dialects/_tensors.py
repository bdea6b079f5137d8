"""Concrete tensors: what TensorFlow and ``keras.ops`` compute at once, without a graph."""

from __future__ import annotations

from weighbridge.layers import Samples
from weighbridge.readers._python.values import Native, Value
from weighbridge.readers.dialects import _array_joining as joining
from weighbridge.readers.dialects import _array_making as making
from weighbridge.readers.dialects import _array_shaping as shaping
from weighbridge.readers.dialects._array import Array, ArrayFunction, Number
from weighbridge.readers.dialects._array_arguments import (
    NEW_AXIS,
    as_array,
    shape_of,
    size_of,
    unclear,
)
from weighbridge.readers.dialects._array_dtypes import given
from weighbridge.readers.dialects._array_numbers import FUNCTIONS as NUMBERS
from weighbridge.readers.dialects._array_numbers import UNARY
from weighbridge.readers.dialects._array_reducing import FUNCTIONS as REDUCTIONS
from weighbridge.readers.dialects._array_shapes import checked
from weighbridge.readers.dialects._graph import TensorShape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._python.run import Run


class Tensor(Array):
    """An array that tells its shape as these frameworks do."""

    def attribute(self, run: Run, name: str) -> Value:
        match name:
            case "shape":
                return TensorShape(self.sizes)
            case "get_shape":
                return ArrayFunction(name, lambda run: TensorShape(self.sizes))
        return super().attribute(run, name)


def _tensor(value: Value) -> Value:
    if isinstance(value, Array):
        return Tensor(value.sizes, value.dtype, value.contents, value.classes)
    return value


# -- made of nothing -----------------------------------------------------------------------------


def _filled(run: Run, shape: Value, *_: Value, **__: Value) -> Value:
    """A tensor of a given shape, whatever is in it."""
    return Tensor(shape_of(run, shape), "float32")


def _fill(run: Run, dims: Value, *_: Value, **__: Value) -> Value:
    return _filled(run, dims)


def _constant(
    run: Run, value: Value, dtype: Value = None, shape: Value = None, *_: Value, **__: Value
) -> Value:
    """``tf.constant(value)``; a number stays a number, a tensor of a graph what it is."""
    if shape is not None:
        return Tensor(shape_of(run, shape), given(dtype))
    if isinstance(value, int | float | Number | Samples):
        return value
    if isinstance(value, Native) and not isinstance(value, Array | tuple):
        return value
    found = as_array(run, value)
    return Tensor(found.sizes, given(dtype, found.dtype), found.contents)


def _eye(run: Run, num_rows: Value, num_columns: Value = None, *_: Value, **__: Value) -> Value:
    return _tensor(making.eye(run, num_rows, num_columns))


def _range(
    run: Run, start: Value, limit: Value = None, delta: Value = 1, *_: Value, **__: Value
) -> Value:
    return _tensor(making.arange(run, start, limit, delta))


def _nothing(run: Run, *_: Value, **__: Value) -> Value:
    return None


# -- made of others ------------------------------------------------------------------------------


def _one_hot(run: Run, indices: Value, depth: Value) -> Value:
    sizes = as_array(run, indices).sizes
    return Array(checked((*sizes, size_of(depth))), "float32")


def _arranged(function: Callable[..., Value], *parameters: str) -> Callable[..., Value]:
    """A function of arrays under the names its arguments have in either framework.

    ``"input|x"`` is one argument with two names, ``"axis?"`` one that may be left out.
    """
    names = [parameter.rstrip("?").split("|") for parameter in parameters]
    known = {"name", "dtype", *(name for alternatives in names for name in alternatives)}

    def arranged(run: Run, *values: Value, **named: Value) -> Value:
        found = list(values)
        for parameter, alternatives in list(zip(parameters, names, strict=True))[len(values) :]:
            name = next((name for name in alternatives if name in named), None)
            if name is None and not parameter.endswith("?"):
                raise unclear(f"the argument {alternatives[0]}")
            if name is None:
                break
            found.append(named[name])
        if len(found) > len(parameters) or named.keys() - known:
            raise unclear("further arguments")
        return _tensor(function(run, *found))

    return arranged


_BINARY = ("add", "subtract", "multiply", "divide", "power", "maximum", "minimum", "mod")
FUNCTIONS: dict[str, Callable[..., Value]] = {
    "zeros": _filled, "ones": _filled, "full": _filled, "fill": _fill, "eye": _eye,
    "arange": _range, "range": _range, "linspace": making.linspace, "constant": _constant,
    "convert_to_tensor": _constant, "array": _constant,
    **dict.fromkeys((
        "random.normal", "random.uniform", "random.truncated_normal", "random.randint",
        "random_normal", "random_uniform", "truncated_normal",
    ), _filled),
    "random.set_seed": _nothing, "set_random_seed": _nothing,
    "reshape": _arranged(shaping.reshape, "tensor|x", "shape|newshape"),
    "expand_dims": _arranged(shaping.expand_dims, "input|x", "axis"),
    "squeeze": _arranged(shaping.squeeze, "input|x", "axis?"),
    "transpose": _arranged(shaping.transpose, "a|x", "perm|axes?"),
    "tile": _arranged(shaping.tile, "input|x", "multiples|repeats"),
    "cast": _arranged(making.astype, "x", "dtype"),
    "concat": _arranged(joining.concatenate, "values|xs", "axis"),
    "concatenate": _arranged(joining.concatenate, "xs", "axis?"),
    "stack": _arranged(joining.stack, "values|x", "axis?"),
    "one_hot": _arranged(_one_hot, "indices|x", "depth|num_classes"),
    "matmul": _arranged(NUMBERS["matmul"], "a|x1", "b|x2"),
    **dict.fromkeys(("zeros_like", "ones_like"), _arranged(making.like, "input|x")),
    **{name: _arranged(NUMBERS[name], "x") for name in UNARY},
    **{name: _arranged(NUMBERS[name], "x|x1", "y|x2") for name in _BINARY},
    **{name: _arranged(REDUCTIONS[name], "x", "axis?") for name in ("sum", "mean", "max", "min")},
    **{
        f"reduce_{name}": _arranged(REDUCTIONS[name], "input_tensor", "axis?")
        for name in ("sum", "mean", "max", "min", "prod")
    },
}  # fmt: skip


def named(name: str) -> Value | None:
    """What ``tf.<name>`` or ``keras.ops.<name>`` makes of no tensor of a graph."""
    if name == "newaxis":
        return NEW_AXIS
    return ArrayFunction(name, FUNCTIONS[name]) if name in FUNCTIONS else None
