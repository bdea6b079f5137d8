"""Layers that make the spatial axes longer with zeros, or cut values off their ends."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim, Expr, Num, minus, plus, value
from weighbridge.layers._axes import first, named
from weighbridge.layers._settings import Ignored, Size, channels_first, whole
from weighbridge.layers._window import (
    check_filling,
    framed,
    inner,
    joined,
    same_channels,
    spelled,
    split,
)
from weighbridge.model import Dims, Kind, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.layers._window import Ends

_ENDS = {
    1: (("start", "end"),),
    2: (("top", "bottom"), ("left", "right")),
    3: (("front", "back"), ("top", "bottom"), ("left", "right")),
}


class ZeroPadding(Kind):
    """Zeros are added at the ends of 1 to 3 axes. No tensors, no MACs.

    PyTorch takes numbers below 0 as well, which cut values off.
    """

    padding: Ends
    channels_first: bool = False
    loose: bool = False
    """Whether any number of axes may come before those that are padded."""

    def output(self, *incoming: Shape | None) -> Dims | None:
        shape, rank = first(incoming), len(self.padding)
        if self.loose and shape is not None:
            if len(shape) == rank - 1:
                return None  # The batch is padded, too.
            _check_axes(shape, rank)
            return (*(named(shape[:-rank]) or ()), *_padded(shape[-rank:], self.padding, "zeros"))
        framing = framed(shape, rank, self.channels_first)
        if framing is None:
            return None
        before, spatial, after = framing
        return (*before, *_padded(spatial, self.padding, "zeros"), *after)


class BorderPadding(Kind):
    """Values of the input, mirrored, repeated or from the other end, are added at the ends of axes.

    Channels come first, or there are none. No tensors, no MACs.
    """

    mode: str
    """``reflect``, ``replicate`` or ``circular``."""
    padding: Ends

    def output(self, *incoming: Shape | None) -> Dims | None:
        framing = framed(first(incoming), len(self.padding), True, bare=True)
        if framing is None:
            return None
        before, spatial, _ = framing
        check_filling(self.mode, spatial, self.padding)
        lengths = _padded(spatial, self.padding, "values")
        if self.mode != "circular" and set(map(value, lengths)) == {0}:
            raise Impossible(f"nothing is left of a sample of shape {spelled(spatial)}")
        return (*before, *lengths)


class Cropping(Kind):
    """Values are cut off at the ends of 1 to 3 axes. No tensors, no MACs."""

    cropping: Ends
    channels_first: bool = False

    def output(self, *incoming: Shape | None) -> Dims | None:
        known = split(incoming[0] if incoming else None, len(self.cropping), self.channels_first)
        if known is None:
            return None
        ends = _ends(self.cropping, "c", "values cut off")
        spatial = tuple(
            _cropped(n, (minus(start), minus(end)))
            for n, (start, end) in zip(inner(known[0]), ends, strict=True)
        )
        return joined(spatial, same_channels(known[1]), self.channels_first)


def _padded(spatial: Shape, padding: Ends, meaning: str) -> Dims:
    """Lengths with both ends added; an end below 0 is cut off."""
    for n, pair in zip(spatial, padding, strict=True):
        cut = -sum(size for size in pair if size is not None and size < 0)
        if n is not None and cut > n:
            raise Impossible(f"{cut} values are cut off, its input has only {n}")
    ends = _ends(padding, "p", meaning)
    return tuple(plus(n, *pair) for n, pair in zip(inner(spatial), ends, strict=True))


def _check_axes(shape: Shape, rank: int) -> None:
    if len(shape) < rank:
        raise Impossible(f"pads {rank} axes, a sample of shape {spelled(shape)} has fewer")


def _cropped(n: Dim, taken: tuple[Expr, Expr]) -> Expr:
    rest = plus(n, *taken)
    left = value(rest)
    if left is not None and n.size is not None and left <= 0:
        raise Impossible(
            f"{n.size - left} values are cut off, its input has only {n.size}",
            hint="a smaller cropping, or a larger input",
        )
    return rest


def _ends(ends: Ends, letter: str, meaning: str) -> tuple[tuple[Expr, Expr], ...]:
    """The numbers at both ends of each axis by name; a 0 is not worth writing."""
    return tuple(
        (_end(pair[0], f"{letter}_{start}", meaning), _end(pair[1], f"{letter}_{end}", meaning))
        for pair, (start, end) in zip(ends, _ENDS[len(ends)], strict=True)
    )


def _end(size: int | None, symbol: str, meaning: str) -> Expr:
    if size is not None and size < 0:
        return minus(Dim(f"c_{symbol[2:]}", -size, f"values cut off at the {symbol[2:]}"))
    return Num(0) if size == 0 else Dim(symbol, size, f"{meaning} at the {symbol[2:]}")


# -- spellings -----------------------------------------------------------------------------------


def _keras_ends(setting: object, rank: int, name: str) -> Ends:
    """``1``, ``(1, 2)`` or ``((1, 1), (2, 2))``; over one axis, ``(1, 2)`` are its two ends."""
    axes = (setting,) if rank == 1 or not isinstance(setting, tuple | list) else tuple(setting)
    if len(axes) not in (1, rank) or (isinstance(setting, tuple | list) and len(axes) != rank):
        raise Impossible(f"{name} needs {rank} entries, one for each axis, not {len(axes)}")
    pairs = tuple(_pair(axis, name) for axis in axes)
    return pairs * (rank // len(pairs))


def _pair(axis: object, name: str) -> tuple[int | None, int | None]:
    start, end = axis if isinstance(axis, tuple | list) and len(axis) == 2 else (axis, axis)  # noqa: PLR2004  # an axis has two ends
    return whole(start, name, least=0), whole(end, name, least=0)


def _keras_padding(rank: int) -> Callable[..., ZeroPadding]:
    def make(padding: Size = 1, data_format: str | None = None, **_: Ignored) -> ZeroPadding:
        return ZeroPadding(
            padding=_keras_ends(padding, rank, "padding"),
            channels_first=channels_first(data_format),
        )

    return make


def _keras_cropping(rank: int, default: int) -> Callable[..., Cropping]:
    def make(cropping: Size = default, data_format: str | None = None, **_: Ignored) -> Cropping:
        return Cropping(
            cropping=_keras_ends(cropping, rank, "cropping"),
            channels_first=channels_first(data_format),
        )

    return make


def _keras_cropping_1d(cropping: Size = 1, **_: Ignored) -> Cropping:
    return _keras_cropping(1, default=1)(cropping)


SPELLINGS = {
    "keras:ZeroPadding1D": _keras_padding(1),
    "keras:ZeroPadding2D": _keras_padding(2),
    "keras:ZeroPadding3D": _keras_padding(3),
    "keras:Cropping1D": _keras_cropping_1d,
    "keras:Cropping2D": _keras_cropping(2, default=0),
    "keras:Cropping3D": _keras_cropping(3, default=1),
}
KINDS = (ZeroPadding, BorderPadding, Cropping)
