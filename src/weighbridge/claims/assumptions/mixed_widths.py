"""One number of bits is taken for all weights of a file that mixes several.

"4 bit" names the commonest width: blocks have scales besides, and some tensors keep 6 bits, 8 or
16. llama.cpp's Q4_K_M comes to about 4.8 bits for each weight. Seen in sizes of quantised files.
"""

from __future__ import annotations

from weighbridge.claims.assumptions import Assumption, Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims.assumptions import Question

_BITS = {4.0: 0.0, 4.5: 0.5, 5.0: 1.0, 6.0: 2.0, 8.0: 1.5, 16.0: 2.0}


def _readings(question: Question) -> Iterator[Reading]:
    true = question.counts("parameters")
    if question.quantity not in ("bytes", "bytes-q4-k-m") or not true:
        return
    widths = _BITS if question.quantity == "bytes-q4-k-m" else _stored(question)
    for width, bits in widths.items():
        says = f"{width:g} bits are taken for every weight"
        formula = f"{true:,}·{width:g}/8"
        yield Reading(round(true * width / 8), says, formula, f"{width:g}", bits)


def _stored(question: Question) -> dict[float, float]:
    """The widths that the tensors are stored in, where there are several."""
    found = {
        8 * held.bytes / held.count
        for row in question.rows
        for held in row.held or ()
        if held.bytes and held.count
    }
    return dict.fromkeys(sorted(found), 0.5) if len(found) > 1 else {}


ASSUMPTION = Assumption(
    "mixed-widths", ("mixed-bit-width",), 2.5, readings=_readings,
    decides="how many bits each tensor of the file has",
)  # fmt: skip
