"""What training keeps besides the weights is counted, or not.

Training with Adam keeps a gradient and two moments for each weight: four times the memory of the
weights alone. Checkpoints hold the moments too. Seen in memory, and in sizes of checkpoints.
"""

from __future__ import annotations

from fractions import Fraction

from weighbridge.claims.assumptions import Assumption, Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims.assumptions import Question

_MORE = {
    4: ("gradients and both moments of Adam are counted too", 0.0),
    3: ("the two moments of Adam are counted too", 0.5),
    2: ("one more number for each weight is counted: gradients, or momentum", 0.5),
}
_LESS = {
    Fraction(1, 4): ("only the weights are counted", 0.0),
    Fraction(1, 2): ("weights and gradients are counted, but no moments", 0.5),
    Fraction(3, 4): ("weights and moments are counted, but no gradients", 0.5),
}


def _readings(question: Question) -> Iterator[Reading]:
    measured = question.measured
    if question.quantity == "training-bytes":
        for share, (says, bits) in _LESS.items():
            formula = f"{measured:,}·{share.numerator}/{share.denominator}"
            yield Reading(round(measured * share), says, formula, str(share), bits, share)
    elif question.quantity in ("bytes", "parameters", "state-dict"):
        rare = 2.0 if len(question.rows) == 1 and question.quantity != "bytes" else 1.0
        for times, (says, bits) in _MORE.items():
            formula = f"{times}·{measured:,}"
            yield Reading(times * measured, says, formula, str(times), bits + rare, Fraction(times))


ASSUMPTION = Assumption(
    "training-state", ("optimizer-state",), 3.0, readings=_readings,
    decides="whether gradients and the optimizer's state are counted",
)  # fmt: skip
