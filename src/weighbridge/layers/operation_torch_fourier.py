"""PyTorch's Fourier transforms: what they make of a shape.

Source: PyTorch's documentation of ``torch.fft``.
"""

from __future__ import annotations

from weighbridge.formula import Dim, Num, floor, minus, plus, times
from weighbridge.layers._operation import Operation, position, reading
from weighbridge.layers._settings import whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Ignored, Incoming, Size
    from weighbridge.model import Dims, Kind


class FourierTransform(Operation):
    """Values along some axes as waves, or back: as many as there were, unless a length is asked.

    Of real values half the waves and one tell all: n values give ⌊n/2⌋ + 1, which give 2·(m − 1)
    back. No MACs: fast transforms are no products of matrices.
    """

    axes: tuple[int, ...] = ()
    lengths: tuple[int | None, ...] = ()
    """Asked for along each of the axes; empty where none is."""
    half: str = ""
    """Of the last axis: ``"to"`` half of the waves, ``"from"`` them; else all."""

    def result(self, *shapes: Dims) -> Dims | None:
        found = list(shapes[0])
        places = [position(axis, len(found)) for axis in self.axes]
        for place, length in zip(places, self.lengths, strict=False):
            found[place] = Dim("n", length)
        if self.half == "to":
            found[places[-1]] = plus(floor(found[places[-1]], Dim("s", 2)), Num(1))
        elif self.half == "from" and not self.lengths:
            found[places[-1]] = times(Num(2), plus(found[places[-1]], minus(Num(1))))
        return tuple(found)


def _along_one(half: str) -> Callable[..., Kind]:
    def make(input: Incoming, n: Size = None, dim: int = -1, **_: Ignored) -> Kind:
        asked = () if n is None else (whole(n, "n"),)
        return FourierTransform(axes=(dim,), lengths=asked, half=half, fixed=reading(input))

    return make


def _along_two(half: str) -> Callable[..., Kind]:
    def make(input: Incoming, s: Size = None, dim: object = (-2, -1), **_: Ignored) -> Kind:
        axes = tuple(dim) if isinstance(dim, list | tuple) else (-2, -1)
        asked = tuple(whole(n, "s") for n in s) if isinstance(s, list | tuple) else ()
        return FourierTransform(axes=axes, lengths=asked, half=half, fixed=reading(input))

    return make


def _along_all(half: str) -> Callable[..., Kind]:
    def make(input: Incoming, s: Size = None, dim: object = None, **_: Ignored) -> Kind:
        asked = tuple(whole(n, "s") for n in s) if isinstance(s, list | tuple) else ()
        axes = tuple(dim) if isinstance(dim, list | tuple) else tuple(range(-len(asked) or -1, 0))
        return FourierTransform(axes=axes, lengths=asked, half=half, fixed=reading(input))

    return make


SPELLINGS: dict[str, Spelling] = {
    "torch:fft.fft": _along_one(""),
    "torch:fft.ifft": _along_one(""),
    "torch:fft.rfft": _along_one("to"),
    "torch:fft.irfft": _along_one("from"),
    "torch:fft.fft2": _along_two(""),
    "torch:fft.ifft2": _along_two(""),
    "torch:fft.rfft2": _along_two("to"),
    "torch:fft.irfft2": _along_two("from"),
    "torch:fft.fftn": _along_all(""),
    "torch:fft.ifftn": _along_all(""),
    "torch:fft.rfftn": _along_all("to"),
    "torch:fft.irfftn": _along_all("from"),
}
KINDS = (FourierTransform,)
