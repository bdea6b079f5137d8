"""What is counted behind the quantity of a claim, and how the quantity follows from it."""

from __future__ import annotations

from fractions import Fraction

from weighbridge._record import Record, replace
from weighbridge.claims._lines import lines, worked
from weighbridge.claims._quantities import counted_by, measured, of_bytes
from weighbridge.claims._search import Wanted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.claims._lines import Line
    from weighbridge.claims._rebuilt import Others
    from weighbridge.claims._subjects import Subject
    from weighbridge.claims._types import Claim, Explanation
    from weighbridge.weighing import Weighing

_WORK = ("macs", "flops", "connections")


class Asked(Record):
    """A claim about something weighed, and what was measured instead."""

    claim: Claim
    weighing: Weighing
    about: Subject
    quantity: str
    measured: int
    others: Others
    """Other builds of what was weighed."""


class Basis(Record):
    """What is counted behind a quantity, and how the quantity follows from it."""

    lines: tuple[Line, ...]
    count: int
    factor: Fraction = Fraction(1)


def basis_of(weighing: Weighing, about: Subject, quantity: str, number: int) -> Basis:
    """The layers behind a quantity: their tensors, or their work."""
    paths = {row.path for row in about.rows}
    within = lambda row: row.path in paths  # noqa: E731
    counted = counted_by(quantity, weighing)
    if quantity == "receptive-field":
        return Basis((), number)
    if counted is None and quantity not in _WORK:
        counted = counted_by("parameters", weighing)
    if counted is None:
        name = "connections" if quantity == "connections" else "macs"
        found = worked(weighing.rows, within, name) if about.tensor is None else ()
        twice = 2 if quantity == "flops" else 1
        return Basis(found, number // twice, Fraction(twice))
    found = _of_subject(lines(weighing.rows, counted, within), about)
    if not of_bytes(quantity):
        return Basis(found, number)
    values = measured("parameters", about, weighing).value
    return Basis(found, values, Fraction(number, values)) if values else Basis((), number)


def _of_subject(found: tuple[Line, ...], about: Subject) -> tuple[Line, ...]:
    """The lines, those of a tensor reduced to it."""
    if about.tensor is None:
        return found
    role = about.tensor.role
    return tuple(
        replace(
            line,
            tensors=(own,),
            uncounted=(*(t for t in line.tensors if t is not own), *line.uncounted),
        )
        for line in found
        if (own := line.tensor(role)) is not None
    )


def wanted_for(asked: Asked, factor: Fraction) -> Wanted | None:
    """What must be counted for the claim to come out, if the quantity is ``factor`` times that."""
    low, high = asked.claim.low, asked.claim.high
    if low is None or high is None or factor <= 0:
        return None
    least, most = -(-low // factor), high // factor
    return Wanted(int(least), int(most)) if least <= most else None


def scaled(asked: Asked, factor: Fraction, each: Explanation) -> Explanation:
    """An explanation of a count as one of the quantity that follows from it."""
    if factor == 1:
        return each
    pieces = tuple(replace(piece, count=round(piece.count * factor)) for piece in each.pieces)
    total = asked.measured + sum(piece.count for piece in pieces)
    return replace(each, value=total, pieces=pieces)
