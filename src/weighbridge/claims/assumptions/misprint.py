"""A digit is misprinted, two digits are swapped, one is lost or doubled.

Numbers are typed from screens and papers, and table rows drift apart. Seen in published tables.
"""

from __future__ import annotations

from weighbridge.claims.assumptions import Assumption, Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims.assumptions import Question

_LEAST = 4
"""Digits that a number must have for a misprint to be told from another number."""


def _readings(question: Question) -> Iterator[Reading]:
    low, high = question.stated
    true, stated = str(question.measured), str(low)
    if low != high or len(true) < _LEAST:
        return
    says = _slip(true, stated)
    if says:
        yield Reading(low, says, stated, "slip", max(0.0, 2.0 * (6 - len(true))))
    cut = len(stated) - len(stated.rstrip("0"))
    if cut > 1 and round(question.measured, -cut) == low:
        says = f"it is rounded to {len(stated) - cut} digits"
        yield Reading(low, says, stated, "rounded", -1.0, causes=("marketing-name",))


def _slip(true: str, stated: str) -> str:
    """What happened to the digits, or nothing."""
    if len(true) == len(stated):
        wrong = [i for i, (a, b) in enumerate(zip(true, stated, strict=True)) if a != b]
        if len(wrong) == 1:
            return f"the digit {true[wrong[0]]} is misprinted as {stated[wrong[0]]}"
        if len(wrong) == 2 and wrong[1] == wrong[0] + 1:  # noqa: PLR2004  # neighbours
            first, second = wrong
            if true[first] == stated[second] and true[second] == stated[first]:
                return f"the digits {true[first]} and {true[second]} are swapped"
    if len(stated) == len(true) - 1 and any(
        true[:i] + true[i + 1 :] == stated for i in range(len(true))
    ):
        return "a digit is lost"
    if len(stated) == len(true) + 1 and any(
        stated[:i] + stated[i + 1 :] == true for i in range(len(stated))
    ):
        return "a digit is typed twice or added"
    return ""


ASSUMPTION = Assumption(
    "misprint", ("published-wrong",), 5.0, readings=_readings,
    decides="the number where it was first printed",
)  # fmt: skip
