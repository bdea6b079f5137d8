"""Rows that can be read in several ways, or in none."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.errors import Finding
from weighbridge.formula import times, value
from weighbridge.readers._summary_solve import Asked, answers, counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar, Literal

    from weighbridge.readers._summary_solve import Answer
    from weighbridge.readers._summary_types import Printed

_MOST_NAMED = 3
_FAR = 3.5
"""Bits from which another way is too unlikely to be told."""
_WIDE = 4
"""A count is looked for up to so many times as large or as small as the one printed."""


class SeveralFormulas(Finding):
    """A row of a printed table can have come about in several ways.

    Its type, shapes and count fit several settings, as where a table does not show what goes in:
    7,850 are 784 inputs and a bias for each of 10 units, or 785 inputs without. The likeliest is
    shown.
    """


class RowContradiction(Finding):
    """The count of a row fits none of the settings that its type and shapes allow.

    Either the count or a shape was copied wrongly, the layer is not what its type says, or rows
    were left out above it. The row is counted as it is printed.
    """

    level: ClassVar[Literal["note", "warning"]] = "warning"


def several(path: str, row: Printed, found: list[Answer]) -> SeveralFormulas | None:
    """Tells the formulas that were not taken; ``None`` where they are far less likely."""
    found = [answer for answer in found if answer.bits <= found[0].bits + _FAR]
    if len(found) == 1:
        return None
    more = " or ".join(answer.formula for answer in found[1 : 1 + _MOST_NAMED])
    return SeveralFormulas(
        path, f"{row.low:,} is taken for {found[0].formula}; it may be {more}", row.excerpt
    )


def contradiction(path: str, row: Printed, questions: list[Asked]) -> RowContradiction | None:
    """What is wrong with a row, and the nearest right count; ``None`` where too little is told."""
    question = next((q for q in questions if q.entering and q.leaving), None)
    if question is None or row.low is None:
        return None
    wide = replace(question, low=max(row.low // _WIDE, 1), high=(row.high or row.low) * _WIDE)
    printed = row.low
    near = min(
        answers(wide),
        key=lambda answer: (abs(_count(wide, answer) - printed), answer.bits),
        default=None,
    )
    made = f"make {question.leaving} of {question.entering}"
    said = f"no settings of {question.native} {made} with {row.low:,} parameters"
    if near is not None:
        said += f"; nearest is {near.formula} = {_count(wide, near):,}"
    return RowContradiction(path, said, row.excerpt)


def _count(question: Asked, answer: Answer) -> int:
    owned = counted(answer.kind.tensors(*answer.incoming) or (), question.buffers)
    return sum(value(times(*tensor.dims)) or 0 for tensor in owned)
