"""Settings that convolutions may have."""

from __future__ import annotations

import re

from weighbridge.readers._summary_windows import keras_moves, torch_moves, windows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.model import Shape
    from weighbridge.readers._summary_candidates import Candidate
    from weighbridge.readers._summary_solve import Asked

_SIDES = ((3, 0.0), (5, 1.0), (1, 2.0), (7, 1.5), (2, 2.0), (4, 2.0), (11, 2.5), (9, 3.0))
"""Common sides of a kernel, for a layer of whose input nothing is known."""
_MOST_ROUNDED = 64
_MOST_MOVES = 2
_FAR = 4
"""Bits from which a kernel is too unlikely beside another that fits."""
_GROUPS = (2, 4, 8, 16, 32, 64)


def _sides(shape: Shape | None, rank: int, first: bool) -> tuple[int | None, Shape]:
    """Channels and the sizes of the other axes."""
    if shape is None or len(shape) != rank + 1:
        return None, (None,) * rank
    return (shape[0], shape[1:]) if first else (shape[-1], shape[:-1])


def _whole(channels: int | None, spatial: Shape, first: bool) -> Shape:
    return (channels, *spatial) if first else (*spatial, channels)


def _layouts(question: Asked) -> tuple[tuple[bool, float], ...]:
    """Whether channels come first, and how unlikely that is."""
    return ((True, 0.0),) if question.dialect == "torch" else ((False, 0.0), (True, 3.0))


def _rank(question: Asked) -> int:
    return int(re.findall(r"\d", question.native)[0])


def convolutions(question: Asked) -> Iterator[Candidate]:
    """Standard, grouped and transposed convolutions."""
    rank = _rank(question)
    transposed = re.search("[Tt]ranspose|Deconv", question.native) is not None
    for first, unusual in _layouts(question):
        out, outside = _sides(question.leaving, rank, first)
        depth, inside = _sides(question.entering, rank, first)
        if not out or question.low is None:
            continue
        best = float("inf")
        for window, channels, groups, bias, bits in _kernels(question, rank, out, depth):
            # All moves of one kernel have one formula, so that the likeliest will do.
            moves = _moves(question, window, inside, outside) if bits < best + _FAR else ()
            for move, more in sorted(moves, key=lambda pair: pair[1])[
                : None if transposed else _MOST_MOVES
            ]:
                best = min(best, bits + more)
                settings = _spelled(question, channels, out, window, groups, bias, first) | move
                if question.entering is None:
                    settings["<"] = _whole(channels, (None,) * rank, first)
                yield settings, bits + more + unusual


