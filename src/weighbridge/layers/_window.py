"""A window that slides over spatial axes: names of the sizes and length of what comes out.

Shared by convolutions and pooling.
"""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import ONE, Dim, Expr, Num, floor, minus, plus, times, value
from weighbridge.model import Dims, Shape

Padding = str | tuple[tuple[int, int], ...]
""""valid", "same", "causal", or the values added before and after each axis."""

_SUFFIX = {1: ("",), 2: ("_h", "_w"), 3: ("_d", "_h", "_w")}
_LENGTH = {1: ("T",), 2: ("H", "W"), 3: ("D", "H", "W")}
_MEANING = {1: ("steps",), 2: ("height", "width"), 3: ("depth", "height", "width")}


def window(kernel_size: tuple[int | None, ...]) -> Dims:
    """``(k_h, k_w)`` for a kernel over two axes."""
    rank = len(kernel_size)
    names = zip(_SUFFIX[rank], _MEANING[rank], kernel_size, strict=True)
    return tuple(Dim(f"k{suffix}", k, f"kernel {axis}") for suffix, axis, k in names)


def outer(spatial: Shape) -> Dims:
    """``(H_out, W_out)``: the sizes of an output, by name."""
    rank = len(spatial)
    names = zip(_LENGTH[rank], _MEANING[rank], spatial, strict=True)
    return tuple(Dim(f"{letter}_out", n, f"output {axis}") for letter, axis, n in names)


def split(shape: Shape | None, rank: int, channels_first: bool) -> tuple[Shape, int | None] | None:
    """Spatial sizes and channels of a sample; ``None`` if the shape is not known."""
    if shape is None:
        return None
    if len(shape) != rank + 1:
        axes = "channels, " * channels_first + ", ".join(_MEANING[rank]) + ", channels" * (not channels_first)
        raise Impossible(
            f"reads samples of {rank + 1} axes ({axes}), not {len(shape)}: {spelled(shape)}",
            hint="a Flatten or a Reshape before it, or a forgotten axis in the input shape, is the usual cause",
        )
    return (shape[1:], shape[0]) if channels_first else (shape[:-1], shape[-1])


def joined(spatial: Dims, channels: Expr, channels_first: bool) -> Dims:
    """Spatial sizes and channels back in the order of the data."""
    return (channels, *spatial) if channels_first else (*spatial, channels)


def slid(
    spatial: Shape,
    kernel_size: tuple[int | None, ...],
    stride: tuple[int | None, ...],
    dilation: tuple[int | None, ...],
    padding: Padding,
) -> Dims:
    """Lengths after the window has slid over ``spatial``.

    valid: ⌊(n − reach)/s⌋ + 1 with reach = d·(k − 1) + 1; same and causal: ⌊(n − 1)/s⌋ + 1, which is
    ⌈n/s⌉; explicit padding p adds to n. Source: Dumoulin and Visin 2016, relationships 6 and 15.
    """
    rank = len(spatial)
    return tuple(
        _length(
            Dim(_LENGTH[rank][i], spatial[i], f"input {_MEANING[rank][i]}"),
            window(kernel_size)[i],
            Dim(f"s{_SUFFIX[rank][i]}", stride[i], "stride"),
            Dim(f"d{_SUFFIX[rank][i]}", dilation[i], "dilation"),
            padding if isinstance(padding, str) else padding[i],
        )
        for i in range(rank)
    )


def _length(n: Dim, k: Expr, s: Expr, d: Expr, padding: str | tuple[int, int]) -> Expr:
    if padding in ("same", "causal"):
        return plus(floor(plus(n, Num(-1)), s), ONE)
    around = 0 if isinstance(padding, str) else sum(padding)
    reach = k if value(d) == 1 else plus(times(d, plus(k, Num(-1))), ONE)
    padded, needed = value(plus(n, Num(around))), value(reach)
    if padded is not None and needed is not None and needed > padded:
        raise Impossible(
            f"the window reaches over {needed} values, its input with padding has only {padded}",
            hint="a smaller window or stride before it, padding='same', or a larger input",
        )
    taken = [minus(term) for term in reach.terms] if hasattr(reach, "terms") else [minus(reach)]
    return plus(floor(plus(n, Num(around), *taken), s), ONE)


def spelled(shape: Shape | None) -> str:
    """A shape as text, ``?`` where it is open: ``(?, 28, 3)``."""
    if shape is None:
        return "?"
    inner = ", ".join("?" if n is None else str(n) for n in shape)
    return f"({inner},)" if len(shape) == 1 else f"({inner})"
