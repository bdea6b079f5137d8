"""A claim, the verdict on it, and what explains a wrong one."""

from __future__ import annotations

from weighbridge._record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from weighbridge.amount import Amount

    Outcome = Literal["holds", "fails", "undecided"]
    Relation = Literal["=", "<=", "<", ">=", ">"]


class Claim(Record):
    """A quantity of a subject, as an interval: ``61.7k`` may stand for 61,601 to 61,799."""

    text: str
    """As it was stated."""
    subject: str = ""
    """The name of a layer, a container, a tensor or the model; ``""``: what the number fits."""
    quantity: str = ""
    """One of ``quantities()``; ``""``: parameters, or what the number fits."""
    low: int | None = None
    """The smallest number that it may stand for; ``None``: any."""
    high: int | None = None
    """The largest."""
    bound: bool = False
    """A budget to be kept (``<= 5M``) rather than a number somebody counted."""
    formula: str = ""
    """The arithmetic it was stated as, if it was."""

    def allows(self, number: int) -> bool:
        """Whether the claim may stand for ``number``."""
        return (self.low is None or self.low <= number) and (
            self.high is None or number <= self.high
        )


class Piece(Record):
    """A share of the difference between what was measured and what was claimed."""

    path: str
    """The layer or tensor it is about; ``""`` for the model."""
    name: str
    """What is added or left out: ``bias``, ``36 missing connections``."""
    count: int
    """What it adds to the measured number; below 0 where it is left out."""


class Explanation(Record):
    """A smallest set of assumptions under which a claim comes out.

    ``measured + sum(piece.count for piece in pieces) == value``.
    """

    causes: tuple[str, ...]
    assumptions: tuple[str, ...]
    value: int
    """What is counted under the assumptions; the claim allows it."""
    formula: str
    """The sum the claimant must have done."""
    sentence: str
    """What was assumed, for somebody who never heard of it."""
    pieces: tuple[Piece, ...] = ()
    cost: float = 0.0
    """How unlikely it is: lower first."""
    decides: str = ""
    """The fact that tells this explanation from the others."""


class Verdict(Record):
    """What the scales say to a claim."""

    claim: Claim
    outcome: Outcome
    subject: str
    """What was measured: a path, or ``""`` for the model."""
    quantity: str
    measured: Amount
    formula: str = ""
    """How the measured number comes about, where it has a formula."""
    explanations: tuple[Explanation, ...] = ()
    """Of a claim that fails, the most likely first."""
    nearest: tuple[Explanation, ...] = ()
    """Where nothing explains it: what comes closest, with what is left over in the last piece."""
    exhausted: bool = True
    """False if the search ended before all that was worth trying had been tried."""
