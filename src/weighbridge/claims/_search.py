"""Searches for what must have been assumed for a claimed number to come out.

Assumptions about different tensors add up, so stacks of two and three are found by looking for the
missing difference in a sorted list, not by trying each. How unlikely a stack is, is counted in
bits: fewer come first. A number near the true one is hit by some stack sooner or later; a hit that
so many likelier stacks had a chance to make is a coincidence, and no explanation.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from math import inf, log2

from weighbridge._record import Record, replace
from weighbridge.claims._chances import Chances
from weighbridge.claims._moves import Move, Scope, Ways, at, moves, over
from weighbridge.claims._worlds import BELOW

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.claims._worlds import World
    from weighbridge.claims.assumptions import Assumption

DEPTH_OF_ONE, DEPTH_OF_MANY = 3, 2
_TRIED, _TRIED_LEAST = 6_000, 1_500
"""Tensors counted anew to try one assumption on top of another: of the only layer, and of each of
very many."""
_TRIED_IN_ALL = 72_000
_BROAD = 90
"""The likeliest moves about several layers, of which three may come together."""
PLAUSIBLE = 7.0
"""Bits up to which one assumption is likely enough to be told, whatever chance may do."""
_STACK_OF_ONE, _STACK_OF_MANY = 6.0, 5.0
"""The same for several assumptions together, about one layer or about several."""
_ROUNDED = 4.5
"""The same for a number that was rounded, and to which so much more comes by chance."""
_ROUNDED_UP, _CUT_OFF = 3.0, 1.0
_SAME_AGAIN = 2.0
"""Bits that an assumption is likelier by when it was made once already."""


class Wanted(Record):
    """The number looked for, with the precision it was stated in."""

    low: int
    high: int

    @property
    def width(self) -> int:
        """How many whole numbers it may stand for."""
        return self.high - self.low + 1

    @property
    def rounded(self) -> bool:
        """Whether it may stand for several numbers."""
        return self.low < self.high

    def fit(self, value: int) -> float:
        """Bits by which it is unlikely that ``value`` was stated so: cut off, or rounded up."""
        if not self.rounded:
            return 0.0
        unit, middle = (self.high - self.low + 2) / 2, (self.low + self.high) / 2
        if middle % (10 * unit) == 0:  # the zero at the end of 110M may be no digit that was meant
            return 0.0
        off = value - middle
        return 0.0 if abs(off) <= unit / 2 else _CUT_OFF if off > 0 else _ROUNDED_UP


class Hit(Record):
    """Moves that bring the number about."""

    moves: tuple[Move, ...]
    adds: int
    bits: float


class Hits(Record):
    """What a search comes back with, the likeliest first."""

    hits: tuple[Hit, ...]
    exhausted: bool
    """False if the budget ended before all that was worth trying had been tried."""


class Space:
    """All ways in which layers may be counted, put in order once and searched for any number."""

    def __init__(
        self, lines: tuple[Line, ...], measured: int, assumptions: tuple[Assumption, ...]
    ) -> None:
        self.lines, self.measured = lines, measured
        self.ways = Ways(lines, assumptions)
        self.moves = sorted(moves(lines, self.ways, assumptions), key=lambda move: move.bits)
        self._by_sum = sorted(range(len(self.moves)), key=lambda i: self.moves[i].adds)
        self._sums = [self.moves[i].adds for i in self._by_sum]
        self._chances = Chances(self.moves, self._depth)

    @property
    def _depth(self) -> int:
        owning = sum(bool(self.ways.single(place)) for place in range(len(self.lines)))
        return DEPTH_OF_ONE if owning <= 1 else DEPTH_OF_MANY

    def most(self, wanted: Wanted, others: Iterable[float] = ()) -> float:
        """Bits up to which several assumptions that hit ``wanted`` are more than a coincidence.

        ``others`` are the bits of what else may be assumed besides one of these moves.
        """
        chance = self._chances.bits(wanted.width, max(self.measured, wanted.high), others)
        if wanted.rounded:
            return max(chance, _ROUNDED)
        return max(chance, _STACK_OF_ONE if self._depth > DEPTH_OF_MANY else _STACK_OF_MANY)

    def told(self, wanted: Wanted) -> float:
        """Bits up to which an explanation of ``wanted`` is worth telling."""
        return self.most(wanted) if wanted.rounded else inf

    def search(self, wanted: Wanted) -> Hits:
        """What brings ``wanted`` about."""
        most = self.most(wanted)
        low, high = wanted.low - self.measured, wanted.high - self.measured
        single = most if wanted.rounded else max(most, PLAUSIBLE)
        hits = [*self._singles(low, high, single), *self._pairs(low, high, most)]
        deep = _Deep(self, self._depth, most)
        hits += deep.hits(low, high)
        hits += self._triples(low, high, most)
        return Hits(self._ranked(wanted, hits), deep.exhausted)

    def singly(self, wanted: Wanted, most: float) -> tuple[Hit, ...]:
        """What brings ``wanted`` about in one step of no more than ``most`` bits."""
        low, high = wanted.low - self.measured, wanted.high - self.measured
        return self._ranked(wanted, self._singles(low, high, most))

    def _singles(self, low: int, high: int, most: float) -> Iterator[Hit]:
        for move in self.moves:
            if low <= move.adds <= high and move.bits <= most:
                yield Hit((move,), move.adds, move.bits)

    def _ranked(self, wanted: Wanted, hits: Iterable[Hit]) -> tuple[Hit, ...]:
        fitted = [
            replace(hit, bits=hit.bits + wanted.fit(self.measured + hit.adds))
            for hit in hits
            if hit.adds
        ]
        return tuple(sorted(fitted, key=lambda hit: (hit.bits, len(hit.moves))))

    def nearest(self, wanted: Wanted, most: int) -> Iterator[Hit]:
        """Single moves that come nearest to ``wanted``, nearer than what was measured."""
        target = (wanted.low + wanted.high) // 2 - self.measured
        ranked = sorted(
            (m for m in self.moves if abs(m.adds - target) < abs(target) / 2),
            key=lambda m: (log2(1 + abs(m.adds - target)) + m.bits, m.bits),
        )
        for move in ranked[:most]:
            yield Hit((move,), move.adds, move.bits)

    def within(self, low: int, high: int) -> Iterator[int]:
        """Which moves add from ``low`` to ``high``."""
        yield from self._by_sum[bisect_left(self._sums, low) : bisect_right(self._sums, high)]

    def _pairs(self, low: int, high: int, most: float) -> Iterator[Hit]:
        least = self.moves[0].bits if self.moves else 0.0
        for i, first in enumerate(self.moves):
            if first.bits + max(first.bits - _SAME_AGAIN, least) > most:
                break
            for j in self.within(low - first.adds, high - first.adds):
                second = self.moves[j]
                if j > i and (bits := _together(first, second)) <= most and _apart(first, second):
                    yield Hit((first, second), first.adds + second.adds, bits)

    def _triples(self, low: int, high: int, most: float) -> Iterator[Hit]:
        broad = [i for i, move in enumerate(self.moves) if move.broad][:_BROAD]
        last = broad[-1] if broad else 0
        for a, i in enumerate(broad):
            first = self.moves[i]
            for j in broad[a + 1 :]:
                second = self.moves[j]
                bits = first.bits + second.bits
                if bits + second.bits > most:
                    break
                if not _apart(first, second):
                    continue
                adds = first.adds + second.adds
                for k in self.within(low - adds, high - adds):
                    third = self.moves[k]
                    if not (j < k <= last and third.broad and bits + third.bits <= most):
                        continue
                    if _apart(first, third) and _apart(second, third):
                        yield Hit((first, second, third), adds + third.adds, bits + third.bits)


def able(known: tuple[Assumption, ...], most: float) -> tuple[Assumption, ...]:
    """Those of ``known`` that can be made within so many bits."""
    return tuple(each for each in known if each.bits - BELOW <= most)


def _apart(first: Move, second: Move) -> bool:
    return not first.slots & second.slots


def _together(first: Move, second: Move) -> float:
    """Bits of both; who makes a mistake once makes it twice."""
    same = first.steps[0].assumption.name == second.steps[0].assumption.name
    return first.bits + second.bits - (_SAME_AGAIN if same else 0.0)


# -- on top of each other ------------------------------------------------------------------------


class _Deep:
    """Stacks that change the same tensor of a layer: there, everywhere, or one within the other."""

    def __init__(self, space: Space, depth: int, most: float) -> None:
        self.space, self.depth, self.most = space, depth, most
        self.exhausted = True
        self._firsts = _firsts(space)
        self._everywhere = {
            key: over(Scope(tuple(worlds), 0.0, " everywhere"), worlds)
            for key, worlds in self._firsts.items()
            if len(worlds) > 1
        }

    def hits(self, low: int, high: int) -> Iterator[Hit]:
        """Those that add from ``low`` to ``high``."""
        space, alone = self.space, len(self.space.lines) == 1
        both: dict[object, dict[int, World]] = {}
        extra = 0.0 if alone else min(log2(len(space.lines)), 5.0)
        budget = _TRIED if alone else max(_TRIED_LEAST, _TRIED_IN_ALL // space.ways.sorts)
        for place in range(len(space.lines)):
            grown = space.ways.stacked(place, self.depth, self.most - extra, budget)
            self.exhausted &= grown.exhausted
            for world in grown.worlds:
                bits = world.bits + extra
                if low <= world.adds <= high and bits <= self.most:
                    yield self._alone(place, world, bits)
                yield from self._besides(place, world, bits, low, high)
                if not alone and len(world.steps) == DEPTH_OF_MANY:
                    yield from self._within(place, world, bits, low, high)
                    both.setdefault(tuple(step.key for step in world.steps), {}).setdefault(
                        place, world
                    )
        for worlds in both.values():
            yield from self._both(worlds, low, high)

    def _alone(self, place: int, world: World, bits: float) -> Hit:
        where = f" in {self.space.lines[place].row.path}" if len(self.space.lines) > 1 else ""
        return Hit((at(place, world, bits, where),), world.adds, bits)

    def _besides(self, place: int, world: World, bits: float, low: int, high: int) -> Iterator[Hit]:
        """One more that changes another tensor, of the only layer there is."""
        if self.depth <= DEPTH_OF_MANY or len(world.steps) >= self.depth:
            return
        for j in self.space.within(low - world.adds, high - world.adds):
            more = self.space.moves[j]
            move = at(place, world, bits, "")
            if bits + more.bits <= self.most and _apart(move, more):
                yield Hit((move, more), world.adds + more.adds, bits + more.bits)

    def _within(self, place: int, world: World, bits: float, low: int, high: int) -> Iterator[Hit]:
        """One assumption everywhere, the other for this layer besides."""
        for step in world.steps:
            wide = self._everywhere.get(step.key)
            own = self._firsts.get(step.key, {}).get(place)
            if wide is None or own is None:
                continue
            adds = wide.adds - own.adds + world.adds
            if low <= adds <= high and bits <= self.most:
                here = at(place, world, bits, f" in {self.space.lines[place].row.path}")
                rest = {p: w for p, w in self._firsts[step.key].items() if p != place}
                scope = Scope(tuple(rest), 0.0, " everywhere else")
                yield Hit((here, over(scope, rest)), adds, bits)

    def _both(self, worlds: dict[int, World], low: int, high: int) -> Iterator[Hit]:
        """Both assumptions, each everywhere it can be made."""
        if len(worlds) < 2:  # noqa: PLR2004  # one layer is no everywhere
            return
        steps = next(iter(worlds.values())).steps
        rest: dict[int, World] = {}
        made = list(worlds)
        for step in steps:
            rest |= {p: w for p, w in self._firsts.get(step.key, {}).items() if p not in worlds}
        adds = sum(w.adds for w in worlds.values()) + sum(w.adds for w in rest.values())
        if low <= adds <= high:
            move = over(Scope(tuple(made), 0.0, " everywhere"), worlds)
            moves_: Iterable[Move] = (move,)
            if rest:
                moves_ = (move, over(Scope(tuple(rest), 0.0, " elsewhere"), rest))
            yield Hit(tuple(moves_), adds, move.bits)


def _firsts(space: Space) -> dict[object, dict[int, World]]:
    """For each assumption the layers it can be made for."""
    found: dict[object, dict[int, World]] = {}
    for place in range(len(space.lines)):
        for world in space.ways.single(place):
            found.setdefault(world.steps[0].key, {}).setdefault(place, world)
    return found
