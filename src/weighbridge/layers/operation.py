"""Operations that combine tensors value by value: arithmetic, comparisons, choices."""

from __future__ import annotations

from weighbridge.layers._operation import Operation, broadcast, reading
from weighbridge.model import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Ignored, Incoming
    from weighbridge.model import Dims, Kind


class ElementwiseOperation(Operation):
    """Values at the same place are combined, or each is changed on its own: ``x + y``, ``relu(x)``.

    Out comes the shape that the operands stretch to, as NumPy broadcasts. A multiplication here is
    not a MAC: nothing is added up.
    """

    def result(self, *shapes: Dims) -> Dims | None:
        return broadcast(*shapes)


# -- spellings: what is not said of an operation changes neither its shape nor its work ------------


def elementwise(*tensors: object) -> ElementwiseOperation:
    """The operation on ``tensors``, of which plain numbers change nothing."""
    read = reading(*tensors)
    shaped = tuple(item for item in read if item is None or item.shape != ())
    if not shaped:
        return ElementwiseOperation(fixed=read)
    return ElementwiseOperation(fixed=shaped if any(shaped) else ())


def _x_y(x: Incoming, y: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return elementwise(x, y)


def _y_x(y: Incoming, x: Incoming, **_: Ignored) -> Kind:
    return elementwise(y, x)


def _x1_x2(x1: Incoming, x2: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return elementwise(x1, x2)


def _target_output(target: Incoming, output: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return elementwise(target, output)


def _keras_clip(x: Incoming, x_min: Incoming, x_max: Incoming) -> Kind:
    return elementwise(x, x_min, x_max)


def _backend_clip(x: Incoming, min_value: Incoming, max_value: Incoming) -> Kind:
    return elementwise(x, min_value, max_value)


def _tf_clip(
    t: Incoming, clip_value_min: Incoming, clip_value_max: Incoming, name: Ignored = None
) -> Kind:
    return elementwise(t, clip_value_min, clip_value_max)


def _keras_where(condition: Incoming, x1: Incoming = None, x2: Incoming = None) -> Kind:
    if x1 is None or x2 is None:
        return Unknown(native="where", because="how many places it finds depends on the values")
    return elementwise(condition, x1, x2)


def _tf_where(
    condition: Incoming, x: Incoming = None, y: Incoming = None, name: Ignored = None
) -> Kind:
    return _keras_where(condition, x, y)


def _backend_switch(
    condition: Incoming, then_expression: Incoming, else_expression: Incoming
) -> Kind:
    return elementwise(condition, then_expression, else_expression)


def _keras_select(condlist: Incoming, choicelist: Incoming, default: Incoming = 0) -> Kind:
    return elementwise(condlist, choicelist, default)


def _inputs(inputs: Incoming, name: Ignored = None) -> Kind:
    return elementwise(inputs)


# One name a line would make pages of these.
# fmt: off
_OF_X1_X2 = (
    "keras:ops.add", "keras:ops.arctan2", "keras:ops.divide", "keras:ops.divide_no_nan",
    "keras:ops.equal", "keras:ops.floor_divide", "keras:ops.fmax", "keras:ops.fmin",
    "keras:ops.fmod", "keras:ops.gcd", "keras:ops.greater", "keras:ops.greater_equal",
    "keras:ops.heaviside", "keras:ops.hypot", "keras:ops.isclose", "keras:ops.lcm",
    "keras:ops.ldexp", "keras:ops.less", "keras:ops.less_equal", "keras:ops.logaddexp",
    "keras:ops.logaddexp2", "keras:ops.logical_and", "keras:ops.logical_or",
    "keras:ops.logical_xor", "keras:ops.maximum", "keras:ops.minimum", "keras:ops.mod",
    "keras:ops.multiply", "keras:ops.nextafter", "keras:ops.not_equal", "keras:ops.power",
    "keras:ops.subtract", "keras:ops.true_divide",
)
_OF_X_Y = (
    "keras:ops.bitwise_and", "keras:ops.bitwise_left_shift", "keras:ops.bitwise_or",
    "keras:ops.bitwise_right_shift", "keras:ops.bitwise_xor", "keras:ops.left_shift",
    "keras:ops.right_shift", "keras:backend.equal", "keras:backend.greater",
    "keras:backend.greater_equal", "keras:backend.less", "keras:backend.less_equal",
    "keras:backend.maximum", "keras:backend.minimum", "keras:backend.not_equal",
    "keras:backend.pow", "python:add", "python:and_", "python:eq", "python:floordiv", "python:ge",
    "python:gt", "python:le", "python:lshift", "python:lt", "python:mod", "python:mul", "python:ne",
    "python:or_", "python:pow", "python:rshift", "python:sub", "python:truediv", "python:xor",
    "tf:add", "tf:div", "tf:divide", "tf:equal", "tf:floordiv", "tf:greater", "tf:greater_equal",
    "tf:less", "tf:less_equal", "tf:logical_and", "tf:logical_or", "tf:maximum", "tf:minimum",
    "tf:mod", "tf:multiply", "tf:not_equal", "tf:pow", "tf:subtract", "tf:truediv", "tf:math.add",
    "tf:math.divide", "tf:math.divide_no_nan", "tf:math.equal", "tf:math.floordiv",
    "tf:math.floormod", "tf:math.greater", "tf:math.greater_equal", "tf:math.less",
    "tf:math.less_equal", "tf:math.logical_and", "tf:math.logical_or", "tf:math.logical_xor",
    "tf:math.maximum", "tf:math.minimum", "tf:math.mod", "tf:math.multiply",
    "tf:math.multiply_no_nan", "tf:math.not_equal", "tf:math.pow", "tf:math.squared_difference",
    "tf:math.subtract", "tf:math.truediv", "tf:math.xdivy", "tf:math.xlogy",
)
SPELLINGS: dict[str, Spelling] = {
    **dict.fromkeys(_OF_X1_X2, _x1_x2), **dict.fromkeys(_OF_X_Y, _x_y),
    "tf:atan2": _y_x, "tf:math.atan2": _y_x, "tf:add_n": _inputs, "tf:math.add_n": _inputs,
    "tf:math.accumulate_n": _inputs, "keras:backend.binary_crossentropy": _target_output,
    "keras:ops.binary_crossentropy": _target_output, "keras:ops.clip": _keras_clip,
    "keras:backend.clip": _backend_clip, "tf:clip_by_value": _tf_clip,
    "keras:ops.where": _keras_where, "tf:where": _tf_where, "keras:backend.switch": _backend_switch,
    "keras:ops.select": _keras_select,
}
# fmt: on
KINDS = (ElementwiseOperation,)
