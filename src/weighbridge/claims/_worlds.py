"""One layer as it may have been counted: under one assumption, or under several one after another.

Assumptions about different tensors of a layer do not touch each other and are put together later;
here only those are made in turn that change the same tensor.
"""

from __future__ import annotations

from heapq import heappop, heappush

from weighbridge._record import Record, replace
from weighbridge.claims._lines import counts, known, measurable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Edit, Line, Whole
    from weighbridge.claims.assumptions import Assumption
    from weighbridge.model import Expected


Counted = dict[str, int]


class Step(Record):
    """An assumption as it is made somewhere."""

    assumption: Assumption
    edit: Edit | Whole

    @property
    def bits(self) -> float:
        """How unlikely it is."""
        return self.assumption.bits + self.edit.bits

    @property
    def causes(self) -> tuple[str, ...]:
        """The known causes of wrong numbers that it is."""
        return self.edit.causes or self.assumption.causes

    @property
    def key(self) -> tuple[str, str]:
        """What is equal for all layers that are mistaken alike."""
        return (self.assumption.name, self.edit.variant)


class World(Record):
    """A layer as counted under some assumptions."""

    tensors: tuple[Expected, ...]
    steps: tuple[Step, ...]
    slots: frozenset[str]
    """Which of its tensors come to something else."""
    adds: int
    """What that adds to the count."""
    bits: float
    """How unlikely it is that somebody assumes all of this."""
    counts: Counted
    """What each of its tensors comes to."""


BELOW = 1.0
"""Bits by which an edit may be likelier than its assumption."""

_EACH = 4
"""Tensors that could be counted in the time it takes to think of a way to count."""


def single(line: Line, assumptions: tuple[Assumption, ...]) -> list[World]:
    """The layer under one assumption each, the likeliest first."""
    before = counts(line.tensors)
    found = [
        world
        for assumption in assumptions
        for edit in assumption.edits(line)
        if (world := _world(before, assumption, edit)) is not None
    ]
    found.sort(key=lambda world: world.bits)
    return found


def _world(before: Counted, assumption: Assumption, edit: Edit) -> World | None:
    """The layer as ``edit`` has it, where that is known and differs from what it had ``before``."""
    after = known(edit.tensors)
    slots = None if after is None else differing(before, after)
    if after is None or not slots:
        return None
    adds = sum(after.values()) - sum(before.values())
    step = Step(assumption, edit)
    return World(measurable(edit.tensors), (step,), slots, adds, step.bits, after)


def differing(before: Counted, after: Counted) -> frozenset[str]:
    """The tensors that come to something else."""
    return frozenset([slot for slot, _ in before.items() ^ after.items()])


class Stacked(Record):
    """Worlds under several assumptions, and whether all were made."""

    worlds: list[World]
    exhausted: bool


def stacked(line: Line, singles: list[World], depth: int, most_bits: float, budget: int) -> Stacked:
    """The layer under two assumptions or more that change the same tensor; the likeliest first.

    ``budget`` is how many tensors may be counted anew, each way of counting taken for four more.
    """
    able = tuple(dict.fromkeys(world.steps[0].assumption for world in singles))
    least = min((world.bits for world in singles), default=0.0)
    tried = _Tried(line, able, most_bits, singles)
    waiting = [(world.bits, i, world) for i, world in enumerate(singles)]
    found: list[World] = []
    while waiting and waiting[0][0] + least <= most_bits:
        if tried.work >= budget:
            return Stacked(found, exhausted=False)
        _, _, world = heappop(waiting)
        for following in tried.following(world):
            found.append(following)
            if len(following.steps) < depth:
                heappush(waiting, (following.bits, len(singles) + len(found), following))
    return Stacked(found, exhausted=True)


class _Tried:
    """The ways in which a layer was counted already, so that none is counted twice."""

    def __init__(
        self, line: Line, able: tuple[Assumption, ...], most_bits: float, singles: list[World]
    ) -> None:
        self.line, self.able, self.most_bits = line, able, most_bits
        self.before = counts(line.tensors)
        self.count = sum(self.before.values())
        self.seen = {_key(self.before), *(_key(world.counts) for world in singles)}
        self.work = 0

    def following(self, world: World) -> Iterator[World]:
        """One assumption more that changes a tensor already changed."""
        now = replace(self.line, tensors=world.tensors)
        made = {step.assumption.name for step in world.steps}
        for assumption in self.able:
            if assumption.name in made or world.bits + assumption.bits > self.most_bits + BELOW:
                continue
            for edit in assumption.edits(now):
                following = self._made(world, assumption, edit)
                if following is not None:
                    yield following

    def _made(self, world: World, assumption: Assumption, edit: Edit) -> World | None:
        self.work += _EACH + len(edit.tensors)
        bits = world.bits + assumption.bits + edit.bits
        if bits > self.most_bits:
            return None
        after = known(edit.tensors)
        if after is None or (key := _key(after)) in self.seen:
            return None
        if world.slots.isdisjoint(differing(world.counts, after)):
            return None
        self.seen.add(key)
        slots, adds = differing(self.before, after), sum(after.values()) - self.count
        steps = (*world.steps, Step(assumption, edit))
        return World(measurable(edit.tensors), steps, slots, adds, bits, after)


def _key(counted: Counted) -> frozenset[tuple[str, int]]:
    return frozenset(counted.items())
