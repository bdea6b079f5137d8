"""Operations on images that change their size: resizing, cropping, depth to space, colours."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim, Num, floor, times, value
from weighbridge.layers._operation import Operation, reading, shown
from weighbridge.layers._settings import channels_first, whole
from weighbridge.layers.upsampling import UpSampling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.formula import Expr
    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Ignored, Incoming, Size
    from weighbridge.model import Dims, Kind


class ImageOperation(Operation):
    """What they share: height, width and channels are the last three axes, in one of two orders."""

    channels_first: bool = False

    def changed(self, height: Expr, width: Expr, channels: Expr) -> Dims:
        """Height, width and channels of what comes out."""
        raise NotImplementedError

    def result(self, *shapes: Dims) -> Dims | None:
        shape = shapes[0]
        if len(shape) < 3:  # noqa: PLR2004  # height, width and channels
            raise Impossible(f"no images: {shown(shape)}")
        if self.channels_first:
            height, width, channels = self.changed(shape[-2], shape[-1], shape[-3])
            return (*shape[:-3], channels, height, width)
        return (*shape[:-3], *self.changed(*shape[-3:]))


class Resized(ImageOperation):
    """Images of a given height and width: interpolated, cropped or padded. No MACs.

    An interpolation multiplies too, but with weights that nobody trains.
    """

    height: int | None
    width: int | None

    def changed(self, height: Expr, width: Expr, channels: Expr) -> Dims:
        return Dim("H", self.height, "height"), Dim("W", self.width, "width"), channels


class DepthToSpace(ImageOperation):
    """b·b channels become a block of b×b pixels: (H·b, W·b, C/b²). Also called pixel shuffle.

    Source: Shi et al. 2016 (sub-pixel convolution), section 2.2.
    """

    block: int | None

    def changed(self, height: Expr, width: Expr, channels: Expr) -> Dims:
        block = Dim("b", self.block, "block size")
        _check_divisible("channels", channels, times(block, block))
        return times(height, block), times(width, block), floor(channels, times(block, block))


class SpaceToDepth(ImageOperation):
    """A block of b×b pixels becomes b·b channels: (H/b, W/b, C·b²)."""

    block: int | None

    def changed(self, height: Expr, width: Expr, channels: Expr) -> Dims:
        block = Dim("b", self.block, "block size")
        _check_divisible("rows", height, block)
        _check_divisible("columns", width, block)
        return floor(height, block), floor(width, block), times(channels, block, block)


def _check_divisible(noun: str, size: Expr, block: Expr) -> None:
    count, parts = value(size), value(block)
    if count is not None and parts and count % parts:
        raise Impossible(f"{count} {noun} are no multiple of {parts}")


class Recoloured(ImageOperation):
    """Images with another number of channels, each found by a fixed rule: grey, red-green-blue."""

    channels: int

    def changed(self, height: Expr, width: Expr, channels: Expr) -> Dims:
        return height, width, Num(self.channels)


# -- spellings -----------------------------------------------------------------------------------


def _resized(images: object, height: object, width: object, data_format: object) -> Kind:
    return Resized(
        height=whole(height, "height"),
        width=whole(width, "width"),
        channels_first=channels_first(data_format),
        fixed=reading(images),
    )


def _keras_resize(
    images: Incoming, size: Size, *_: Ignored, data_format: str | None = None, **__: Ignored
) -> Kind:
    height, width = _pair(size)
    return _resized(images, height, width, data_format)


def _tf_resize(images: Incoming, size: Size, *_: Ignored, **__: Ignored) -> Kind:
    return _keras_resize(images, size)


def _pair(size: object) -> tuple[object, object]:
    if size is None:
        return None, None
    if not isinstance(size, list | tuple) or len(size) != 2:  # noqa: PLR2004  # height and width
        raise Impossible(f"size must be a height and a width, not {size!r}")
    return size[0], size[1]


def _tf_to_size(
    image: Incoming, target_height: Size, target_width: Size, *_: Ignored, **__: Ignored
) -> Kind:
    return _resized(image, target_height, target_width, None)


def _tf_to_box(
    image: Incoming, offset_height: Ignored, offset_width: Ignored, target_height: Size,
    target_width: Size, name: Ignored = None,
) -> Kind:  # fmt: skip
    return _resized(image, target_height, target_width, None)


def _backend_resize_images(
    x: Incoming, height_factor: Size, width_factor: Size, data_format: str | None = None,
    interpolation: Ignored = "nearest",
) -> Kind:  # fmt: skip
    size = (whole(height_factor, "height_factor"), whole(width_factor, "width_factor"))
    return UpSampling(size=size, channels_first=channels_first(data_format))


def _tf_first(data_format: str) -> bool:
    return data_format == "NCHW" or (data_format != "NHWC" and channels_first(data_format))


def _keras_depth_to_space(
    x: Incoming, block_size: Size, data_format: str = "channels_last"
) -> Kind:
    block, first = whole(block_size, "block_size"), _tf_first(data_format)
    return DepthToSpace(block=block, channels_first=first, fixed=reading(x))


def _tf_depth_to_space(
    input: Incoming, block_size: Size, data_format: str = "NHWC", name: Ignored = None
) -> Kind:
    return _keras_depth_to_space(input, block_size, data_format)


def _keras_space_to_depth(
    x: Incoming, block_size: Size, data_format: str = "channels_last"
) -> Kind:
    block, first = whole(block_size, "block_size"), _tf_first(data_format)
    return SpaceToDepth(block=block, channels_first=first, fixed=reading(x))


def _tf_space_to_depth(
    input: Incoming, block_size: Size, data_format: str = "NHWC", name: Ignored = None
) -> Kind:
    return _keras_space_to_depth(input, block_size, data_format)


def _to_grey(images: Incoming, data_format: str | None = None, name: Ignored = None) -> Kind:
    first = channels_first(data_format)
    return Recoloured(channels=1, channels_first=first, fixed=reading(images))


def _tf_to_grey(images: Incoming, name: Ignored = None) -> Kind:
    return _to_grey(images)


def _tf_to_colour(images: Incoming, name: Ignored = None) -> Kind:
    return Recoloured(channels=3, fixed=reading(images))


SPELLINGS: dict[str, Spelling] = {
    "keras:ops.image.resize": _keras_resize,
    "keras:backend.resize_images": _backend_resize_images,
    "tf:image.resize": _tf_resize,
    "tf:image.resize_bilinear": _tf_resize,
    "tf:image.resize_images": _tf_resize,
    "tf:image.resize_nearest_neighbor": _tf_resize,
    "tf:image.resize_with_pad": _tf_to_size,
    "tf:image.resize_with_crop_or_pad": _tf_to_size,
    "tf:image.crop_to_bounding_box": _tf_to_box,
    "tf:image.pad_to_bounding_box": _tf_to_box,
    "keras:ops.depth_to_space": _keras_depth_to_space,
    "tf:nn.depth_to_space": _tf_depth_to_space,
    "keras:ops.space_to_depth": _keras_space_to_depth,
    "tf:nn.space_to_depth": _tf_space_to_depth,
    "keras:ops.image.rgb_to_grayscale": _to_grey,
    "tf:image.rgb_to_grayscale": _tf_to_grey,
    "tf:image.grayscale_to_rgb": _tf_to_colour,
}
KINDS = (Resized, DepthToSpace, SpaceToDepth, Recoloured)
