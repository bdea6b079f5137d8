"""Multiply-accumulates are given as floating-point operations, or the reverse.

One multiply-accumulate is a multiplication and an addition, so papers that count both print twice
the number of those that count the pair once. Seen wherever work is claimed.
"""

from __future__ import annotations

from fractions import Fraction

from weighbridge.claims.assumptions import Assumption, Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims.assumptions import Question


def _readings(question: Question) -> Iterator[Reading]:
    macs = question.counts("macs")
    if macs is None:
        return
    if question.quantity == "flops":
        says = "a multiplication with its addition counts as one operation"
        yield Reading(macs, says, f"{macs:,}", factor=Fraction(1, 2))
    elif question.quantity == "macs":
        says = "a multiplication and its addition count as two"
        yield Reading(2 * macs, says, f"2·{macs:,}", factor=Fraction(2))


ASSUMPTION = Assumption(
    "macs-for-flops", ("macs-for-flops",), 2.0, readings=_readings,
    decides="whether a multiplication and its addition count as one or as two",
)  # fmt: skip
