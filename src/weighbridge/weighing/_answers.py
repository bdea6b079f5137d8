"""Kinds asked each question once: a deep network repeats its layers, and answers are formulas."""

from __future__ import annotations

from weighbridge.formula import tally
from weighbridge.layers import layout, legible, passed
from weighbridge.model import Input

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from weighbridge.formula import Expr
    from weighbridge.model import Expected, Kind, Shape
    from weighbridge.weighing._rows import Row

    Answer = TypeVar("Answer")
    Incoming = tuple[Shape | None, ...]


_MOST = 100_000
"""Answers that are remembered at most."""


class Answers:
    """What kinds say, kept from one model to the next; equal kinds say the same."""

    def __init__(self) -> None:
        self._equals: dict[Kind, Kind] = {}
        self._met: dict[int, tuple[Kind, Kind]] = {}
        """Each kind by identity, with the first that equals it; both are kept alive so."""
        self._said: dict[object, object] = {}
        self._rows: dict[object, dict[object, Row]] = {}

    def bounded(self) -> Answers:
        """These, or none where they have become too many."""
        if len(self._said) > _MOST:
            self._equals.clear()
            self._met.clear()
            self._said.clear()
            self._rows.clear()
        return self

    def rows(self, counted_by: object) -> dict[object, Row]:
        """Rows by what they follow from, of all models whose tensors are ``counted_by`` the same.

        What they follow from names kinds by their identity; those asked here are kept alive.
        """
        return self._rows.setdefault(counted_by, {})

    def passed(self, kind: Kind, incoming: Incoming) -> Incoming:
        """The shapes of all that comes out of a call."""
        kind = self._first(kind)
        return self._once(("passed", id(kind), layout(incoming)), lambda: passed(kind, incoming))

    def flow(self, kind: Kind, reaching: Incoming) -> tuple[Incoming, Incoming]:
        """What a call reads of the shapes that reach it, and all that comes out of it."""
        key = ("flow", id(self._first(kind)), layout(reaching))
        found = self._said.get(key)
        if found is None:
            found = self._said[key] = self._flow(kind, reaching)
        return found  # type: ignore[return-value]  # put there under the same question

    def _flow(self, kind: Kind, reaching: Incoming) -> tuple[Incoming, Incoming]:
        incoming = legible(kind, reaching)
        return incoming, self.passed(kind, incoming)

    def tensors(self, kind: Kind, incoming: Incoming) -> tuple[Expected, ...] | None:
        """The tensors that ``kind`` must own."""
        kind = self._first(kind)
        key = ("tensors", id(kind), layout(incoming))
        return self._once(key, lambda: kind.tensors(*incoming))

    def macs(self, kind: Kind, incoming: Incoming, outgoing: Shape | None) -> Expr | None:
        """Multiply-accumulates of one sample that ``kind`` reads."""
        kind = self._first(kind)
        key = ("macs", id(kind), layout(incoming), outgoing)
        return self._once(key, lambda: kind.macs(incoming, outgoing))

    def connections(self, kind: Kind, incoming: Incoming, outgoing: Shape | None) -> Expr | None:
        """Links of one sample that ``kind`` reads."""
        kind = self._first(kind)
        key = ("connections", id(kind), layout(incoming), outgoing)
        return self._once(key, lambda: kind.connections(incoming, outgoing))

    def tally(self, expected: tuple[Expected, ...], counted: list[Expected]) -> Expr:
        """The formula of those of ``expected`` that are counted."""
        key = ("tally", id(expected), tuple(tensor.role for tensor in counted))
        self._said[id(expected)] = expected
        return self._once(key, lambda: tally((tensor.part, tensor.dims) for tensor in counted))

    def _first(self, kind: Kind) -> Kind:
        met = self._met.get(id(kind))
        if met is None:
            met = self._met[id(kind)] = (kind, self._equal(kind))
        return met[1]

    def _equal(self, kind: Kind) -> Kind:
        if isinstance(kind, Input):
            return kind  # its shape equals one that has its samples along another axis
        try:
            return self._equals.setdefault(kind, kind)
        except TypeError:
            return kind  # slices and lists of places cannot be looked up

    def _once(self, key: object, answer: Callable[[], Answer]) -> Answer:
        if key not in self._said:
            self._said[key] = answer()
        return self._said[key]  # type: ignore[return-value]  # put there under the same question


ANSWERS = Answers()
"""Those to all questions that were asked so far."""
