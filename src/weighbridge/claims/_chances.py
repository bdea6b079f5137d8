"""How often a number would be hit by chance: a coincidence is no explanation."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from weighbridge.claims._moves import Move

_CHANCE = 0.12
"""How many likelier stacks may be expected to hit by chance before a hit is taken for one."""
_STEPS = 4
"""Parts of a bit in which likelihoods are counted."""
_MOST_BITS = 40.0


class Chances:
    """How many stacks there are up to so many bits, and so how many would hit by chance."""

    def __init__(self, found: list[Move], depth: int) -> None:
        self._ones = _counted(move.bits for move in found)
        twos = _folded(self._ones, self._ones, 2)
        threes = _folded(twos, self._ones, 3) if depth > 2 else []  # noqa: PLR2004  # three at once
        self._stacks = _summed(self._ones, twos, threes)

    def bits(self, width: int, largest: int, others: Iterable[float] = ()) -> float:
        """Up to how many bits a hit on ``width`` numbers of ``largest`` is more than chance.

        ``others`` are the bits of what may be assumed besides, alone or with one of the moves.
        """
        besides = _counted(others)
        stacks = _summed(self._stacks, besides, _folded(besides, self._ones, 1))
        expected = _CHANCE * max(largest, 1) / width
        place = bisect_left(list(accumulate(stacks)), expected)
        return min((place - 1) / _STEPS, _MOST_BITS)


def _counted(all_bits: Iterable[float]) -> list[int]:
    """How many there are of each number of bits."""
    counts = [0] * (int(_MOST_BITS * _STEPS) + 1)
    for bits in all_bits:
        place = int(bits * _STEPS)
        if 0 <= place < len(counts):
            counts[place] += 1
    return counts


def _summed(*lists: list[int]) -> list[int]:
    return [sum(counts) for counts in zip(*filter(None, lists), strict=True)]


def _folded(left: list[int], right: list[int], alike: int) -> list[int]:
    """How many combinations come to each number of bits; ``alike`` orders are the same stack."""
    folded = [0] * len(left)
    used = [(i, n) for i, n in enumerate(right) if n]
    for i, n in enumerate(left):
        if n:
            for j, m in used:
                if i + j >= len(folded):
                    break
                folded[i + j] += n * m
    return [-(-n // alike) for n in folded]
