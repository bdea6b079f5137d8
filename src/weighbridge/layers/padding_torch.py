"""PyTorch's spellings of padding: with zeros, a constant, or values of the input."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.layers._torch import count
from weighbridge.layers.padding import BorderPadding, ZeroPadding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.layers._settings import Ignored, Size
    from weighbridge.layers._window import Ends

_MOST_AXES = 3


def _ends(given: object, rank: int) -> Ends:
    """``1`` or ``(left, right, top, bottom, …)``, the last axis first, as pairs in order."""
    listed = tuple(given) if isinstance(given, tuple | list) else (given,) * 2 * rank
    sizes = tuple(count(size, "padding", least=-(1 << 62)) for size in listed)
    if len(sizes) % 2 or not 0 < len(sizes) <= 2 * _MOST_AXES:
        raise Impossible(f"padding needs two numbers for each axis, not {len(sizes)}: {sizes}")
    return tuple(zip(sizes[::2], sizes[1::2], strict=True))[::-1]


def _torch_zero_pad(rank: int) -> Callable[..., ZeroPadding]:
    def make(padding: Size) -> ZeroPadding:
        return ZeroPadding(padding=_ends(padding, rank), channels_first=True, loose=True)

    return make


def _torch_constant_pad(rank: int) -> Callable[..., ZeroPadding]:
    def make(padding: Size, value: Ignored) -> ZeroPadding:
        return ZeroPadding(padding=_ends(padding, rank), channels_first=True, loose=True)

    return make


def _torch_border_pad(mode: str, rank: int) -> Callable[..., BorderPadding]:
    def make(padding: Size) -> BorderPadding:
        ends = _ends(padding, rank)
        if len(ends) != rank:
            raise Impossible(f"padding needs {2 * rank} numbers, not {2 * len(ends)}: {padding}")
        return BorderPadding(mode=mode, padding=ends)

    return make


SPELLINGS = {
    "torch:ZeroPad1d": _torch_zero_pad(1),
    "torch:ZeroPad2d": _torch_zero_pad(2),
    "torch:ZeroPad3d": _torch_zero_pad(3),
    "torch:ConstantPad1d": _torch_constant_pad(1),
    "torch:ConstantPad2d": _torch_constant_pad(2),
    "torch:ConstantPad3d": _torch_constant_pad(3),
    "torch:ReflectionPad1d": _torch_border_pad("reflect", 1),
    "torch:ReflectionPad2d": _torch_border_pad("reflect", 2),
    "torch:ReflectionPad3d": _torch_border_pad("reflect", 3),
    "torch:ReplicationPad1d": _torch_border_pad("replicate", 1),
    "torch:ReplicationPad2d": _torch_border_pad("replicate", 2),
    "torch:ReplicationPad3d": _torch_border_pad("replicate", 3),
    "torch:CircularPad1d": _torch_border_pad("circular", 1),
    "torch:CircularPad2d": _torch_border_pad("circular", 2),
    "torch:CircularPad3d": _torch_border_pad("circular", 3),
}
KINDS = ()
