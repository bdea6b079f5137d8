"""Containers of the standard library that are more than Python's own, in followed source."""

from __future__ import annotations

from weighbridge.layers import Untold
from weighbridge.readers._python.values import Native, Value


class Defaults(dict[Value, Value]):
    """``collections.defaultdict``: an entry that is asked for and missing is made."""

    def __init__(self, factory: Value, entries: dict[Value, Value]) -> None:
        super().__init__(entries)
        self.factory = factory

    def copy(self) -> Defaults:
        """The same entries, and what makes others."""
        return Defaults(self.factory, self)


class Ends(list[Value]):
    """``collections.deque``: a list that also grows and shrinks at its start."""

    def appendleft(self, value: Value) -> None:
        """Puts ``value`` before all others."""
        self.insert(0, value)

    def popleft(self) -> Value:
        """Takes the first value out. Raises ``IndexError`` where there is none."""
        return self.pop(0)

    def copy(self) -> Ends:
        """The same values."""
        return Ends(self)


class Several(Untold):
    """An entry of a list in the place of others, nobody knows how many, that may have joined it."""


class Fresh(Native):
    """The default of a dataclass's field that is made anew for every object."""

    def __init__(self, factory: Value) -> None:
        self.factory = factory
