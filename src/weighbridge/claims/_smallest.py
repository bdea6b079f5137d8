"""Which explanations are worth telling: no more is assumed than it takes, and nothing twice."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._types import Explanation

_FAR = 6.0
"""Bits by which an explanation may be less likely than the best and still be told."""


def smallest(found: list[Explanation]) -> Iterator[Explanation]:
    """The likeliest first, without those that another makes superfluous.

    That is one that assumes the same and more, or one that comes to the same differences with more
    assumptions or under the same causes.
    """
    kept: list[Explanation] = []
    for each in sorted(found, key=lambda e: (e.cost, len(e.assumptions), len(e.pieces))):
        if kept and each.cost > kept[0].cost + _FAR:
            return
        if not any(_covers(other, each) for other in kept):
            kept.append(each)
            yield each


def _covers(first: Explanation, other: Explanation) -> bool:
    fewer, more = set(first.assumptions), set(other.assumptions)
    if fewer < more:
        return True
    if _changes(first) == _changes(other):
        return len(fewer) < len(more) or set(other.causes) <= set(first.causes)
    return False


def _changes(explanation: Explanation) -> list[tuple[str, str, int]]:
    return sorted((piece.path, piece.name, piece.count) for piece in explanation.pieces)
