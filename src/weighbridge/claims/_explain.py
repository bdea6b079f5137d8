"""From a claim that fails to what explains it: of layers, of the network, of the number."""

from __future__ import annotations

from fractions import Fraction

from weighbridge._record import Record, replace
from weighbridge.claims._lines import counts, lines, worked
from weighbridge.claims._quantities import counted_by, measured, of_bytes
from weighbridge.claims._rebuilt import Build, builds
from weighbridge.claims._search import Hit, Hits, Space, Wanted
from weighbridge.claims._smallest import smallest
from weighbridge.claims._telling import summed, told
from weighbridge.claims._types import Explanation, Piece
from weighbridge.claims.assumptions import Question, assumptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.claims._subjects import Subject
    from weighbridge.claims._types import Claim
    from weighbridge.claims.assumptions import Assumption, Reading
    from weighbridge.weighing import Weighing

MOST = 5
_WORK = ("macs", "flops", "connections")
_NEAREST = 3
_LOOKED_AT = 40
"""Hits that are told before it is seen which of them say the same."""
_LIKELY = 2.5
"""Bits of an explanation so likely that no other build of the network is looked for."""
_STACKED = 40
"""Of networks with more layers than this, other builds are tried as they are, without misreadings
of single layers on top."""


class Asked(Record):
    """A claim about something weighed, and what was measured instead."""

    claim: Claim
    weighing: Weighing
    about: Subject
    quantity: str
    measured: int


class Found(Record):
    """What a search comes back with."""

    explanations: tuple[Explanation, ...] = ()
    nearest: tuple[Explanation, ...] = ()
    exhausted: bool = True


class Basis(Record):
    """What is counted behind a quantity, and how the quantity follows from it."""

    lines: tuple[Line, ...]
    count: int
    factor: Fraction = Fraction(1)


def explain(asked: Asked) -> Found:
    """What must have been assumed for the claim to come out; the likeliest first."""
    known = assumptions()
    basis = _basis(asked.weighing, asked.about, asked.quantity, asked.measured)
    space = Space(basis.lines, basis.count, known)
    wanted = _wanted(asked, basis.factor)
    found = space.search(wanted) if wanted else Hits((), exhausted=True)
    told_of = [
        *(_of_layers(asked, basis, hit) for hit in found.hits[:_LOOKED_AT]),
        *_readings(asked, basis, space, known),
    ]
    if all(each.cost > _LIKELY for each in told_of):
        told_of += _rebuilt(asked, basis, known)
    explanations = _ranked(told_of, known)
    nearest = () if explanations or wanted is None else tuple(_nearest(asked, basis, space, wanted))
    return Found(explanations, nearest, found.exhausted)


def _ranked(found: list[Explanation], known: tuple[Assumption, ...]) -> tuple[Explanation, ...]:
    """The likeliest, each once, with what would decide between them."""
    best = tuple(smallest(found))[:MOST]
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


# -- what is counted -----------------------------------------------------------------------------


def _basis(weighing: Weighing, about: Subject, quantity: str, number: int) -> Basis:
    """The layers behind a quantity: their tensors, or their work."""
    paths = {row.path for row in about.rows}
    within = lambda row: row.path in paths  # noqa: E731
    counted = counted_by(quantity, weighing)
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


