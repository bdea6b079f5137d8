"""Whether a number somebody states of a network is right and, if not, what must have been assumed.

``check`` turns each claim into a verdict. A claim that fails is explained: see ``_search``.
"""

from __future__ import annotations

from math import inf

from weighbridge._record import Record, replace
from weighbridge.claims import _subjects
from weighbridge.claims._basis import Asked
from weighbridge.claims._explain import explain
from weighbridge.claims._grammar import claim
from weighbridge.claims._quantities import measured, quantities
from weighbridge.claims._rebuilt import Others
from weighbridge.claims._tables import table_claims
from weighbridge.claims._types import Claim, Explanation, Piece, Verdict
from weighbridge.errors import NotFound

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from weighbridge.amount import Amount
    from weighbridge.claims._subjects import Subject
    from weighbridge.claims._types import Outcome
    from weighbridge.weighing import Weighing

__all__ = [
    "Checked",
    "Claim",
    "Explanation",
    "Piece",
    "Verdict",
    "check",
    "claim",
    "quantities",
    "table_claims",
]

_FITTING = ("parameters", "trainable", "macs", "connections", "buffers", "bytes")
"""What a bare number may be of, the likeliest first."""
_NEAREST = 4
"""How many layers are asked whether a bare number may be theirs."""


class Checked(Record):
    """The verdicts on claims about a network, in the order of the claims."""

    weighing: Weighing
    verdicts: tuple[Verdict, ...]

    @property
    def fails(self) -> bool:
        """Whether a claim is wrong."""
        return any(verdict.outcome == "fails" for verdict in self.verdicts)


def check(
    weighing: Weighing,
    claims: Iterable[str | Claim],
    named: Callable[[str], Weighing | None] = lambda name: None,
) -> Checked:
    """A verdict on each of ``claims`` about what was weighed.

    ``named`` finds another model of the same source by its name, for claims about that one. Raises
    ``Usage`` for what is no claim, ``NotFound`` where a claim is about nothing in the network.
    """
    stated = [each if isinstance(each, Claim) else claim(each) for each in claims]
    network = _Network(weighing)
    return Checked(weighing, tuple(_verdict(network, each, named) for each in stated))


class _Network:
    """What the claims are about, and its other builds, which are weighed once for all claims."""

    def __init__(self, weighing: Weighing) -> None:
        self.weighing, self.others = weighing, Others(weighing)


def _verdict(network: _Network, stated: Claim, named: Callable[[str], Weighing | None]) -> Verdict:
    if not stated.subject:
        return _of_a_bare_number(network, stated)
    try:
        about = _subjects.subject(network.weighing, stated.subject)
    except NotFound:
        other = named(stated.subject)
        if other is None:
            raise
        network, about = _Network(other), _subjects.model(other)
    return _judged(network, about, stated.quantity or "parameters", stated)


def _of_a_bare_number(network: _Network, stated: Claim) -> Verdict:
    """The verdict on a number that is said of nothing: of the model, or of the layer it fits best.

    A bound is always the model's. Where a number is right of nothing, the layers nearest in size
    are asked too, and the likeliest explanation says what was meant.
    """
    weighing = network.weighing
    if stated.bound:
        return _judged(network, _subjects.model(weighing), stated.quantity or "parameters", stated)
    verdict = _judged(network, *_fitting(weighing, stated), stated)
    if verdict.outcome != "fails":
        return verdict
    near = sorted(
        (about for about in _layers(weighing) if about.row is not None),
        key=lambda about: _apart(stated, measured(verdict.quantity, about, weighing)),
    )
    others = (_judged(network, about, verdict.quantity, stated) for about in near[:_NEAREST])
    return min((verdict, *others), key=_unlikely)


def _apart(stated: Claim, found: Amount) -> float:
    """How far a count is from the number, as a ratio."""
    number, count = stated.low or stated.high or 0, found.value or 0
    return max(number, count) / min(number, count) if number and count else inf


def _unlikely(verdict: Verdict) -> float:
    return verdict.explanations[0].cost if verdict.explanations else inf


def _fitting(weighing: Weighing, stated: Claim) -> tuple[Subject, str]:
    """What a bare number is of: what it is right of, the model first; else its nearest."""
    whole = _subjects.model(weighing)
    names = (stated.quantity,) if stated.quantity else _FITTING
    for name in names:
        if _outcome(stated, measured(name, whole, weighing)) == "holds":
            return whole, name
    for about in _layers(weighing):
        if _outcome(stated, measured(names[0], about, weighing)) == "holds":
            return about, names[0]
    return whole, names[0]


def _layers(weighing: Weighing) -> Iterator[Subject]:
    return (each for each in _subjects.everything(weighing) if each.tensor is None)


def _judged(network: _Network, about: Subject, name: str, stated: Claim) -> Verdict:
    found = measured(name, about, network.weighing)
    outcome = _outcome(stated, found)
    verdict = Verdict(stated, outcome, about.path, name, found)
    if outcome != "fails" or stated.bound or found.value is None or not found.exact:
        return verdict
    explained = explain(Asked(stated, network.weighing, about, name, found.value, network.others))
    return replace(
        verdict,
        explanations=explained.explanations,
        nearest=explained.nearest,
        exhausted=explained.exhausted,
    )


def _outcome(stated: Claim, found: Amount) -> Outcome:
    """``holds``, ``fails``, or ``undecided`` where what is missing could turn it."""
    least = 0 if found.value is None else found.value
    if found.exact:
        return "holds" if stated.allows(least) else "fails"
    if stated.high is not None and least > stated.high:
        return "fails"
    if stated.high is None and stated.low is not None and least >= stated.low:
        return "holds"
    return "undecided"
