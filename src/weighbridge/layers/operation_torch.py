"""PyTorch's operations that work value by value or keep the shape: activations, mathematics, casts.

A key without ``Tensor.`` also serves the method of that name, and either also works in place.
"""

from __future__ import annotations

from weighbridge.layers._operation import reading
from weighbridge.layers.operation import elementwise
from weighbridge.layers.operation_unary import GatedUnit
from weighbridge.model import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Ignored, Incoming
    from weighbridge.model import Kind


def _input(input: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return elementwise(input)


def _logits(logits: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return elementwise(logits)


def _data(data: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return elementwise(data)


def _two(input: Incoming, other: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return elementwise(input, other)


def _power(input: Incoming, exponent: Incoming, **_: Ignored) -> Kind:
    return elementwise(input, exponent)


def _weighted(input: Incoming, weight: Incoming) -> Kind:
    return elementwise(input, weight)


def _clamp(input: Incoming, min: Incoming = None, max: Incoming = None, **_: Ignored) -> Kind:
    return elementwise(input, min, max)


def _lerp(input: Incoming, end: Incoming, weight: Incoming, **_: Ignored) -> Kind:
    return elementwise(input, end, weight)


def _three(
    input: Incoming, tensor1: Incoming, tensor2: Incoming, *_: Ignored, **__: Ignored
) -> Kind:
    return elementwise(input, tensor1, tensor2)


def _masked(input: Incoming, mask: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return elementwise(input, mask)


def _where(
    condition: Incoming, input: Incoming = None, other: Incoming = None, **_: Ignored
) -> Kind:
    if input is None or other is None:
        return Unknown(native="where", because="how many places it finds depends on the values")
    return elementwise(condition, input, other)


def _where_method(self: Incoming, condition: Incoming, other: Incoming) -> Kind:
    return elementwise(self, condition, other)


def _complex(real: Incoming, imag: Incoming, **_: Ignored) -> Kind:
    return elementwise(real, imag)


def _polar(abs: Incoming, angle: Incoming, **_: Ignored) -> Kind:
    return elementwise(abs, angle)


def _halves(input: Incoming, dim: int = -1) -> Kind:
    return GatedUnit(axis=dim, fixed=reading(input))


def _by_values(input: Ignored, *_: Ignored, **__: Ignored) -> Kind:
    return Unknown(native="selection", because="how many values it finds depends on the values")


# One name a line would make pages of these.
# fmt: off
_OF_ONE = (
    "torch:F.alpha_dropout", "torch:F.batch_norm", "torch:F.celu", "torch:F.channel_shuffle",
    "torch:F.native_channel_shuffle", "torch:channel_shuffle", "torch:native_channel_shuffle",
    "torch:F.dropout", "torch:F.dropout1d", "torch:F.dropout2d", "torch:F.dropout3d", "torch:F.elu",
    "torch:F.feature_alpha_dropout", "torch:F.gelu", "torch:F.group_norm", "torch:F.hardshrink",
    "torch:F.hardsigmoid", "torch:F.hardswish", "torch:F.hardtanh", "torch:F.instance_norm",
    "torch:F.layer_norm", "torch:F.leaky_relu", "torch:F.local_response_norm",
    "torch:F.log_softmax", "torch:F.logsigmoid", "torch:F.mish", "torch:F.normalize",
    "torch:F.relu", "torch:F.relu6", "torch:F.rms_norm", "torch:F.rrelu", "torch:F.selu",
    "torch:F.sigmoid", "torch:F.silu", "torch:F.softmax", "torch:F.softmin", "torch:F.softplus",
    "torch:F.softshrink", "torch:F.softsign", "torch:F.tanh", "torch:F.tanhshrink",
    "torch:F.threshold", "torch:abs", "torch:absolute", "torch:acos", "torch:acosh",
    "torch:alpha_dropout", "torch:angle", "torch:arccos", "torch:arccosh", "torch:arcsin",
    "torch:arcsinh", "torch:arctan", "torch:arctanh", "torch:argsort", "torch:asin", "torch:asinh",
    "torch:atan", "torch:atanh", "torch:bernoulli", "torch:bitwise_not", "torch:bucketize",
    "torch:ceil", "torch:celu", "torch:cholesky", "torch:clone", "torch:conj",
    "torch:conj_physical", "torch:cos", "torch:cosh", "torch:cumprod", "torch:cumsum",
    "torch:deg2rad", "torch:detach", "torch:digamma", "torch:dropout", "torch:empty_like",
    "torch:erf", "torch:erfc", "torch:erfinv", "torch:exp", "torch:exp2", "torch:expm1",
    "torch:feature_alpha_dropout", "torch:feature_dropout", "torch:fft.fftshift",
    "torch:fft.ifftshift", "torch:fix", "torch:flip", "torch:fliplr", "torch:flipud", "torch:floor",
    "torch:frac", "torch:full_like", "torch:hardshrink", "torch:i0", "torch:imag",
    "torch:index_add", "torch:index_copy", "torch:index_fill", "torch:index_put", "torch:inverse",
    "torch:isfinite", "torch:isinf", "torch:isnan", "torch:isneginf", "torch:isposinf",
    "torch:isreal", "torch:lgamma", "torch:linalg.cholesky", "torch:linalg.inv",
    "torch:linalg.matrix_exp", "torch:log", "torch:log10", "torch:log1p", "torch:log2",
    "torch:log_softmax", "torch:logcumsumexp", "torch:logical_not", "torch:logit",
    "torch:masked_scatter", "torch:matrix_exp", "torch:nan_to_num", "torch:neg", "torch:negative",
    "torch:ones_like", "torch:poisson", "torch:positive", "torch:rad2deg", "torch:rand_like",
    "torch:randint_like", "torch:randn_like", "torch:real", "torch:reciprocal", "torch:relu",
    "torch:renorm", "torch:resolve_conj", "torch:roll", "torch:round", "torch:rrelu", "torch:rsqrt",
    "torch:scatter", "torch:scatter_add", "torch:scatter_reduce", "torch:selu", "torch:sgn",
    "torch:sigmoid", "torch:sign", "torch:signbit", "torch:sin", "torch:sinc", "torch:sinh",
    "torch:softmax", "torch:special.entr", "torch:special.erf", "torch:special.expit",
    "torch:special.log_softmax", "torch:special.softmax", "torch:sqrt", "torch:square", "torch:tan",
    "torch:tanh", "torch:threshold", "torch:tril", "torch:triu", "torch:trunc", "torch:zeros_like",
    "torch:Tensor.bfloat16", "torch:Tensor.bool", "torch:Tensor.byte", "torch:Tensor.char",
    "torch:Tensor.contiguous", "torch:Tensor.copy_", "torch:Tensor.cpu", "torch:Tensor.cuda",
    "torch:Tensor.data", "torch:Tensor.double", "torch:Tensor.exponential_", "torch:Tensor.fill_",
    "torch:Tensor.float", "torch:Tensor.half", "torch:Tensor.int", "torch:Tensor.long",
    "torch:Tensor.normal_", "torch:Tensor.pin_memory", "torch:Tensor.random_",
    "torch:Tensor.requires_grad_", "torch:Tensor.short", "torch:Tensor.to", "torch:Tensor.type",
    "torch:Tensor.type_as", "torch:Tensor.uniform_", "torch:Tensor.xpu", "torch:Tensor.zero_",
)
_OF_DATA = (
    "torch:as_tensor", "torch:asarray", "torch:from_numpy", "torch:scalar_tensor", "torch:tensor",
)
_OF_TWO = (
    "torch:add", "torch:arctan2", "torch:atan2", "torch:bitwise_and", "torch:bitwise_left_shift",
    "torch:bitwise_or", "torch:bitwise_right_shift", "torch:bitwise_xor", "torch:copysign",
    "torch:div", "torch:divide", "torch:eq", "torch:float_power", "torch:floor_divide",
    "torch:fmax", "torch:fmin", "torch:fmod", "torch:gcd", "torch:ge", "torch:greater",
    "torch:greater_equal", "torch:gt", "torch:hypot", "torch:isclose", "torch:lcm", "torch:ldexp",
    "torch:le", "torch:less", "torch:less_equal", "torch:logaddexp", "torch:logaddexp2",
    "torch:logical_and", "torch:logical_or", "torch:logical_xor", "torch:lt", "torch:maximum",
    "torch:minimum", "torch:mul", "torch:multiply", "torch:ne", "torch:nextafter",
    "torch:not_equal", "torch:remainder", "torch:rsub", "torch:sub", "torch:subtract",
    "torch:true_divide", "torch:xlogy",
)
_OF_VALUES = (
    "torch:argwhere", "torch:bincount", "torch:masked_select", "torch:nonzero", "torch:unique",
    "torch:unique_consecutive",
)
SPELLINGS: dict[str, Spelling] = {
    **dict.fromkeys(_OF_ONE, _input), **dict.fromkeys(_OF_DATA, _data),
    **dict.fromkeys(_OF_TWO, _two), **dict.fromkeys(_OF_VALUES, _by_values),
    "torch:F.gumbel_softmax": _logits, "torch:F.glu": _halves, "torch:F.prelu": _weighted,
    "torch:prelu": _weighted, "torch:heaviside": _two, "torch:pow": _power,
    "torch:clamp": _clamp, "torch:clip": _clamp, "torch:clamp_max": _input,
    "torch:clamp_min": _input, "torch:lerp": _lerp, "torch:addcdiv": _three,
    "torch:addcmul": _three, "torch:masked_fill": _masked, "torch:where": _where,
    "torch:Tensor.where": _where_method, "torch:complex": _complex, "torch:polar": _polar,
}
# fmt: on
KINDS = ()
