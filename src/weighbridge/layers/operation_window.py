"""Operations whose window slides: convolutions with a kernel they read, pools, patches."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import floor, times, value
from weighbridge.layers._operation import Contraction, Operation, agreed, reading, shown
from weighbridge.layers._settings import channels_first, one_of, whole
from weighbridge.layers._window import Padding, Sizes, joined, outer, slid, window
from weighbridge.model import sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from weighbridge.formula import Expr
    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Ignored, Incoming, Size
    from weighbridge.model import Dims, Kind

MOST_AXES = 3
"""Axes a window may slide over."""


class SlidingOperation(Operation):
    """What they share. Sizes are for all axes, for each, or for batch and channels as well."""

    stride: Sizes
    dilation: Sizes = (1,)
    padding: Padding = "valid"
    channels_first: bool = False

    def split(self, image: Dims) -> tuple[Dims, Expr]:
        """Sizes of the axes the window slides over, and the channels."""
        if not 1 <= len(image) - 2 <= MOST_AXES:
            raise Impossible(f"no images, nor rows of steps: {shown(image)}")
        return (image[2:], image[1]) if self.channels_first else (image[1:-1], image[-1])

    def spread(self, given: Sizes, rank: int) -> Sizes:
        """``given`` for each of ``rank`` axes."""
        if len(given) == 1:
            return given * rank
        if len(given) == rank + 2:
            return given[2:] if self.channels_first else given[1:-1]
        if len(given) != rank:
            raise Impossible(f"{rank} sizes are needed, not {len(given)}: {given}")
        return given

    def slid(self, image: Dims, size: Sizes) -> Dims:
        """Lengths after a window of ``size`` has slid over ``image``."""
        spatial = sizes(self.split(image)[0]) or ()
        rank = len(spatial)
        stride, dilation = self.spread(self.stride, rank), self.spread(self.dilation, rank)
        return slid(spatial, window(self.spread(size, rank)), stride, dilation, self.padding)


class ConvolutionWithKernel(Contraction, SlidingOperation):
    """A convolution whose kernel is a tensor it reads: (k…, C_in/g, C_out).

    MACs: the kernel once for every output position.
    """

    depthwise: bool = False
    """Whether each channel is convolved on its own: the kernel is then (k…, C_in, m)."""

    def result(self, *shapes: Dims) -> Dims | None:
        image, kernel = shapes
        spatial = self._spatial(image, kernel)
        channels = times(*kernel[-2:]) if self.depthwise else kernel[-1]
        return (image[0], *joined(spatial, channels, self.channels_first))

    def factors(self, *shapes: Dims) -> Dims:
        image, kernel = shapes
        places = outer(sizes(self._spatial(image, kernel)) or ())
        return (image[0], *places, *kernel)

    def _spatial(self, image: Dims, kernel: Dims) -> Dims:
        where = f"a kernel of {shown(kernel)} over {shown(image)}"
        if len(kernel) != len(image):
            raise Impossible(f"the numbers of axes do not fit: {where}")
        _, channels = self.split(image)
        if self.depthwise:
            agreed(where, channels, kernel[-2])
        elif _uneven(channels, kernel[-2]) or _uneven(kernel[-1], floor(channels, kernel[-2])):
            raise Impossible(f"the channels do not fit: {where}")
        return self.slid(image, sizes(kernel[:-2]) or ())


def _uneven(count: Expr, parts: Expr) -> bool:
    """Whether ``count`` is known not to be a multiple of ``parts``."""
    known, divisor = value(count), value(parts)
    return known is not None and divisor is not None and (not divisor or known % divisor > 0)


class Pooled(SlidingOperation):
    """The largest or the mean value of a window that slides over each channel. No MACs."""

    size: Sizes

    def result(self, *shapes: Dims) -> Dims | None:
        image = shapes[0]
        spatial = self.slid(image, self.size)
        return (image[0], *joined(spatial, self.split(image)[1], self.channels_first))


class Patches(SlidingOperation):
    """The values under a window at each of its places, as channels: k_h·k_w·C. No MACs."""

    size: Sizes

    def result(self, *shapes: Dims) -> Dims | None:
        image = shapes[0]
        spatial, channels = self.split(image)
        taps = window(self.spread(self.size, len(spatial)))
        places = self.slid(image, self.size)
        return (image[0], *joined(places, times(*taps, channels), self.channels_first))


# -- spellings -----------------------------------------------------------------------------------


def _sizes(given: object, name: str) -> Sizes:
    listed = given if isinstance(given, list | tuple) else (given,)
    return tuple(whole(size, name) for size in listed)


def _is_first(data_format: object) -> bool:
    """Whether channels come first, in TensorFlow's words (``NCHW``) or Keras'."""
    if isinstance(data_format, str) and data_format[:1] == "N":
        return data_format[1:2] == "C"
    return channels_first(data_format)


def _padding(given: object, is_first: bool) -> Padding:
    if not isinstance(given, list | tuple):
        return one_of(given, ("valid", "same", "causal"), "padding")
    pairs = given[2:] if is_first else given[1:-1]
    return tuple((whole(a, "padding", 0) or 0, whole(b, "padding", 0) or 0) for a, b in pairs)


def _shared(
    strides: object, padding: object, data_format: object, dilations: object
) -> dict[str, Any]:
    is_first = _is_first(data_format)
    return {
        "stride": _sizes(1 if strides is None else strides, "strides"),
        "dilation": _sizes(1 if dilations is None else dilations, "dilations"),
        "padding": _padding(padding, is_first),
        "channels_first": is_first,
    }


def _keras_conv(
    inputs: Incoming, kernel: Incoming, strides: object = 1, padding: object = "valid",
    data_format: str | None = None, dilation_rate: object = 1,
) -> Kind:  # fmt: skip
    settings = _shared(strides, padding, data_format, dilation_rate)
    return ConvolutionWithKernel(**settings, fixed=reading(inputs, kernel))


def _keras_depthwise_conv(
    inputs: Incoming, kernel: Incoming, strides: object = 1, padding: object = "valid",
    data_format: str | None = None, dilation_rate: object = 1,
) -> Kind:  # fmt: skip
    settings = _shared(strides, padding, data_format, dilation_rate)
    return ConvolutionWithKernel(**settings, depthwise=True, fixed=reading(inputs, kernel))


def _backend_conv(
    x: Incoming, kernel: Incoming, strides: object = 1, padding: object = "valid",
    data_format: str | None = None, dilation_rate: object = 1,
) -> Kind:  # fmt: skip
    return _keras_conv(x, kernel, strides, padding, data_format, dilation_rate)


def _backend_depthwise_conv(
    x: Incoming, depthwise_kernel: Incoming, strides: object = 1, padding: object = "valid",
    data_format: str | None = None, dilation_rate: object = 1,
) -> Kind:  # fmt: skip
    return _keras_depthwise_conv(x, depthwise_kernel, strides, padding, data_format, dilation_rate)


def _tf_conv(
    input: Incoming, filters: Incoming, strides: object = 1, padding: object = "VALID",
    data_format: str | None = None, dilations: object = None, name: Ignored = None,
) -> Kind:  # fmt: skip
    return _keras_conv(input, filters, strides, padding, data_format, dilations)


def _tf_conv_1d(
    input: Incoming, filters: Incoming, stride: object, padding: object,
    data_format: str | None = None, dilations: object = None, name: Ignored = None,
) -> Kind:  # fmt: skip
    return _keras_conv(input, filters, stride, padding, data_format, dilations)


def _tf_depthwise_conv(
    input: Incoming, filter: Incoming, strides: object, padding: object,
    data_format: str | None = None, dilations: object = None, name: Ignored = None,
) -> Kind:  # fmt: skip
    return _keras_depthwise_conv(input, filter, strides, padding, data_format, dilations)


def _keras_pool(
    inputs: Incoming, pool_size: Size, strides: object = None, padding: object = "valid",
    data_format: str | None = None,
) -> Kind:  # fmt: skip
    settings = _shared(pool_size if strides is None else strides, padding, data_format, 1)
    return Pooled(**settings, size=_sizes(pool_size, "pool_size"), fixed=reading(inputs))


def _backend_pool(
    x: Incoming, pool_size: Size, strides: object = 1, padding: object = "valid",
    data_format: str | None = None, pool_mode: Ignored = "max",
) -> Kind:  # fmt: skip
    return _keras_pool(x, pool_size, strides, padding, data_format)


def _tf_pool(
    input: Incoming, ksize: Size, strides: object, padding: object,
    data_format: str | None = None, name: Ignored = None,
) -> Kind:  # fmt: skip
    return _keras_pool(input, ksize, strides, padding, data_format)


def _keras_patches(
    images: Incoming, size: Size, strides: object = None, dilation_rate: object = 1,
    padding: object = "valid", data_format: str | None = None,
) -> Kind:  # fmt: skip
    settings = _shared(size if strides is None else strides, padding, data_format, dilation_rate)
    return Patches(**settings, size=_sizes(size, "size"), fixed=reading(images))


def _tf_patches(
    images: Incoming, sizes: Size, strides: object, rates: object, padding: object,
    name: Ignored = None,
) -> Kind:  # fmt: skip
    return _keras_patches(images, sizes, strides, rates, padding)


# One name a line would make pages of these.
# fmt: off
_TF_CONV = (
    "tf:nn.conv2d", "tf:nn.conv3d", "tf:nn.convolution",
)
_BACKEND_CONV = (
    "keras:backend.conv1d", "keras:backend.conv2d", "keras:backend.conv3d",
)
_TF_POOL = (
    "tf:nn.avg_pool", "tf:nn.avg_pool1d", "tf:nn.avg_pool2d", "tf:nn.avg_pool3d",
    "tf:nn.max_pool", "tf:nn.max_pool1d", "tf:nn.max_pool2d", "tf:nn.max_pool3d",
)
SPELLINGS: dict[str, Spelling] = {
    **dict.fromkeys(_TF_CONV, _tf_conv), **dict.fromkeys(_BACKEND_CONV, _backend_conv),
    **dict.fromkeys(_TF_POOL, _tf_pool),
    "keras:ops.conv": _keras_conv, "keras:ops.depthwise_conv": _keras_depthwise_conv,
    "keras:backend.depthwise_conv2d": _backend_depthwise_conv,
    "tf:nn.conv1d": _tf_conv_1d, "tf:nn.depthwise_conv2d": _tf_depthwise_conv,
    "keras:ops.max_pool": _keras_pool, "keras:ops.average_pool": _keras_pool,
    "keras:backend.pool2d": _backend_pool, "keras:backend.pool3d": _backend_pool,
    "keras:ops.image.extract_patches": _keras_patches,
    "keras:ops.image.extract_patches_3d": _keras_patches,
    "tf:image.extract_patches": _tf_patches,
}
# fmt: on
KINDS = (ConvolutionWithKernel, Pooled, Patches)
