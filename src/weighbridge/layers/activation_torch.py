"""PyTorch's spellings of activation functions."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.layers._axes import sample_axis
from weighbridge.layers._torch import count
from weighbridge.layers.activation import GLU, Activation, PReLU, Softmax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.layers._settings import Ignored, Size


def _plain(function: str) -> Callable[..., Activation]:
    def make() -> Activation:
        return Activation(function=function)

    return make


def _in_place(function: str) -> Callable[..., Activation]:
    def make(inplace: Ignored = False) -> Activation:
        return Activation(function=function)

    return make


def _torch_elu(alpha: Ignored = 1.0, inplace: Ignored = False) -> Activation:
    return Activation(function="elu")


def _torch_celu(alpha: Ignored = 1.0, inplace: Ignored = False) -> Activation:
    if alpha == 0:
        raise Impossible("alpha must not be 0: values are divided by it")
    return Activation(function="celu")


def _torch_leaky_relu(negative_slope: Ignored = 0.01, inplace: Ignored = False) -> Activation:
    return Activation(function="leaky_relu")


def _torch_rrelu(
    lower: Ignored = 0.125, upper: Ignored = 0.333, inplace: Ignored = False
) -> Activation:
    _check_order(lower, upper, "lower", "upper")
    return Activation(function="rrelu")


def _torch_hardtanh(
    min_val: Ignored = -1.0, max_val: Ignored = 1.0, inplace: Ignored = False,
    min_value: Ignored = None, max_value: Ignored = None,
) -> Activation:  # fmt: skip
    low = min_val if min_value is None else min_value
    high = max_val if max_value is None else max_value
    if low == high:
        raise Impossible(f"max_val must be above min_val, not {high} like it")
    _check_order(low, high, "min_val", "max_val")
    return Activation(function="hardtanh")


def _check_order(low: object, high: object, low_name: str, high_name: str) -> None:
    if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
        raise Impossible(f"{high_name} must not be below {low_name}: {high} is below {low}")


def _torch_gelu(approximate: Ignored = "none") -> Activation:
    if isinstance(approximate, str) and approximate not in ("none", "tanh"):
        raise Impossible(f"approximate must be none or tanh, not {approximate!r}")
    return Activation(function="gelu")


def _torch_hardshrink(lambd: Ignored = 0.5) -> Activation:
    return Activation(function="hardshrink")


def _torch_softshrink(lambd: Ignored = 0.5) -> Activation:
    if isinstance(lambd, int | float) and lambd < 0:
        raise Impossible(f"lambd must be at least 0, not {lambd}")
    return Activation(function="softshrink")


def _torch_softplus(beta: Ignored = 1.0, threshold: Ignored = 20.0) -> Activation:
    return Activation(function="softplus")


def _torch_threshold(threshold: Ignored, value: Ignored, inplace: Ignored = False) -> Activation:
    return Activation(function="threshold")


def _torch_softmax(dim: object = None) -> Softmax:
    # Without an axis, PyTorch guesses one that every sample has.
    return Softmax(axes=() if dim is None else (sample_axis(dim, "dim"),))


def _torch_softmax_2d() -> Softmax:
    return Softmax(axes=(-3,), ranks=(2, 3))


def _torch_glu(dim: object = -1) -> GLU:
    if not isinstance(dim, int):
        raise Impossible(f"dim must be a whole number, not {dim!r}")
    return GLU(axis=dim)


def _torch_prelu(
    num_parameters: Size = 1, init: Ignored = 0.25, device: Ignored = None, dtype: Ignored = None
) -> PReLU:
    return PReLU(counted=True, slopes=count(num_parameters, "num_parameters", least=1))


SPELLINGS = {
    "torch:CELU": _torch_celu,
    "torch:ELU": _torch_elu,
    "torch:GELU": _torch_gelu,
    "torch:GLU": _torch_glu,
    "torch:Hardshrink": _torch_hardshrink,
    "torch:Hardsigmoid": _in_place("hardsigmoid"),
    "torch:Hardswish": _in_place("hardswish"),
    "torch:Hardtanh": _torch_hardtanh,
    "torch:LeakyReLU": _torch_leaky_relu,
    "torch:LogSigmoid": _plain("logsigmoid"),
    "torch:LogSoftmax": _torch_softmax,
    "torch:Mish": _in_place("mish"),
    "torch:PReLU": _torch_prelu,
    "torch:ReLU": _in_place("relu"),
    "torch:ReLU6": _in_place("relu6"),
    "torch:RReLU": _torch_rrelu,
    "torch:SELU": _in_place("selu"),
    "torch:Sigmoid": _plain("sigmoid"),
    "torch:SiLU": _in_place("silu"),
    "torch:Softmax": _torch_softmax,
    "torch:Softmax2d": _torch_softmax_2d,
    "torch:Softmin": _torch_softmax,
    "torch:Softplus": _torch_softplus,
    "torch:Softshrink": _torch_softshrink,
    "torch:Softsign": _plain("softsign"),
    "torch:Tanh": _plain("tanh"),
    "torch:Tanhshrink": _plain("tanhshrink"),
    "torch:Threshold": _torch_threshold,
}
KINDS = ()
