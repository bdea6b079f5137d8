"""Layers inside layers: how many there are in all, which a few lines of a file can make countless.

``for _ in range(50): cell = StackedRNNCells([cell, cell])`` is 2⁵⁰ cells to whoever asks each.
"""

from __future__ import annotations

from weighbridge.errors import LIMITS, TooLarge
from weighbridge.model import Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    K = TypeVar("K", bound=Kind)


def bounded(kind: K) -> K:
    """``kind``, if the layers inside it are not too many, each counted as often as it is inside.

    Raises ``TooLarge``.
    """
    found = 0
    waiting: list[object] = [kind]
    while waiting:
        part = waiting.pop()
        if isinstance(part, tuple):
            waiting.extend(part)
        elif isinstance(part, Kind):
            found += 1
            names: tuple[str, ...] = part.__match_args__
            waiting.extend(getattr(part, name) for name in names)
        if found + len(waiting) > LIMITS.elements or found > LIMITS.calls:
            raise TooLarge(
                f"a {kind.name} with more than {LIMITS.calls:,} layers inside",
                hint="layers inside it hold one another many times over",
            )
    return kind
