"""Which of the explanations found are told, and in which order."""

from __future__ import annotations

from itertools import islice

from weighbridge._record import replace
from weighbridge.claims._smallest import smallest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from weighbridge.claims._types import Explanation
    from weighbridge.claims.assumptions import Assumption

_MOST, _LOOKED_AT = 5, 15


def ranked(found: list[Explanation], known: tuple[Assumption, ...]) -> tuple[Explanation, ...]:
    """The likeliest, each once, with what would decide between them."""
    best = varied(islice(smallest(found), _LOOKED_AT))[:_MOST]
    facts = {assumption.name: assumption.decides for assumption in known}
    shared = set.intersection(*(set(each.assumptions) for each in best)) if best else set()
    return tuple(
        replace(
            each,
            decides="; ".join(
                fact for name in each.assumptions if name not in shared and (fact := facts[name])
            ),
        )
        if len(best) > 1
        else each
        for each in best
    )


def varied(found: Iterable[Explanation]) -> list[Explanation]:
    """The explanations in their order, but those that tell no new cause after all others.

    Who reads the first few should see different mistakes, not one mistake in different layers.
    """
    new: list[Explanation] = []
    again: list[Explanation] = []
    for each in found:
        told = any(set(each.causes) <= set(other.causes) for other in new)
        (again if told else new).append(each)
    return [*new, *again]
