"""A window that slides over spatial axes: names of the sizes and length of what comes out.

Shared by convolutions and pooling.
"""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import ONE, Dim, Expr, Num, floor, minus, plus, times, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Dims, Shape

Sizes = tuple[int | None, ...]
"""One size for each axis a window slides over; ``None`` where it is not known."""
Ends = tuple[tuple[int | None, int | None], ...]
"""For each spatial axis how many values at its start and at its end; ``None`` where not known."""
Padding = str | Ends
""""valid", "same", "causal", or the values added before and after each axis."""

_SUFFIX = {1: ("",), 2: ("_h", "_w"), 3: ("_d", "_h", "_w")}
_LENGTH = {1: ("T",), 2: ("H", "W"), 3: ("D", "H", "W")}
_MEANING = {1: ("steps",), 2: ("height", "width"), 3: ("depth", "height", "width")}


def window(size: Sizes, letter: str = "k", noun: str = "kernel") -> tuple[Dim, ...]:
    """``(k_h, k_w)`` for a kernel over two axes; ``(p_h, p_w)`` for a pool."""
    rank = len(size)
    names = zip(_SUFFIX[rank], _MEANING[rank], size, strict=True)
    return tuple(Dim(f"{letter}{suffix}", n, f"{noun} {axis}") for suffix, axis, n in names)


def inner(spatial: Shape) -> tuple[Dim, ...]:
    """``(H, W)``: the sizes of an input, by name."""
    rank = len(spatial)
    names = zip(_LENGTH[rank], _MEANING[rank], spatial, strict=True)
    return tuple(Dim(letter, n, f"input {axis}") for letter, axis, n in names)


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
        ordered = ("channels", *_MEANING[rank]) if channels_first else (*_MEANING[rank], "channels")
        raise Impossible(
            f"reads samples of {rank + 1} axes ({', '.join(ordered)}), "
            f"not {len(shape)}: {spelled(shape)}",
            hint="usually a Flatten or Reshape before it, or an axis forgotten in the input shape",
        )
    return (shape[1:], shape[0]) if channels_first else (shape[:-1], shape[-1])


def framed(
    shape: Shape | None, rank: int, channels_first: bool, bare: bool = False
) -> tuple[Dims, Shape, Dims] | None:
    """The channels if they come first, the spatial sizes, the channels if they come last.

    With ``bare``, a sample may lack the axis of channels. ``None`` if the shape is not known.
    """
    if bare and shape is not None and len(shape) == rank:
        return (), shape, ()
    known = split(shape, rank, channels_first)
    if known is None:
        return None
    channels = (same_channels(known[1]),)
    return (channels, known[0], ()) if channels_first else ((), known[0], channels)


def same_channels(size: int | None) -> Dim:
    """The channels of a layer that keeps them, by name."""
    return Dim("C", size, "channels")


def joined(spatial: Dims, channels: Expr, channels_first: bool) -> Dims:
    """Spatial sizes and channels back in the order of the data."""
    return (channels, *spatial) if channels_first else (*spatial, channels)


def slid(
    spatial: Shape, taps: Dims, stride: Sizes, dilation: Sizes, padding: Padding,
    ceil: bool = False,
) -> Dims:  # fmt: skip
    """Lengths after a window of ``taps`` has slid over ``spatial``.

    valid: ⌊(n − reach)/s⌋ + 1 with reach = d·(k − 1) + 1; same and causal: ⌊(n − 1)/s⌋ + 1, which
    is ⌈n/s⌉; explicit padding p adds to n. Source: Dumoulin and Visin 2016, relationships 6 and 15.
    With ``ceil`` the quotient is rounded up: the last window may reach over the end. Source:
    PyTorch's documentation of ``MaxPool2d``.
    """
    rank = len(spatial)
    return tuple(
        _length(
            n,
            reach(taps[i], Dim(f"d{_SUFFIX[rank][i]}", dilation[i], "dilation")),
            Dim(f"s{_SUFFIX[rank][i]}", stride[i], "stride"),
            padding if isinstance(padding, str) else padding[i],
            ceil,
        )
        for i, n in enumerate(inner(spatial))
    )


def reach(k: Expr, d: Expr) -> Expr:
    """Values that a window of ``k`` taps, ``d`` apart, reaches over."""
    return k if value(d) == 1 else plus(times(d, plus(k, Num(-1))), ONE)


def _length(
    n: Expr, over: Expr, s: Expr, padding: str | tuple[int | None, int | None], ceil: bool
) -> Expr:
    if padding in ("same", "causal"):
        return plus(floor(plus(n, Num(-1)), s), ONE)
    before, after = (0, 0) if isinstance(padding, str) else padding
    padded = plus(n, added(before, after))
    hanging = plus(s, Num(-1)) if ceil else Num(0)
    room, needed = value(plus(padded, hanging)), value(over)
    if room is not None and needed is not None and needed > room:
        raise Impossible(
            f"the window reaches over {needed} values, "
            f"its input with padding has only {value(padded)}",
            hint="a smaller window or stride before it, padding='same', or a larger input",
        )
    taken = [minus(term) for term in over.terms] if hasattr(over, "terms") else [minus(over)]
    length = plus(floor(plus(padded, *taken, hanging), s), ONE)
    if ceil and _starts_after(length, s, plus(n, added(before, 0))):
        return plus(length, Num(-1))
    return length


def added(before: int | None, after: int | None) -> Expr:
    """Values added at both ends of an axis."""
    if before is None or after is None:
        return Dim("p", None, "padding at both ends")
    return Num(before + after)


def check_filling(mode: str, spatial: Shape, ends: Ends) -> None:
    """Raises ``Impossible`` where an input has too few values to fill a border with.

    A reflection does not repeat the value at the edge, ``circular`` goes around once at most.
    """
    if mode not in ("reflect", "circular"):
        return
    for n, pair in zip(spatial, ends, strict=True):
        needed = max((size for size in pair if size is not None), default=0)
        if n is not None and needed > (n - 1 if mode == "reflect" else n):
            raise Impossible(
                f"a border of {needed} values cannot be filled from {n} values: {mode}",
                hint="a smaller padding, or padding with zeros",
            )


def _starts_after(length: Expr, s: Expr, end: Expr) -> bool:
    """Whether the last of ``length`` windows lies in the padding altogether."""
    count, step, last = value(length), value(s), value(end)
    return None not in (count, step, last) and (count - 1) * step >= last  # type: ignore[operator]  # none is None


def spelled(shape: Shape | None) -> str:
    """A shape as text, ``?`` where it is open: ``(?, 28, 3)``."""
    if shape is None:
        return "?"
    inner = ", ".join("?" if n is None else str(n) for n in shape)
    return f"({inner},)" if len(shape) == 1 else f"({inner})"
