"""Pooling: a window that keeps the largest or the mean value, and LeNet-5's, which is trained.

Pools own no tensors. Their work is comparing or averaging, not multiplying by weights, so they have
0 MACs and 0 connections.
"""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import ONE, Expr, plus, times
from weighbridge.layers._axes import first
from weighbridge.layers._settings import Ignored, Size, channels_first, each_axis, one_of
from weighbridge.layers._window import (
    Padding,
    Sizes,
    framed,
    inner,
    outer,
    same_channels,
    slid,
    split,
    window,
)
from weighbridge.model import Dims, Expected, Kind, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ClassVar, Literal

    Mode = Literal["max", "average", "norm"]


class Pool(Kind):
    """The largest or the mean value of a window that slides over 1 to 3 axes of each channel.

    Or its p-norm: the p-th root of the sum of the p-th powers. No tensors, no MACs.
    """

    mode: Mode
    pool_size: Sizes
    stride: Sizes
    padding: Padding = "valid"
    channels_first: bool = False
    dilation: Sizes | None = None
    """Spacing of the values in a window; ``None``: next to each other."""
    ceil: bool = False
    """Whether a last window may reach over the end of the input."""
    indices: bool = False
    """Whether the places of the largest values come out as well."""
    bare: bool = False
    """Whether samples may lack the axis of channels."""
    fitting: bool = False
    """Whether the input must be as large as the window without its padding, as PyTorch's mean over
    three axes wants it."""

    def output(self, *incoming: Shape | None) -> Dims | None:
        rank = len(self.pool_size)
        known = framed(first(incoming), rank, self.channels_first, self.bare)
        if known is None:
            return None
        before, spatial, after = known
        if self.fitting:
            _check_fit(self.pool_size, spatial)
        taps, dilation = _pool_window(self.pool_size), self.dilation or (1,) * rank
        slides = slid(spatial, taps, self.stride, dilation, self.padding, self.ceil)
        return (*before, *slides, *after)

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        return (self.output(*incoming),) * (2 if self.indices else 1)


class GlobalPool(Kind):
    """The largest or the mean value of each channel, over all positions.

    No tensors, no MACs. The spatial axes are dropped, or kept with a size of 1.
    """

    mode: Mode
    rank: int
    keeps_axes: bool = False
    channels_first: bool = False

    def output(self, *incoming: Shape | None) -> Dims | None:
        known = framed(first(incoming), self.rank, self.channels_first)
        if known is None:
            return None
        before, _, after = known
        return (*before, *(ONE,) * (self.rank if self.keeps_axes else 0), *after)


class AdaptivePool(Kind):
    """The largest or the mean value of windows laid so that the output has a given size.

    No tensors, no MACs.
    """

    mode: Mode
    output_size: Sizes
    channels_first: bool = False
    kept: tuple[int, ...] = ()
    """Spatial axes, counted from 0, that keep the size of the input."""
    indices: bool = False
    """Whether the places of the largest values come out as well."""
    bare: bool = False
    """Whether samples may lack the axis of channels."""

    def output(self, *incoming: Shape | None) -> Dims | None:
        rank = len(self.output_size)
        known = framed(first(incoming), rank, self.channels_first, self.bare)
        if known is None:
            return None
        before, spatial, after = known
        pairs = enumerate(zip(inner(spatial), outer(self.output_size), strict=True))
        lengths = (n if i in self.kept else given for i, (n, given) in pairs)
        return (*before, *lengths, *after)

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        return (self.output(*incoming),) * (2 if self.indices else 1)


class SubSampling(Kind):
    """LeNet-5's pooling: the sum of a window, times a coefficient, plus a bias, for each map.

    coefficient (C), bias (C). Windows do not overlap. Each output value is connected to the values
    of its window and to the bias. No MACs: the values are added up before one multiplication, and
    only convolutions and matrix products are counted, as for normalisation. Source: LeCun et al.
    1998, section II.B, layers S2 and S4.
    """

    each: ClassVar[tuple[str, str] | None] = ("map", "C")

    pool_size: Sizes
    channels_first: bool = False

    @property
    def stride(self) -> Sizes:
        """The pool size, since windows do not overlap."""
        return self.pool_size

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        known = split(first(incoming), len(self.pool_size), self.channels_first)
        maps = (same_channels(known[1] if known else None),)
        return (Expected("coefficient", maps), Expected("bias", maps))

    def output(self, *incoming: Shape | None) -> Dims | None:
        rank = len(self.pool_size)
        known = framed(first(incoming), rank, self.channels_first)
        if known is None:
            return None
        before, spatial, after = known
        taps = _pool_window(self.pool_size)
        return (*before, *slid(spatial, taps, self.stride, (1,) * rank, "valid"), *after)

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        known = split(outgoing, len(self.pool_size), self.channels_first)
        if known is None:
            return None
        seen = plus(times(*_pool_window(self.pool_size)), ONE)
        return times(seen, same_channels(known[1]), *outer(known[0]))


