"""From a claim that fails to what explains it: of layers, of the network, of the number."""

from __future__ import annotations

from math import inf

from weighbridge._record import Record, replace
from weighbridge.claims._basis import basis_of, scaled, wanted_for
from weighbridge.claims._otherwise import rebuilt
from weighbridge.claims._quantities import measured
from weighbridge.claims._ranked import ranked
from weighbridge.claims._search import Hits, Space, Wanted
from weighbridge.claims._telling import supposed, told
from weighbridge.claims._types import Explanation, Piece
from weighbridge.claims.assumptions import Question, assumptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._basis import Asked, Basis
    from weighbridge.claims._search import Hit
    from weighbridge.claims.assumptions import Assumption, Reading

MOST = 5
_NEAREST = 3
_LOOKED_AT = 40
"""Hits that are told before it is seen which of them say the same."""
_LIKELY = 2.5
"""Bits of an explanation so likely that no other build of the network is looked for."""


class Found(Record):
    """What a search comes back with."""

    explanations: tuple[Explanation, ...] = ()
    nearest: tuple[Explanation, ...] = ()
    exhausted: bool = True


def explain(asked: Asked) -> Found:
    """What must have been assumed for the claim to come out; the likeliest first."""
    known = assumptions()
    basis = basis_of(asked.weighing, asked.about, asked.quantity, asked.measured)
    space = Space(basis.lines, basis.count, known)
    wanted = wanted_for(asked, basis.factor)
    found = space.search(wanted) if wanted and basis.lines else Hits((), exhausted=True)
    told_of = [
        *(_of_layers(asked, basis, hit) for hit in found.hits[:_LOOKED_AT]),
        *_readings(asked, basis, space, known),
    ]
    if all(each.cost > _LIKELY for each in told_of):
        told_of += rebuilt(asked, basis, space, known)
    most = space.told(wanted) if wanted else inf
    explanations = ranked([each for each in told_of if each.cost <= most], known)
    nearest = () if explanations or wanted is None else tuple(_nearest(asked, basis, space, wanted))
    return Found(explanations, nearest, found.exhausted and asked.others.exhausted)


# -- layers --------------------------------------------------------------------------------------


def _of_layers(asked: Asked, basis: Basis, hit: Hit) -> Explanation:
    return scaled(asked, basis.factor, told(basis.lines, basis.count, hit))


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
        lambda name: measured(name, asked.about, asked.weighing).value, asked.about.rows,
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
                    sentence=supposed(reading.says, reading.value, asked.measured),
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
    wanted = wanted_for(asked, factor)
    for hit in space.singly(wanted, space.most(wanted, [bits]) - bits)[:MOST] if wanted else ():
        each = told(basis.lines, basis.count, hit)
        value = round(each.value * factor)
        pieces = scaled(asked, basis.factor, each).pieces
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
