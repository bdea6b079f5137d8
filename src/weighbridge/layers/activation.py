"""Activation functions as layers of their own; only PReLU owns tensors."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import ONE, Dim, Num, floor
from weighbridge.layers._axes import (
    Elementwise,
    first,
    index,
    named,
    of_rank,
    sample_axis,
    settled,
    whole_axis,
)
from weighbridge.layers._batch import AnyLayout
from weighbridge.model import Dims, Expected, Kind, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers._settings import Ignored


class Activation(Elementwise, AnyLayout):
    """A fixed function of each value: tanh, ReLU, GELU … It owns nothing."""

    function: str = ""
    """The function's name where the source tells one."""


class Softmax(Elementwise, AnyLayout):
    """Values along some axes become positive and add up to 1. It owns nothing."""

    axes: tuple[int | None, ...] = (-1,)
    """Axes of one sample; ``None`` is the batch."""
    ranks: tuple[int, ...] = ()
    """How many axes the samples may have that it reads; empty for any number."""

    def output(self, *incoming: Shape | None) -> Dims | None:
        shape = first(incoming)
        if shape is None:
            return None
        if self.ranks:
            of_rank(shape, *self.ranks)
        for axis in self.axes:
            if axis not in (None, -1 - len(shape)):
                index(axis, shape)
        return named(shape)


class PReLU(Elementwise):
    """ReLU whose slope for negative values is trained.

    slope: the shape of one sample, with size 1 along the shared axes; or, in PyTorch, as many as
    the settings tell, one for all values or one for each channel. Source: He et al. 2015 (Delving
    Deep into Rectifiers), section 2.1, who share one slope over each channel.
    """

    shared: tuple[int, ...] = ()
    """Axes of one sample over which one slope is shared."""
    counted: bool = False
    """Whether the settings tell how many slopes there are."""
    slopes: int | None = None
    """How many, where they do: 1, or the size of the first axis of a sample."""

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...] | None:
        shape = first(incoming)
        if self.counted:
            self._check(shape)
            return (Expected("slope", (Dim("C", self.slopes, "slopes, 1 or one per channel"),)),)
        if shape is None:
            return None
        shared = {index(axis, shape) for axis in self.shared}
        dims = named(shape) or ()
        return (
            Expected("slope", tuple(ONE if i in shared else dim for i, dim in enumerate(dims))),
        )

    def output(self, *incoming: Shape | None) -> Dims | None:
        self.tensors(*incoming)
        return Elementwise.output(self, *incoming)

    def _check(self, shape: Shape | None) -> None:
        if shape is not None and self.slopes not in (None, 1):
            settled(self.slopes, shape[0] if shape else 1, "channels")


class GLU(Kind):
    """One half of the values along an axis, times the sigmoid of the other half.

    It owns nothing; no MACs, for nothing is summed. Source: Dauphin et al. 2017, section 2.
    """

    axis: int = -1
    """The axis that is halved, the batch being axis 0."""

    def output(self, *incoming: Shape | None) -> Dims | None:
        shape = first(incoming)
        if shape is None:
            return None
        position = whole_axis(self.axis, shape) - 1
        if position < 0:
            return None
        length = shape[position]
        if length is not None and length % 2:
            raise Impossible(f"{length} values along an axis cannot be split into two halves")
        dims = named(shape) or ()
        half = floor(dims[position], Num(2))
        return (*dims[:position], half, *dims[position + 1 :])


def _keras_activation(activation: Ignored, **_: Ignored) -> Activation:
    return Activation(function=activation if isinstance(activation, str) else "")


def _keras_relu(
    max_value: Ignored = None, negative_slope: Ignored = 0.0, threshold: Ignored = 0.0,
    **_: Ignored,
) -> Activation:  # fmt: skip
    if max_value is not None:
        _at_least_0(max_value, "max_value")
    _at_least_0(negative_slope, "negative_slope")
    _at_least_0(threshold, "threshold")
    return Activation(function="relu")


def _keras_leaky_relu(
    negative_slope: Ignored = 0.3, *, alpha: Ignored = 0.3, **_: Ignored
) -> Activation:
    _at_least_0(negative_slope, "negative_slope")
    _at_least_0(alpha, "alpha")
    return Activation(function="leaky_relu")


def _keras_elu(alpha: Ignored = 1.0, **_: Ignored) -> Activation:
    return Activation(function="elu")


def _keras_thresholded_relu(theta: Ignored = 1.0, **_: Ignored) -> Activation:
    _at_least_0(theta, "theta")
    return Activation(function="thresholded_relu")


def _at_least_0(setting: object, name: str) -> None:
    if setting is None or (isinstance(setting, int | float) and setting < 0):
        raise Impossible(f"{name} must be at least 0, not {setting}")


def _keras_softmax(axis: object = -1, **_: Ignored) -> Softmax:
    axes = axis if isinstance(axis, list | tuple) else (axis,)
    return Softmax(axes=tuple(sample_axis(one) for one in axes))


def _keras_prelu(
    alpha_initializer: Ignored = None, alpha_regularizer: Ignored = None,
    alpha_constraint: Ignored = None, shared_axes: object = None, **_: Ignored,
) -> PReLU:  # fmt: skip
    axes = shared_axes if isinstance(shared_axes, list | tuple) else [shared_axes]
    shared = [axis for axis in axes if isinstance(axis, int)]
    if len(shared) < len(axes) and shared_axes is not None:
        raise Impossible(f"shared_axes must be whole numbers, not {shared_axes!r}")
    # Keras subtracts 1 from negative axes as well: its shared axis -1 is the last but one.
    return PReLU(shared=tuple(axis - 1 for axis in shared))


SPELLINGS = {
    "keras:Activation": _keras_activation,
    "keras:ReLU": _keras_relu,
    "keras:LeakyReLU": _keras_leaky_relu,
    "keras:ELU": _keras_elu,
    "keras:ThresholdedReLU": _keras_thresholded_relu,
    "keras:Softmax": _keras_softmax,
    "keras:PReLU": _keras_prelu,
}
KINDS = (Activation, Softmax, PReLU, GLU)