def _check_fit(pool_size: Sizes, spatial: Shape) -> None:
    for p, n in zip(pool_size, spatial, strict=True):
        if p is not None and n is not None and p > n:
            raise Impossible(f"the window reaches over {p} values, its input has only {n}")


def _pool_window(pool_size: Sizes) -> Dims:
    return window(pool_size, "p", "pool")


# -- spellings -----------------------------------------------------------------------------------


def _keras_pool(mode: Mode, rank: int) -> Callable[..., Pool]:
    # Keras 2 takes more than Keras 3: AveragePooling without a pool size, and "SAME" for "same".
    def make(
        pool_size: Size = 2, strides: object = None, padding: str = "valid",
        data_format: str | None = None, name: Ignored = None, **_: Ignored,
    ) -> Pool:  # fmt: skip
        return Pool(
            mode=mode,
            pool_size=each_axis(pool_size, rank, "pool_size"),
            stride=each_axis(pool_size if strides is None else strides, rank, "strides"),
            padding=one_of(padding, ("valid", "same"), "padding"),
            channels_first=channels_first(data_format),
        )

    return make


def _keras_global(mode: Mode, rank: int) -> Callable[..., GlobalPool]:
    def make(data_format: str | None = None, keepdims: bool = False, **_: Ignored) -> GlobalPool:
        return GlobalPool(
            mode=mode,
            rank=rank,
            keeps_axes=bool(keepdims),
            channels_first=channels_first(data_format),
        )

    return make


def _keras_adaptive(mode: Mode, rank: int) -> Callable[..., AdaptivePool]:
    def make(output_size: Size, data_format: str | None = None, **_: Ignored) -> AdaptivePool:
        return AdaptivePool(
            mode=mode,
            output_size=each_axis(output_size, rank, "output_size"),
            channels_first=channels_first(data_format),
        )

    return make


def _sub_sampling(pool_size: Size = 2, **_: Ignored) -> SubSampling:
    return SubSampling(pool_size=each_axis(pool_size, 2, "pool_size"))


SPELLINGS = {
    "keras:MaxPooling1D": _keras_pool("max", 1),
    "keras:MaxPooling2D": _keras_pool("max", 2),
    "keras:MaxPooling3D": _keras_pool("max", 3),
    "keras:MaxPool1D": _keras_pool("max", 1),
    "keras:MaxPool2D": _keras_pool("max", 2),
    "keras:MaxPool3D": _keras_pool("max", 3),
    "keras:AveragePooling1D": _keras_pool("average", 1),
    "keras:AveragePooling2D": _keras_pool("average", 2),
    "keras:AveragePooling3D": _keras_pool("average", 3),
    "keras:AvgPool1D": _keras_pool("average", 1),
    "keras:AvgPool2D": _keras_pool("average", 2),
    "keras:AvgPool3D": _keras_pool("average", 3),
    "keras:GlobalMaxPooling1D": _keras_global("max", 1),
    "keras:GlobalMaxPooling2D": _keras_global("max", 2),
    "keras:GlobalMaxPooling3D": _keras_global("max", 3),
    "keras:GlobalMaxPool1D": _keras_global("max", 1),
    "keras:GlobalMaxPool2D": _keras_global("max", 2),
    "keras:GlobalMaxPool3D": _keras_global("max", 3),
    "keras:GlobalAveragePooling1D": _keras_global("average", 1),
    "keras:GlobalAveragePooling2D": _keras_global("average", 2),
    "keras:GlobalAveragePooling3D": _keras_global("average", 3),
    "keras:GlobalAvgPool1D": _keras_global("average", 1),
    "keras:GlobalAvgPool2D": _keras_global("average", 2),
    "keras:GlobalAvgPool3D": _keras_global("average", 3),
    "keras:AdaptiveMaxPooling1D": _keras_adaptive("max", 1),
    "keras:AdaptiveMaxPooling2D": _keras_adaptive("max", 2),
    "keras:AdaptiveMaxPooling3D": _keras_adaptive("max", 3),
    "keras:AdaptiveAveragePooling1D": _keras_adaptive("average", 1),
    "keras:AdaptiveAveragePooling2D": _keras_adaptive("average", 2),
    "keras:AdaptiveAveragePooling3D": _keras_adaptive("average", 3),
    "weighbridge:SubSampling2D": _sub_sampling,
}
KINDS = (Pool, GlobalPool, AdaptivePool, SubSampling)