def _kernels(
    question: Asked, rank: int, out: int, depth: int | None
) -> Iterator[tuple[tuple[int, ...], int, int, bool, float]]:
    """Windows, input channels, groups and bias that come to the count."""
    low, high = question.low or 0, question.high or 0
    for bias, bits in ((True, 0.0), (False, 1.0)):
        fewest, most = -(-low // out) - bias, high // out - bias
        for links in range(max(fewest, 1), min(most, fewest + _MOST_ROUNDED) + 1):
            for area, channels, groups, more in _areas(links, rank, out, depth):
                found = (
                    [(question.kernel, 0.0)]
                    if _area(question.kernel) == area
                    else windows(area, rank)
                )
                for window, unlikely in found:
                    if len(window) == rank and question.kernel in ((), window):
                        yield window, channels, groups, bias, bits + more + unlikely


def _area(window: tuple[int, ...]) -> int:
    area = 1
    for side in window:
        area *= side
    return area if window else 0


def _areas(
    links: int, rank: int, out: int, depth: int | None
) -> Iterator[tuple[int, int, int, float]]:
    """Taps, input channels and groups of a filter that has ``links`` weights."""
    if depth is None:
        for side, bits in _SIDES:
            if links % side**rank == 0:
                channels = links // side**rank
                yield (
                    side**rank,
                    channels,
                    1,
                    bits + (0 if channels in (1, 3) else 2 if channels <= 4 else 4),  # noqa: PLR2004  # a plain size
                )  # pictures have up to four
        return
    if links % depth == 0:
        yield links // depth, depth, 1, 0.0
    if depth > 1 and out % depth == 0:
        yield links, depth, depth, 4.0
    for groups in _GROUPS:
        if (
            groups < depth
            and depth % groups == 0
            and out % groups == 0
            and links % (depth // groups) == 0
        ):
            yield links * groups // depth, depth, groups, 5.0


def _moves(
    question: Asked, window: tuple[int, ...], inside: Shape, outside: Shape
) -> Iterator[tuple[dict[str, object], float]]:
    if re.search("[Tt]ranspose|Deconv", question.native):
        yield from _transposed(question, window, inside, outside)
        return
    torch = question.dialect == "torch"
    moves, words = (
        (torch_moves, ("stride", "dilation"))
        if torch
        else (keras_moves, ("strides", "dilation_rate"))
    )
    for dilation in (1, 2, 3, 4, 6, 8, 12, 16, 18, 32, 64):
        found = False
        taps = tuple(dilation * (k - 1) + 1 for k in window)
        for stride, padding, bits in moves(taps, inside, outside):
            if dilation > 1 and stride != (1,) * len(window):
                continue
            settings: dict[str, object] = {words[0]: stride, "padding": padding}
            if dilation > 1:
                settings[words[1]] = dilation
            yield settings, bits + (0 if dilation == 1 else 4)
            found = True
        if found or window == (1,) * len(window):
            return


def _transposed(
    question: Asked, window: tuple[int, ...], inside: Shape, outside: Shape
) -> Iterator[tuple[dict[str, object], float]]:
    ratio = next((-(-out // n) for n, out in zip(inside, outside, strict=True) if n and out), 1)
    for stride in dict.fromkeys((ratio, max(ratio - 1, 1), 1)):
        if question.dialect == "keras":
            for padding in ("valid", "same"):
                yield {"strides": stride, "padding": padding}, 0.5 * (padding == "same")
            continue
        for padded in range(max(window)):
            for extra in range(stride):
                yield (
                    {"stride": stride, "padding": padded, "output_padding": extra},
                    float(padded > 1) + extra,
                )


def _spelled(
    question: Asked,
    channels: int,
    out: int,
    window: tuple[int, ...],
    groups: int,
    bias: bool,
    first: bool,
) -> dict[str, object]:
    if question.dialect == "torch":
        named: dict[str, object] = {
            "in_channels": channels,
            "out_channels": out,
            "kernel_size": window,
            "bias": bias,
        }
    else:
        named = {"filters": out, "kernel_size": window, "use_bias": bias}
        if first:
            named["data_format"] = "channels_first"
    return named | ({"groups": groups} if groups > 1 else {})


def depthwise(question: Asked) -> Iterator[Candidate]:
    """A filter or more for each channel: (taps + 1) values for every channel that comes out."""
    rank = _rank(question)
    for first, unusual in _layouts(question):
        out, outside = _sides(question.leaving, rank, first)
        depth, inside = _sides(question.entering, rank, first)
        depth = depth or out
        if not out or not depth or out % depth or not question.low or question.low % out:
            continue
        for bias, bits in ((True, 0.0), (False, 1.0)):
            for window, more in windows(question.low // out - bias, rank):
                for move, unlikely in _moves(question, window, inside, outside):
                    settings: dict[str, object] = {"kernel_size": window, "use_bias": bias, **move}
                    yield (
                        settings | _also(question, depth, out // depth, rank, first),
                        bits + more + unlikely + unusual,
                    )


def _also(
    question: Asked, depth: int, multiplier: int, rank: int, first: bool
) -> dict[str, object]:
    named: dict[str, object] = {"depth_multiplier": multiplier} if multiplier > 1 else {}
    if first:
        named["data_format"] = "channels_first"
    if question.entering is None:
        named["<"] = _whole(depth, (None,) * rank, first)
    return named


def separable(question: Asked) -> Iterator[Candidate]:
    """Depthwise, then pointwise; one bias at the end."""
    rank = _rank(question)
    for first, unusual in _layouts(question):
        out, outside = _sides(question.leaving, rank, first)
        depth, inside = _sides(question.entering, rank, first)
        if not out or not question.low:
            continue
        for bias, bits in ((True, 0.0), (False, 1.0)):
            for channels, times, area in _stages(question.low - bias * out, out, depth, rank):
                for window, more in windows(area, rank):
                    for move, unlikely in _moves(question, window, inside, outside):
                        settings: dict[str, object] = {
                            "filters": out,
                            "kernel_size": window,
                            "use_bias": bias,
                            **move,
                        }
                        yield (
                            settings | _also(question, channels, times, rank, first),
                            (
                                bits
                                + more
                                + unlikely
                                + unusual
                                + 2 * (times > 1)
                                + (depth is None) * (channels not in (1, 3))
                            ),
                        )


def _stages(count: int, out: int, depth: int | None, rank: int) -> Iterator[tuple[int, int, int]]:
    """Input channels, depth multiplier and taps: channels·m·(taps + out) values."""
    for times in (1, 2, 3, 4):
        if depth is not None:
            area, rest = divmod(count - depth * times * out, depth * times)
            if area > 0 and not rest:
                yield depth, times, area
            continue
        for side, _ in _SIDES:
            channels, rest = divmod(count, times * (side**rank + out))
            if channels and not rest:
                yield channels, times, side**rank
