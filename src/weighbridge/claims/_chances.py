"""How often a number would be hit by chance: a coincidence is no explanation."""

from __future__ import annotations

from bisect import bisect_left

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.claims._moves import Move

_CHANCE = 0.12
"""How many likelier stacks may be expected to hit by chance before a hit is taken for one."""
_STEPS = 4
"""Parts of a bit in which likelihoods are counted."""
_MOST_BITS = 40.0


class Chances:
    """How many stacks there are up to so many bits, and so how many would hit by chance."""

    def __init__(self, found: list[Move], depth: int) -> None:
        ones = [0] * (int(_MOST_BITS * _STEPS) + 1)
        for move in found:
            place = int(move.bits * _STEPS)
            if place < len(ones):
                ones[place] += 1
        twos = _folded(ones, ones, 2)
        threes = _folded(twos, ones, 3) if depth > 2 else [0] * len(ones)  # noqa: PLR2004  # three at once
        self._up_to: list[int] = []
        total = 0
        for counts in zip(ones, twos, threes, strict=True):
            total += sum(counts)
            self._up_to.append(total)

    def bits(self, width: int, largest: int) -> float:
        """Up to how many bits a hit on ``width`` numbers of ``largest`` is more than chance."""
        share = width / max(largest, 1)
        place = bisect_left(self._up_to, _CHANCE / share)
        return min((place - 1) / _STEPS, _MOST_BITS)


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