def _wanted(asked: Asked, factor: Fraction) -> Wanted | None:
    """What must be counted for the claim to come out, if the quantity is ``factor`` times that."""
    low, high = asked.claim.low, asked.claim.high
    if low is None or high is None or factor <= 0:
        return None
    least, most = -(-low // factor), high // factor
    return Wanted(int(least), int(most)) if least <= most else None


# -- layers --------------------------------------------------------------------------------------


def _of_layers(asked: Asked, basis: Basis, hit: Hit) -> Explanation:
    return _scaled(asked, basis.factor, told(basis.lines, basis.count, hit))


def _scaled(asked: Asked, factor: Fraction, each: Explanation) -> Explanation:
    """An explanation of a count as one of the quantity that follows from it."""
    if factor == 1:
        return each
    pieces = tuple(replace(piece, count=round(piece.count * factor)) for piece in each.pieces)
    total = asked.measured + sum(piece.count for piece in pieces)
    return replace(each, value=total, pieces=pieces)


def _nearest(asked: Asked, basis: Basis, space: Space, wanted: Wanted) -> Iterator[Explanation]:
    for hit in space.nearest(wanted, _NEAREST):
        near = _of_layers(asked, basis, hit)
        claimed = asked.claim.low or 0
        if near.value > claimed:
            claimed = asked.claim.high or 0
        rest = claimed - near.value
        yield replace(
            near,
            value=claimed,
            sentence=f"{near.sentence} {abs(rest):,} {'are missing' if rest > 0 else 'too many'}.",
            pieces=(*near.pieces, Piece("", "left over", rest)),
        )


# -- the number ----------------------------------------------------------------------------------


def _readings(
    asked: Asked, basis: Basis, space: Space, known: tuple[Assumption, ...]
) -> Iterator[Explanation]:
    low, high = asked.claim.low, asked.claim.high
    if low is None or high is None:
        return
    question = Question(
        asked.weighing, asked.quantity, asked.measured, (low, high),
        lambda name: measured(name, asked.about, asked.weighing).value,
    )  # fmt: skip
    for assumption in known:
        for reading in assumption.readings(question):
            bits = assumption.bits + reading.bits + Wanted(low, high).fit(reading.value)
            if asked.claim.allows(reading.value) and reading.value != asked.measured:
                yield Explanation(
                    causes=reading.causes or assumption.causes,
                    assumptions=(assumption.name,),
                    value=reading.value,
                    formula=f"{reading.formula} = {reading.value:,}",
                    sentence=_sentence(reading.says, reading.value, asked.measured),
                    pieces=(Piece("", assumption.name, reading.value - asked.measured),),
                    cost=bits,
                )
            elif reading.factor is not None:
                yield from _read_on_top(asked, basis, space, assumption, reading)


def _read_on_top(
    asked: Asked, basis: Basis, space: Space, assumption: Assumption, reading: Reading
) -> Iterator[Explanation]:
    """Read otherwise what was counted under one more assumption."""
    factor = basis.factor * (reading.factor or 1)
    bits = assumption.bits + reading.bits
    wanted = _wanted(asked, factor)
    for hit in space.search(wanted, 1, bits).hits[:MOST] if wanted else ():
        each = told(basis.lines, basis.count, hit)
        value = round(each.value * factor)
        pieces = _scaled(asked, basis.factor, each).pieces
        rest = value - asked.measured - sum(piece.count for piece in pieces)
        if asked.claim.allows(value):
            yield replace(
                each,
                causes=tuple(dict.fromkeys((*each.causes, *(reading.causes or assumption.causes)))),
                assumptions=(*each.assumptions, assumption.name),
                value=value,
                sentence=f"{each.sentence} If besides {reading.says}, that is {value:,}.",
                pieces=(*pieces, Piece("", assumption.name, rest)),
                cost=hit.bits + bits,
            )


# -- the network ---------------------------------------------------------------------------------


def _rebuilt(asked: Asked, before: Basis, known: tuple[Assumption, ...]) -> Iterator[Explanation]:
    """Under other builds of the network, and under one misreading of them besides."""
    shaped = any(line.near.flattened or line.tensor("macs", "connections") for line in before.lines)
    able = tuple(each for each in known if shaped or not each.behind_flatten)
    if not shaped and len(before.lines) == 1:
        return
    for build in builds(asked.weighing, asked.about.path, asked.quantity, asked.measured, able):
        after = _basis(build.weighing, build.about, asked.quantity, build.number)
        between = _between(before, after)
        if asked.claim.allows(build.number):
            yield Explanation(
                causes=build.causes,
                assumptions=(build.assumption.name,),
                value=build.number,
                formula=summed(after.lines, build.number),
                sentence=_sentence(build.says, build.number, asked.measured),
                pieces=_settled(between, asked.measured, build.number),
                cost=build.bits,
            )
        elif len(build.weighing.rows) <= _STACKED:
            yield from _on_top(asked, build, after, between, known)


def _on_top(
    asked: Asked, build: Build, basis: Basis, between: tuple[Piece, ...],
    known: tuple[Assumption, ...],
) -> Iterator[Explanation]:  # fmt: skip
    wanted = _wanted(asked, basis.factor)
    if wanted is None:
        return
    space = Space(basis.lines, basis.count, known)
    for hit in space.search(wanted, 1, build.bits).hits[:MOST]:
        more = _scaled(
            replace(asked, measured=build.number), basis.factor, told(basis.lines, basis.count, hit)
        )
        yield replace(
            more,
            causes=(*build.causes, *more.causes),
            assumptions=(build.assumption.name, *more.assumptions),
            sentence=f"If {build.says}, it comes to {build.number:,}. {more.sentence}",
            pieces=(*_settled(between, asked.measured, build.number), *more.pieces),
            cost=build.bits + more.cost,
        )


def _between(before: Basis, after: Basis) -> tuple[Piece, ...]:
    """What each layer differs in between what was weighed and another build of it."""
    was = {line.row.path: counts(line.tensors) for line in before.lines}
    now = {line.row.path: counts(line.tensors) for line in after.lines}
    return tuple(
        Piece(path, role, round(difference * after.factor))
        for path in dict.fromkeys((*was, *now))
        for role in dict.fromkeys((*was.get(path, {}), *now.get(path, {})))
        if (difference := now.get(path, {}).get(role, 0) - was.get(path, {}).get(role, 0))
    )


def _settled(pieces: tuple[Piece, ...], measured_: int, value: int) -> tuple[Piece, ...]:
    """The pieces with what they do not tell, so that they add up."""
    rest = value - measured_ - sum(piece.count for piece in pieces)
    return (*pieces, Piece("", "rest", rest)) if rest else pieces


def _sentence(says: str, value: int, true: int) -> str:
    return f"If {says}, it comes to {value:,}, not {true:,}."
