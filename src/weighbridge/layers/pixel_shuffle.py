"""PyTorch's layers that turn channels into pixels and back."""

from __future__ import annotations

from weighbridge.layers._torch import count
from weighbridge.layers.operation_image import DepthToSpace, SpaceToDepth

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers._settings import Size


def _torch_pixel_shuffle(upscale_factor: Size) -> DepthToSpace:
    return DepthToSpace(block=count(upscale_factor, "upscale_factor", 1), channels_first=True)


def _torch_pixel_unshuffle(downscale_factor: Size) -> SpaceToDepth:
    return SpaceToDepth(block=count(downscale_factor, "downscale_factor", 1), channels_first=True)


SPELLINGS = {
    "torch:PixelShuffle": _torch_pixel_shuffle,
    "torch:PixelUnshuffle": _torch_pixel_unshuffle,
}
KINDS = ()
