"""Layers that give images another height and width: resized, cropped in the middle or at random."""

from __future__ import annotations

from weighbridge.formula import Dim
from weighbridge.layers._axes import first, named
from weighbridge.layers._random import seed
from weighbridge.layers._settings import channels_first, whole
from weighbridge.model import Dims, Expected, Kind, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers._settings import Ignored, Size

_IMAGE = 3  # axes: height, width and channels, in one of two orders


class ImageSize(Kind):
    """Images of a given height and width out of images of any: (H, W, C). No MACs.

    A crop at random keeps the state of its random numbers. An interpolation multiplies too, but
    with weights that nobody trains.
    """

    height: int | None
    width: int | None
    channels_first: bool = False
    random: bool = False

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        return seed() if self.random else ()

    def output(self, *incoming: Shape | None) -> Dims | None:
        dims = named(first(incoming))
        if dims is None or len(dims) != _IMAGE:
            return None
        height, width = Dim("H_out", self.height, "height"), Dim("W_out", self.width, "width")
        return (dims[0], height, width) if self.channels_first else (height, width, dims[2])


def _image_size(height: object, width: object, data_format: object, random: bool) -> ImageSize:
    return ImageSize(
        height=whole(height, "height"),
        width=whole(width, "width"),
        channels_first=channels_first(data_format),
        random=random,
    )


def _keras_resizing(
    height: Size, width: Size, interpolation: Ignored = "bilinear",
    crop_to_aspect_ratio: Ignored = False, pad_to_aspect_ratio: Ignored = False,
    fill_mode: Ignored = "constant", fill_value: Ignored = 0.0, antialias: Ignored = False,
    data_format: str | None = None, **_: Ignored,
) -> ImageSize:  # fmt: skip
    return _image_size(height, width, data_format, random=False)


def _keras_center_crop(
    height: Size, width: Size, data_format: str | None = None, **_: Ignored
) -> ImageSize:
    return _image_size(height, width, data_format, random=False)


def _keras_random_crop(
    height: Size, width: Size, seed: Ignored = None, data_format: str | None = None, **_: Ignored
) -> ImageSize:
    return _image_size(height, width, data_format, random=True)


SPELLINGS = {
    "keras:Resizing": _keras_resizing,
    "keras:CenterCrop": _keras_center_crop,
    "keras:RandomCrop": _keras_random_crop,
}
KINDS = (ImageSize,)
