"""Layers that make the spatial axes longer by repeating or interpolating values."""

from __future__ import annotations

from weighbridge.formula import ONE, times
from weighbridge.layers._axes import first
from weighbridge.layers._settings import Ignored, Size, channels_first, each_axis, whole
from weighbridge.layers._window import Sizes, framed, inner, window
from weighbridge.model import Dims, Kind, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class UpSampling(Kind):
    """Each of 1 to 3 axes becomes a whole number of times as long.

    No tensors, and no MACs, however the new values are found: weights of an interpolation are not
    learned, and only convolutions and matrix products are counted.
    """

    size: Sizes
    channels_first: bool = False

    def output(self, *incoming: Shape | None) -> Dims | None:
        known = framed(first(incoming), len(self.size), self.channels_first)
        if known is None:
            return None
        before, spatial, after = known
        return (*before, *_longer(spatial, self.size), *after)


def _longer(spatial: Shape, factors: Sizes) -> Dims:
    names = window(factors, "u", "up-sampling of")
    pairs = zip(inner(spatial), names, strict=True)
    return tuple(times(n, ONE if f.size == 1 else f) for n, f in pairs)


def _keras_up_sampling(rank: int) -> Callable[..., UpSampling]:
    def make(size: Size = 2, data_format: str | None = None, **_: Ignored) -> UpSampling:
        return UpSampling(
            size=each_axis(size, rank, "size"), channels_first=channels_first(data_format)
        )

    return make


def _keras_up_sampling_1d(size: Size = 2, **_: Ignored) -> UpSampling:
    return UpSampling(size=(whole(size, "size"),))


SPELLINGS = {
    "keras:UpSampling1D": _keras_up_sampling_1d,
    "keras:UpSampling2D": _keras_up_sampling(2),
    "keras:UpSampling3D": _keras_up_sampling(3),
}
KINDS = (UpSampling,)
