"""Operations on one tensor that keep its shape: activation functions, mathematics, casts.

Some change each value on its own, some let values along an axis see each other, as softmax does.
"""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Num, floor, value
from weighbridge.layers._operation import Operation, position, reading
from weighbridge.layers.operation import elementwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Ignored, Incoming
    from weighbridge.model import Dims, Kind


class GatedUnit(Operation):
    """One half of the values along an axis, each times the sigmoid of its partner in the other.

    Source: Dauphin et al. 2017 (gated convolutional networks), section 2.
    """

    axis: int = -1

    def result(self, *shapes: Dims) -> Dims | None:
        shape = shapes[0]
        axis = position(self.axis, len(shape))
        if (value(shape[axis]) or 0) % 2:
            raise Impossible(f"an axis of {value(shape[axis])} values has no halves")
        return (*shape[:axis], floor(shape[axis], Num(2)), *shape[axis + 1 :])


# -- spellings: what the one tensor is called differs, and nothing else matters --------------------


def _x(x: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return elementwise(x)


def _t(t: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return elementwise(t)


def _input(input: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return elementwise(input)


def _inputs(inputs: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return elementwise(inputs)


def _features(features: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return elementwise(features)


def _logits(logits: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return elementwise(logits)


def _value(value: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return elementwise(value)


def _values(values: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return elementwise(values)


def _tensor(tensor: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return elementwise(tensor)


def _variable(variable: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return elementwise(variable)


def _variables(variables: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return elementwise(variables)


def _image(image: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return elementwise(image)


def _images(images: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return elementwise(images)


def _keras_glu(x: Incoming, axis: int = -1) -> Kind:
    return GatedUnit(axis=axis, fixed=reading(x))


# One name a line would make pages of these.
# fmt: off
_OF_X = (
    "keras:ops.abs", "keras:ops.absolute", "keras:ops.angle", "keras:ops.arccos",
    "keras:ops.arccosh", "keras:ops.arcsin", "keras:ops.arcsinh", "keras:ops.arctan",
    "keras:ops.arctanh", "keras:ops.argsort", "keras:ops.array", "keras:ops.batch_normalization",
    "keras:ops.bitwise_invert", "keras:ops.bitwise_not", "keras:ops.cast", "keras:ops.cbrt",
    "keras:ops.ceil", "keras:ops.celu", "keras:ops.cholesky", "keras:ops.conj",
    "keras:ops.conjugate", "keras:ops.convert_to_tensor", "keras:ops.copy", "keras:ops.cos",
    "keras:ops.cosh", "keras:ops.deg2rad", "keras:ops.digitize", "keras:ops.elu",
    "keras:ops.empty_like", "keras:ops.erf", "keras:ops.erfc", "keras:ops.erfinv", "keras:ops.exp",
    "keras:ops.exp2", "keras:ops.expm1", "keras:ops.fabs", "keras:ops.flip", "keras:ops.fliplr",
    "keras:ops.flipud", "keras:ops.floor", "keras:ops.full_like", "keras:ops.gelu",
    "keras:ops.hard_shrink", "keras:ops.hard_sigmoid", "keras:ops.hard_silu",
    "keras:ops.hard_swish", "keras:ops.hard_tanh", "keras:ops.i0", "keras:ops.imag",
    "keras:ops.inv", "keras:ops.isfinite", "keras:ops.isinf", "keras:ops.isnan",
    "keras:ops.isneginf", "keras:ops.isposinf", "keras:ops.isreal", "keras:ops.layer_normalization",
    "keras:ops.leaky_relu", "keras:ops.log", "keras:ops.log10", "keras:ops.log1p", "keras:ops.log2",
    "keras:ops.log_sigmoid", "keras:ops.log_softmax", "keras:ops.logical_not",
    "keras:ops.nan_to_num", "keras:ops.negative", "keras:ops.normalize", "keras:ops.ones_like",
    "keras:ops.rad2deg", "keras:ops.real", "keras:ops.reciprocal", "keras:ops.relu",
    "keras:ops.relu6", "keras:ops.rms_normalization", "keras:ops.roll", "keras:ops.round",
    "keras:ops.rsqrt", "keras:ops.saturate_cast", "keras:ops.selu", "keras:ops.sigmoid",
    "keras:ops.sign", "keras:ops.signbit", "keras:ops.silu", "keras:ops.sin", "keras:ops.sinc",
    "keras:ops.sinh", "keras:ops.soft_shrink", "keras:ops.softmax", "keras:ops.softplus",
    "keras:ops.softsign", "keras:ops.sort", "keras:ops.sparse_plus", "keras:ops.sparse_sigmoid",
    "keras:ops.sparsemax", "keras:ops.sqrt", "keras:ops.square", "keras:ops.squareplus",
    "keras:ops.swish", "keras:ops.tan", "keras:ops.tanh", "keras:ops.tanh_shrink",
    "keras:ops.threshold", "keras:ops.tril", "keras:ops.triu", "keras:ops.trunc",
    "keras:ops.zeros_like", "keras:activations.celu", "keras:activations.elu",
    "keras:activations.exponential", "keras:activations.gelu", "keras:activations.hard_shrink",
    "keras:activations.hard_sigmoid", "keras:activations.hard_silu", "keras:activations.hard_swish",
    "keras:activations.hard_tanh", "keras:activations.leaky_relu", "keras:activations.linear",
    "keras:activations.log_sigmoid", "keras:activations.log_softmax", "keras:activations.mish",
    "keras:activations.relu", "keras:activations.relu6", "keras:activations.selu",
    "keras:activations.sigmoid", "keras:activations.silu", "keras:activations.soft_shrink",
    "keras:activations.softmax", "keras:activations.softplus", "keras:activations.softsign",
    "keras:activations.sparse_plus", "keras:activations.sparse_sigmoid",
    "keras:activations.sparsemax", "keras:activations.squareplus", "keras:activations.swish",
    "keras:activations.tanh", "keras:activations.tanh_shrink", "keras:activations.threshold",
    "keras:backend.abs", "keras:backend.batch_normalization", "keras:backend.bias_add",
    "keras:backend.cast_to_floatx", "keras:backend.cos", "keras:backend.cumprod",
    "keras:backend.cast", "keras:backend.cumsum", "keras:backend.dropout", "keras:backend.elu",
    "keras:backend.exp", "keras:backend.hard_sigmoid", "keras:backend.identity",
    "keras:backend.l2_normalize", "keras:backend.log", "keras:backend.ones_like",
    "keras:backend.relu", "keras:backend.reverse", "keras:backend.round", "keras:backend.sigmoid",
    "keras:backend.sign", "keras:backend.sin", "keras:backend.softmax", "keras:backend.softplus",
    "keras:backend.softsign", "keras:backend.sqrt", "keras:backend.square", "keras:backend.tanh",
    "keras:backend.zeros_like", "tf:abs", "tf:acos", "tf:acosh", "tf:asin", "tf:asinh", "tf:atan",
    "tf:atanh", "tf:cast", "tf:cos", "tf:cosh", "tf:cumsum", "tf:ensure_shape", "tf:exp",
    "tf:floor", "tf:log", "tf:logical_not", "tf:negative", "tf:round", "tf:rsqrt",
    "tf:saturate_cast", "tf:sigmoid", "tf:sign", "tf:sin", "tf:sinh", "tf:sqrt", "tf:square",
    "tf:tan", "tf:tanh", "tf:to_float", "tf:linalg.l2_normalize", "tf:math.abs", "tf:math.acos",
    "tf:math.acosh", "tf:math.asin", "tf:math.asinh", "tf:math.atan", "tf:math.atanh",
    "tf:math.ceil", "tf:math.conj", "tf:math.cos", "tf:math.cosh", "tf:math.cumprod",
    "tf:math.cumsum", "tf:math.cumulative_logsumexp", "tf:math.digamma", "tf:math.erf",
    "tf:math.erfc", "tf:math.erfinv", "tf:math.exp", "tf:math.expm1", "tf:math.floor",
    "tf:math.is_finite", "tf:math.is_inf", "tf:math.is_nan", "tf:math.l2_normalize",
    "tf:math.lgamma", "tf:math.log", "tf:math.log1p", "tf:math.log_sigmoid", "tf:math.logical_not",
    "tf:math.negative", "tf:math.reciprocal", "tf:math.rint", "tf:math.round", "tf:math.rsqrt",
    "tf:math.sigmoid", "tf:math.sign", "tf:math.sin", "tf:math.sinh", "tf:math.sqrt",
    "tf:math.square", "tf:math.tan", "tf:math.tanh", "tf:nn.batch_normalization", "tf:nn.dropout",
    "tf:nn.l2_normalize", "tf:nn.log_sigmoid", "tf:nn.sigmoid", "tf:nn.tanh", "python:abs",
    "python:invert", "python:neg", "python:pos", "python:round",
)
_OF_ANOTHER_NAME: dict[str, Spelling] = {
    "tf:nn.bias_add": _value, "keras:ops.stop_gradient": _variable,
    "keras:backend.stop_gradient": _variables, "keras:backend.to_dense": _tensor,
    "keras:random.dropout": _inputs, "keras:ops.image.affine_transform": _images,
    "keras:ops.image.elastic_transform": _images, "keras:ops.image.gaussian_blur": _images,
    "keras:ops.image.hsv_to_rgb": _images, "keras:ops.image.perspective_transform": _images,
    "keras:ops.image.rgb_to_hsv": _images, "tf:argsort": _values, "tf:clip_by_norm": _t,
    "tf:constant": _value, "tf:convert_to_tensor": _value, "tf:debugging.check_numerics": _tensor,
    "tf:identity": _input, "tf:ones_like": _input, "tf:reverse": _tensor, "tf:roll": _input,
    "tf:sort": _values, "tf:stop_gradient": _input, "tf:zeros_like": _input,
    "tf:random.shuffle": _value, "tf:linalg.band_part": _input, "tf:linalg.cholesky": _input,
    "tf:linalg.inv": _input, "tf:math.angle": _input, "tf:math.imag": _input,
    "tf:math.real": _input, "tf:math.softplus": _features, "tf:nn.elu": _features,
    "tf:nn.gelu": _features, "tf:nn.leaky_relu": _features,
    "tf:nn.local_response_normalization": _input, "tf:nn.log_softmax": _logits, "tf:nn.lrn": _input,
    "tf:nn.relu": _features, "tf:nn.relu6": _features, "tf:nn.selu": _features,
    "tf:nn.silu": _features, "tf:nn.softmax": _logits, "tf:nn.softplus": _features,
    "tf:nn.softsign": _features, "tf:nn.swish": _features, "tf:image.adjust_brightness": _image,
    "tf:image.adjust_contrast": _images, "tf:image.adjust_hue": _image,
    "tf:image.adjust_saturation": _image, "tf:image.convert_image_dtype": _image,
    "tf:image.flip_left_right": _image, "tf:image.flip_up_down": _image,
    "tf:image.per_image_standardization": _image, "tf:image.random_brightness": _image,
    "tf:image.random_flip_left_right": _image, "tf:image.random_flip_up_down": _image,
}
SPELLINGS: dict[str, Spelling] = {
    **dict.fromkeys(_OF_X, _x), **_OF_ANOTHER_NAME,
    "keras:ops.glu": _keras_glu, "keras:activations.glu": _keras_glu,
}
# fmt: on
KINDS = (GatedUnit,)
