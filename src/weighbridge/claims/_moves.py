"""Assumptions made somewhere in a network: for one layer, for several, for all that they fit.

A move is one such choice. How likely it is depends on how many there were to choose from: all
layers at once is likelier than just one of fifty.
"""

from __future__ import annotations

from math import log2

from weighbridge._record import Record, replace
from weighbridge.claims._lines import complete, counts, slot
from weighbridge.claims._worlds import Stacked, Step, World, single, stacked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.claims.assumptions import Assumption
    from weighbridge.model import Expected

    Key = tuple[str, str]
    Made = tuple[int, tuple[Expected, ...]]

_END, _KIND, _PART, _REST = 1.5, 1.5, 2.0, 2.0
"""Bits of choosing the first or last of several layers, a kind, a container, all but one."""


class Move(Record):
    """Assumptions made for some layers, and what that adds to the count."""

    made: tuple[Made, ...]
    """Which of the lines, and how each is counted."""
    steps: tuple[Step, ...]
    slots: frozenset[tuple[int, str]]
    adds: int
    bits: float
    where: str = ""
    """The layers meant, to come after what is assumed: ``in every conv``."""
    broad: bool = False
    """Whether it is about several layers, or about the only one there is."""


class Scope(Record):
    """A choice of layers for an assumption."""

    places: tuple[int, ...]
    bits: float
    where: str


class Ways:
    """How each layer may have been counted; equal layers in equal places are asked once."""

    def __init__(self, lines: tuple[Line, ...], assumptions: tuple[Assumption, ...]) -> None:
        self.lines = lines
        self._signs = [_signature(line) for line in lines]
        self._single: dict[object, list[World]] = {}
        self._stacked: dict[object, Stacked] = {}
        for line, sign in zip(lines, self._signs, strict=True):
            if sign not in self._single:
                self._single[sign] = single(line, assumptions)

    @property
    def sorts(self) -> int:
        """How many different layers there are."""
        return len(self._single)

    def single(self, place: int) -> list[World]:
        """One layer under one assumption each."""
        return self._single[self._signs[place]]

    def stacked(self, place: int, depth: int, most_bits: float, budget: int) -> Stacked:
        """One layer under several that change the same tensor."""
        sign = self._signs[place]
        if sign not in self._stacked:
            self._stacked[sign] = stacked(
                self.lines[place], self._single[sign], depth, most_bits, budget
            )
        return self._stacked[sign]


def _signature(line: Line) -> object:
    row = line.row
    own = (
        tuple((t.role, t.part, t.dims) for t in line.tensors)
        if row.expected is None
        else tuple(slot(t) for t in line.tensors)
    )
    return (id(row.expected), own, len(line.tied), row.incoming, row.output, row.calls, line.near)


def moves(
    lines: tuple[Line, ...], ways: Ways, assumptions: tuple[Assumption, ...]
) -> Iterator[Move]:
    """Every assumption, everywhere it can be made."""
    places: dict[Key, list[tuple[int, World]]] = {}
    for place in range(len(lines)):
        for world in ways.single(place):
            places.setdefault(world.steps[0].key, []).append((place, world))
    for members in places.values():
        yield from _of_one_assumption(lines, members)
    for assumption in assumptions:
        for whole in assumption.wholes(lines):
            made = tuple((p, t) for p, t in whole.made if complete(t))
            move = _move(lines, made, (Step(assumption, whole),), assumption.bits + whole.bits)
            if move is not None:
                yield move


def _of_one_assumption(lines: tuple[Line, ...], members: list[tuple[int, World]]) -> Iterator[Move]:
    first: dict[int, World] = {}
    for place, world in members:
        first.setdefault(place, world)
    several = len(first) > 1
    for place, world in members:
        bits = world.bits + (_place_bits(place, list(first)) if several else 0.0)
        where = f" in {lines[place].row.path}" if len(lines) > 1 else ""
        yield at(place, world, bits, where, broad=not several)
    assumption = members[0][1].steps[0].assumption
    if several and assumption.together:
        for scope in scopes(lines, tuple(first)):
            yield over(replace(scope, bits=scope.bits + assumption.everywhere), first)


