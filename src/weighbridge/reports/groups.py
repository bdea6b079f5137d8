"""A weighing by kind of layer or by element type instead of layer by layer."""

from __future__ import annotations

from weighbridge._record import Record
from weighbridge.amount import Amount, together
from weighbridge.errors import Usage
from weighbridge.reports._totals import AMOUNT, totals
from weighbridge.reports.document import Column, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from weighbridge.weighing import Weighing


class Group(Record):
    """What belongs together, how many there are of it, and what they amount to."""

    name: str
    members: int
    parameters: Amount
    share: float | None
    """Of all parameters known, 0 to 1; ``None`` where none is known."""


class Grouping(Record):
    """One way of grouping: what is counted, and what there is of it with group and amount."""

    noun: str
    members: Callable[[Weighing], Iterator[tuple[str, int, Amount]]]


def groups(weighing: Weighing, by: str) -> tuple[Group, ...]:
    """The groups of a weighing, the heaviest first.

    Raises ``Usage`` where there is no such grouping.
    """
    amounts: dict[str, list[Amount]] = {}
    members: dict[str, int] = {}
    for name, number, amount in _grouping(by).members(weighing):
        amounts.setdefault(name, []).append(amount)
        members[name] = members.get(name, 0) + number
    known = weighing.parameters.value
    found = [_group(name, members[name], together(amounts[name]), known) for name in amounts]
    return tuple(sorted(found, key=lambda group: -(group.parameters.value or 0)))


def grouped(weighing: Weighing, by: str) -> Table:
    """The groups as a table, with the totals of the weighing at its foot."""
    noun = _grouping(by).noun
    columns = (
        Column(by), Column(noun, align="right"), AMOUNT, Column("share", align="right"), Column(""),
    )  # fmt: skip
    rows = tuple(
        (group.name, group.members, group.parameters, _percent(group.share), "")
        for group in groups(weighing, by)
    )
    return Table(columns, rows, totals(weighing, columns))


def _grouping(by: str) -> Grouping:
    if by not in GROUPINGS:
        raise Usage(f"layers cannot be grouped by {by!r}", hint=f"by {' or '.join(GROUPINGS)}")
    return GROUPINGS[by]


def _group(name: str, members: int, amount: Amount, known: int | None) -> Group:
    share = None if not known or amount.value is None else amount.value / known
    return Group(name, members, amount, share)


def _percent(share: float | None) -> str:
    return "?" if share is None else f"{share:.1%}"


def _kinds(weighing: Weighing) -> Iterator[tuple[str, int, Amount]]:
    for row in weighing.rows:
        yield row.layer.kind.name, row.members, row.parameters


def _dtypes(weighing: Weighing) -> Iterator[tuple[str, int, Amount]]:
    for row in weighing.rows:
        if row.held is None:
            yield "unknown", 0, row.parameters
        for held in row.held or ():
            if weighing.convention.counts(held) and held.tied_to is None:
                missing = () if held.count is not None else (row.path,)
                yield held.dtype, 1, Amount(held.count, missing)


GROUPINGS = {"kind": Grouping("layers", _kinds), "dtype": Grouping("tensors", _dtypes)}
