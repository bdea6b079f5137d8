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


_BELOW = 1.0
"""Bits by which an edit may be likelier than its assumption."""


def single(line: Line, assumptions: tuple[Assumption, ...]) -> list[World]:
    """The layer under one assumption each, the likeliest first."""
    before = counts(line.tensors)
    found = [
        world
        for assumption in assumptions
        for edit in assumption.edits(line)
        if (world := _world(before, edit.tensors, (Step(assumption, edit),))) is not None
    ]
    found.sort(key=lambda world: world.bits)
    return found


def _world(before: Counted, tensors: tuple[Expected, ...], steps: tuple[Step, ...]) -> World | None:
    """The layer with ``tensors``, where these are known and differ from what it had ``before``."""
    after = known(tensors)
    slots = None if after is None else differing(before, after)
    if after is None or not slots:
        return None
    adds = sum(after.values()) - sum(before.values())
    bits = steps[0].bits if len(steps) == 1 else sum(step.bits for step in steps)
    return World(measurable(tensors), steps, slots, adds, bits, after)


def differing(before: Counted, after: Counted) -> frozenset[str]:
    """The tensors that come to something else."""
    if before == after:
        return frozenset()
    found = [slot for slot, count in after.items() if count != before.get(slot, 0)]
    found += [slot for slot, count in before.items() if count and slot not in after]
    return frozenset(found)


class Stacked(Record):
    """Worlds under several assumptions, and whether all were made."""

    worlds: list[World]
    exhausted: bool


def stacked(line: Line, singles: list[World], depth: int, most_bits: float, budget: int) -> Stacked:
    """The layer under two assumptions or more that change the same tensor; the likeliest first.

    ``budget`` is how many worlds may be looked into for what follows.
    """
    before = counts(line.tensors)
    able = tuple(dict.fromkeys(world.steps[0].assumption for world in singles))
    least = min((world.bits for world in singles), default=0.0)
    seen = {_key(world) for world in singles} | {tuple(sorted(before.items()))}
    waiting = [(world.bits, i, world) for i, world in enumerate(singles)]
    found: list[World] = []
    while waiting and waiting[0][0] + least <= most_bits:
        if not budget:
            return Stacked(found, exhausted=False)
        budget -= 1
        _, _, world = heappop(waiting)
        for following in _following(line, before, world, able, most_bits):
            if following.bits > most_bits or (key := _key(following)) in seen:
                continue
            seen.add(key)
            found.append(following)
            if len(following.steps) < depth:
                heappush(waiting, (following.bits, len(seen) + len(singles), following))
    return Stacked(found, exhausted=True)


def _following(
    line: Line, before: Counted, world: World, able: tuple[Assumption, ...], most_bits: float
) -> Iterator[World]:
    """One assumption more that changes a tensor already changed."""
    now = replace(line, tensors=world.tensors)
    made = {step.assumption.name for step in world.steps}
    for assumption in able:
        if assumption.name in made or world.bits + assumption.bits > most_bits + _BELOW:
            continue
        for edit in assumption.edits(now):
            following = _world(before, edit.tensors, (*world.steps, Step(assumption, edit)))
            if following is None:
                continue
            if differing(world.counts, following.counts) & world.slots:
                yield following


def _key(world: World) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(world.counts.items()))
