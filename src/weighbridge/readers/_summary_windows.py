"""Windows solved for: which kernel, stride and padding lead from one size to another."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.model import Shape

    Move = tuple[object, object, float]
    """Stride, padding, and how unlikely they are, in bits."""

MOST = 4_096
"""Largest kernel along one axis that is looked for."""
_STRIDES = (1, 2, 3, 4, 5, 7, 8, 14, 16, 32)


def windows(area: int, rank: int) -> Iterator[tuple[tuple[int, ...], float]]:
    """Kernels of ``area`` taps over ``rank`` axes, equal sides first."""
    if rank == 1:
        if area <= MOST:
            yield (area,), 0.0
        return
    side = round(area ** (1 / rank))
    if side**rank == area:
        yield (side,) * rank, 0.0
    for first in range(1, min(area, 64) + 1):
        if area % first == 0:
            for rest, bits in windows(area // first, rank - 1):
                window = (first, *rest)
                if len(set(window)) > 1 and max(window) <= 64:  # noqa: PLR2004  # larger ones are not seen
                    yield window, bits + 4 + (2 if 1 not in window else 0)


def keras_moves(taps: tuple[int, ...], inside: Shape, outside: Shape) -> Iterator[Move]:
    """Strides and padding of Keras that lead from ``inside`` to ``outside``, likeliest first."""
    for padding, bits in (("valid", 0.0), ("same", 0.5)):
        strides = [
            _keras_stride(k, n, out, padding)
            for k, n, out in zip(taps, inside, outside, strict=True)
        ]
        if all(stride is not None for stride in strides):
            known = [
                s
                for s, n, out in zip(strides, inside, outside, strict=True)
                if None not in (n, out)
            ]
            filled = [
                s if None not in (n, out) else (known or [1])[0]
                for s, n, out in zip(strides, inside, outside, strict=True)
            ]
            yield (
                tuple(filled),
                padding,
                bits + (3 if len(set(filled)) > 1 else 0) + sum(s > 2 for s in known if s),  # noqa: PLR2004  # a plain size
            )  # strides above 2 are rare


def _keras_stride(k: int, n: int | None, out: int | None, padding: str) -> int | None:
    """The smallest stride that fits; 1 where a size is open."""
    if n is None or out is None:
        return 1
    for stride in _STRIDES:
        length = -(-n // stride) if padding == "same" else (n - k) // stride + 1
        if length == out and (padding == "same" or n >= k):
            return stride
    if out == 1 and (padding == "same" or n >= k):
        return n
    return None


def torch_moves(taps: tuple[int, ...], inside: Shape, outside: Shape) -> Iterator[Move]:
    """Strides and padding of PyTorch, in numbers, that lead from ``inside`` to ``outside``."""
    for stride in _STRIDES:
        added = [
            _padding(k, n, out, stride) for k, n, out in zip(taps, inside, outside, strict=True)
        ]
        if all(padding is not None for padding in added):
            bits = float(stride > 2) + (  # noqa: PLR2004  # a plain size
                0 if all(p in (0, k // 2) for p, k in zip(added, taps, strict=True)) else 3
            )  # strides above 2 are rare
            yield (stride,) * len(taps), tuple(added), bits


def _padding(k: int, n: int | None, out: int | None, stride: int) -> int | None:
    """The padding at both ends that fits, k // 2 before others; 0 where a size is open."""
    if n is None or out is None:
        return 0
    tried: tuple[int, ...] = (k // 2, 0, *range(min(k, 32)))
    for added in tried:
        if n + 2 * added >= k and (n + 2 * added - k) // stride + 1 == out:
            return added
    return None


def pools(inside: Shape, outside: Shape, torch: bool) -> Iterator[tuple[dict[str, object], float]]:
    """Settings of a pooling layer that leads from ``inside`` to ``outside``."""
    rank = len(inside)
    for size in (2, 3, 4, 5, 7, 8, 6, 14, 16, *range(9, 33)):
        taps = (size,) * rank
        moves = list((torch_moves if torch else keras_moves)(taps, inside, outside))
        for stride, padding, bits in moves:
            own = stride == taps
            words = ("kernel_size", "stride") if torch else ("pool_size", "strides")
            yield (
                {words[0]: taps, words[1]: stride, "padding": padding},
                bits + (0 if own else 2) + (size > 2),  # noqa: PLR2004  # a plain size
            )  # 2 is the rule
    ratios = [n // out if n and out else None for n, out in zip(inside, outside, strict=True)]
    if all(ratios):
        words = ("kernel_size", "stride") if torch else ("pool_size", "strides")
        yield {words[0]: tuple(ratios), words[1]: tuple(ratios)}, 3.0
