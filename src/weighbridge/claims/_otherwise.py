"""A claim explained by another build of the network, and by one misreading of that besides."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.claims._basis import basis_of, scaled, wanted_for
from weighbridge.claims._lines import counts
from weighbridge.claims._rebuilt import builds
from weighbridge.claims._search import Space, able
from weighbridge.claims._telling import summed, supposed, told
from weighbridge.claims._types import Explanation, Piece

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._basis import Asked, Basis
    from weighbridge.claims._rebuilt import Build
    from weighbridge.claims._types import Claim
    from weighbridge.claims.assumptions import Assumption

AVERAGED = ("global-pool", "adaptive-pool")
"""Kinds that give one value for each channel, or few: other shapes reach the layers behind them
where they are taken for a Flatten."""
_MOST = 5
"""Misreadings that are told of one build."""
_STACKED = 40
"""Of networks with more layers than this, other builds are tried as they are, without misreadings
of single layers on top."""
_REACH = 32
"""How many times too large or too small a build may be for a misreading on top to be looked for."""


def rebuilt(
    asked: Asked, before: Basis, space: Space, known: tuple[Assumption, ...]
) -> Iterator[Explanation]:
    """Under other builds of the network, and under one misreading of them besides."""
    shaped = not before.lines or any(
        line.near.flattened or line.tensor("macs", "connections") for line in before.lines
    )
    pooled = any(row.layer.kind.name in AVERAGED for row in asked.weighing.rows)
    if not shaped and not pooled and len(before.lines) == 1:
        return
    fitting = tuple(each for each in known if shaped or not each.behind_flatten)
    found = tuple(builds(asked.others, asked.about.path, asked.quantity, asked.measured, fitting))
    wanted = wanted_for(asked, before.factor)
    most = space.most(wanted, [build.bits for build in found]) if wanted else 0.0
    for build in found:
        if asked.claim.allows(build.number):
            yield _as_built(asked, before, build)
        elif len(build.weighing.rows) <= _STACKED and _within_reach(asked.claim, build.number):
            yield from _on_top(asked, before, build, able(known, most - build.bits), most)


def _within_reach(claim: Claim, number: int) -> bool:
    """Whether one misreading may make the claim of ``number``."""
    return (claim.low or 0) <= number * _REACH and number <= (claim.high or 0) * _REACH


def _as_built(asked: Asked, before: Basis, build: Build) -> Explanation:
    after = basis_of(build.weighing, build.about, asked.quantity, build.number)
    return Explanation(
        causes=build.causes,
        assumptions=(build.assumption.name,),
        value=build.number,
        formula=summed(after.lines, build.number),
        sentence=supposed(build.says, build.number, asked.measured),
        pieces=_settled(_between(before, after), asked.measured, build.number),
        cost=build.bits,
    )


def _on_top(
    asked: Asked, before: Basis, build: Build, likely: tuple[Assumption, ...], most: float
) -> Iterator[Explanation]:
    """Under one of the ``likely`` assumptions about another build."""
    if not likely:
        return
    basis = basis_of(build.weighing, build.about, asked.quantity, build.number)
    wanted = wanted_for(asked, basis.factor)
    if wanted is None:
        return
    space = Space(basis.lines, basis.count, likely)
    between = _settled(_between(before, basis), asked.measured, build.number)
    for hit in space.singly(wanted, most - build.bits)[:_MOST]:
        more = scaled(
            replace(asked, measured=build.number), basis.factor, told(basis.lines, basis.count, hit)
        )
        yield replace(
            more,
            causes=(*build.causes, *more.causes),
            assumptions=(build.assumption.name, *more.assumptions),
            sentence=f"If {build.says}, it comes to {build.number:,}. {more.sentence}",
            pieces=(*between, *more.pieces),
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