def at(place: int, world: World, bits: float, where: str, broad: bool = False) -> Move:
    """A world of one layer as a move."""
    return Move(
        ((place, world.tensors),), world.steps,
        frozenset((place, name) for name in world.slots), world.adds, bits, where, broad,
    )  # fmt: skip


def over(scope: Scope, worlds: dict[int, World]) -> Move:
    """Worlds of several layers, that are mistaken alike, as a move."""
    chosen = [(place, worlds[place]) for place in scope.places]
    return Move(
        tuple((place, world.tensors) for place, world in chosen),
        chosen[0][1].steps,
        frozenset((place, name) for place, world in chosen for name in world.slots),
        sum(world.adds for _, world in chosen),
        min(world.bits for _, world in chosen) + scope.bits,
        scope.where,
        broad=True,
    )


def _place_bits(place: int, places: list[int]) -> float:
    """Bits of choosing one of several layers; the first and the last come to mind first."""
    if place in (places[0], places[-1]):
        return min(_END, log2(len(places)))
    return max(_END, log2(len(places)))


def scopes(lines: tuple[Line, ...], places: tuple[int, ...]) -> Iterator[Scope]:
    """The choices of several of ``places`` that somebody may be mistaken about together."""
    everywhere = " everywhere" if len(places) < len(lines) else " in every layer"
    yield Scope(places, 0.0, everywhere)
    if len(places) > 2:  # noqa: PLR2004  # of two, all but one is one
        yield Scope(places[:-1], _REST, f" everywhere but in {lines[places[-1]].row.path}")
        yield Scope(places[1:], _REST, f" everywhere but in {lines[places[0]].row.path}")
    seen = {places, places[:-1], places[1:]}
    for chosen, bits, where in (*_kinds(lines, places), *_containers(lines, places)):
        if len(chosen) > 1 and chosen not in seen:
            seen.add(chosen)
            yield Scope(chosen, bits, where)


def _kinds(
    lines: tuple[Line, ...], places: tuple[int, ...]
) -> Iterator[tuple[tuple[int, ...], float, str]]:
    by_kind: dict[str, list[int]] = {}
    for place in places:
        by_kind.setdefault(lines[place].kind.name, []).append(place)
    for kind, chosen in by_kind.items():
        yield tuple(chosen), _KIND, f" in every {kind.replace('-', ' ')} layer"


def _containers(
    lines: tuple[Line, ...], places: tuple[int, ...]
) -> Iterator[tuple[tuple[int, ...], float, str]]:
    inside: dict[str, list[int]] = {}
    for place in places:
        parts = lines[place].row.path.split(".")
        for depth in range(1, len(parts)):
            inside.setdefault(".".join(parts[:depth]), []).append(place)
    for path, chosen in inside.items():
        yield tuple(chosen), _PART + log2(len(inside)), f" in {path}"


def _move(
    lines: tuple[Line, ...], made: tuple[Made, ...], steps: tuple[Step, ...], bits: float
) -> Move | None:
    slots: set[tuple[int, str]] = set()
    adds = 0
    for place, tensors in made:
        before, after = counts(lines[place].tensors), counts(tensors)
        slots |= {(place, s) for s in (*before, *after) if before.get(s, 0) != after.get(s, 0)}
        adds += sum(after.values()) - sum(before.values())
    return Move(made, steps, frozenset(slots), adds, bits, broad=True) if slots else None


def merged(
    line: Line, changes: Iterable[tuple[tuple[Expected, ...], set[str]]]
) -> tuple[Expected, ...]:
    """The tensors of a layer under several changes, each of tensors of its own."""
    tensors = line.tensors
    for changed, names in changes:
        kept = [t for t in tensors if slot(t) not in names]
        new = [t for t in changed if slot(t) in names]
        order = {
            name: i
            for i, name in enumerate(dict.fromkeys((*map(slot, line.tensors), *map(slot, changed))))
        }
        tensors = tuple(sorted((*kept, *new), key=lambda t: order.get(slot(t), len(order))))
    return tensors
