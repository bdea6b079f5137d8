"""Windows of an image laid out as columns, and columns added up into an image."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import floor, times, value
from weighbridge.layers._axes import first, of_rank
from weighbridge.layers._torch import both_ends, per_axis
from weighbridge.layers._window import inner, same_channels, slid, split, window
from weighbridge.model import Dims, Kind, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from weighbridge.formula import Expr
    from weighbridge.layers._settings import Size
    from weighbridge.layers._window import Ends, Sizes

_RANK = 2


class _Columns(Kind):
    """How the windows lie, which both have."""

    kernel_size: Sizes
    dilation: Sizes
    padding: Ends
    stride: Sizes

    def windows(self, image: Shape) -> Expr:
        """How many windows an image has."""
        taps = window(self.kernel_size)
        return times(*slid(image, taps, self.stride, self.dilation, self.padding))


class Unfold(_Columns):
    """The values under a window as a column, one for each of its L places: (C·k_h·k_w, L).

    No tensors, no MACs. Also called im2col.
    """

    def output(self, *incoming: Shape | None) -> Dims | None:
        known = split(first(incoming), _RANK, channels_first=True)
        if known is None:
            return None
        image, channels = known
        return times(same_channels(channels), *window(self.kernel_size)), self.windows(image)


class Fold(_Columns):
    """Columns added up where their windows overlap: (C·k_h·k_w, L) gives (C, H, W).

    No tensors, and no MACs: values are added, not multiplied. Also called col2im.
    """

    output_size: Sizes

    def output(self, *incoming: Shape | None) -> Dims | None:
        shape = of_rank(first(incoming), _RANK)
        if shape is None:
            return None
        column, taps = same_channels(shape[0]), times(*window(self.kernel_size))
        values, area = value(column), value(taps)
        if values is not None and area and values % area:
            raise Impossible(f"a column of {values} values holds no whole windows of {area}")
        places = value(self.windows(self.output_size))
        if None not in (places, shape[1]) and places != shape[1]:
            raise Impossible(f"the image has {places} windows, its input {shape[1]} columns")
        return (floor(column, taps), *inner(self.output_size))


def _columns(
    kernel_size: object, dilation: object, padding: object, stride: object
) -> dict[str, Any]:
    return {
        "kernel_size": per_axis(kernel_size, _RANK, "kernel_size"),
        "dilation": per_axis(dilation, _RANK, "dilation"),
        "padding": both_ends(padding, _RANK),
        "stride": per_axis(stride, _RANK, "stride"),
    }


def _torch_unfold(
    kernel_size: Size, dilation: Size = 1, padding: Size = 0, stride: Size = 1
) -> Unfold:
    return Unfold(**_columns(kernel_size, dilation, padding, stride))


def _torch_fold(
    output_size: Size, kernel_size: Size, dilation: Size = 1, padding: Size = 0, stride: Size = 1
) -> Fold:
    return Fold(
        output_size=per_axis(output_size, _RANK, "output_size"),
        **_columns(kernel_size, dilation, padding, stride),
    )


SPELLINGS = {"torch:Unfold": _torch_unfold, "torch:Fold": _torch_fold}
KINDS = (Unfold, Fold)
