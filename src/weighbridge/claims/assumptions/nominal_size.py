"""The size in a network's name is taken for its number of parameters.

Names are rounded, and not always by their own digits: "7B" may be 6.7 or 8.5 billion. Memory worked
out from the name is then as far off as the name is. Seen in language models.
"""

from __future__ import annotations

import re
from fractions import Fraction

from weighbridge.claims.assumptions import Assumption, Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims.assumptions import Question

_SIZE = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)([mb])(?![a-z])", re.IGNORECASE)
_UNITS = {"m": 10**6, "b": 10**9}
_LEAST = 10**8
"""Parameters from which on networks are called by their size."""
_COUNTS = ("parameters", "trainable")
_WIDTHS = {
    "bytes": (4, 2), "bytes-fp16": (2,), "bytes-int8": (1,), "bytes-q4-k-m": (Fraction(1, 2),),
    "training-bytes": (16,),
}  # fmt: skip


def _readings(question: Question) -> Iterator[Reading]:
    true = question.counts("parameters")
    if not true:
        return
    for size, bits in _sizes(question.weighing.model.name, true):
        says = f"the size in its name, {size:,}, is taken for the number of parameters"
        if question.quantity in _COUNTS:
            causes = ("marketing-name", "nominal-size")
            yield Reading(size, says, f"{size:,}", f"{size}", bits, causes=causes)
        for width in _WIDTHS.get(question.quantity, ()):
            formula = f"{size:,}·{width}"
            yield Reading(round(size * width), says, formula, f"{size}-{width}", bits)


def _sizes(name: str, true: int) -> Iterator[tuple[int, float]]:
    """What its name says, else what such a network would be called."""
    named = [round(float(n) * _UNITS[unit.lower()]) for n, unit in _SIZE.findall(name)]
    for size in named:
        yield size, 0.0
    if not named and true >= _LEAST:
        for digits, bits in ((1, 0.5), (2, 1.0)):
            yield round(true, digits - len(str(true))), bits


ASSUMPTION = Assumption(
    "nominal-size", ("nominal-size",), 2.0, readings=_readings,
    decides="the exact number of parameters, which is not the one in the name",
)  # fmt: skip
