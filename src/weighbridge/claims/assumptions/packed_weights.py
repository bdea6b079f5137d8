"""Stored elements of packed low-bit weights are taken for weights, or the reverse.

Weights of 4 or 8 bits are packed, 8 or 4 of them in one 32-bit element, or 2 in a byte. A file's
elements are then fewer than the network's weights. Seen in quantised models.
"""

from __future__ import annotations

from fractions import Fraction

from weighbridge._record import replace
from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption, Reading
from weighbridge.formula import Dim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.claims.assumptions import Question
    from weighbridge.model import Shape

_FACTORS = {8: 0.0, 4: 0.5, 2: 0.5}
_LONG = 1_024
_WHOLE = ("uint", "int", "u8", "u32", "i8", "i32")


_NAMES = ("qweight", "weight_packed", "packed_weight", "w_q", "quantized_weight")


def _in_a_column(shape: Shape) -> bool:
    """Whether it is one column, as bitsandbytes keeps weights of 4 bits, two in a byte."""
    return len(shape) == 2 and shape[1] == 1 and (shape[0] or 0) >= _LONG  # noqa: PLR2004  # a matrix


def _edits(line: Line) -> Iterator[Edit]:
    packed = {
        held.role or held.name
        for held in line.row.held or ()
        if (held.count or 0) > 1
        and (
            held.dtype.lower().startswith(_WHOLE)
            or held.role.lower() in _NAMES
            or _in_a_column(held.shape)
        )
    }
    if not any(t.role in packed for t in line.tensors):
        return
    for factor, bits in _FACTORS.items():
        values = Dim("v", factor, "values in an element")
        tensors = tuple(
            replace(t, dims=(values, *t.dims)) if t.role in packed else t for t in line.tensors
        )
        yield Edit(tensors, f"each element holds {factor} values", str(factor), bits)


def _readings(question: Question) -> Iterator[Reading]:
    if question.quantity != "stored-elements":
        return
    for factor, bits in _FACTORS.items():
        number = question.measured * factor
        says = f"each stored element holds {factor} values"
        yield Reading(
            number, says, f"{factor}·{question.measured:,}", str(factor), bits, Fraction(factor)
        )


ASSUMPTION = Assumption(
    "packed-weights", ("packed-quantised",), 2.5, _edits, readings=_readings,
    decides="how many values one stored element holds",
)  # fmt: skip
