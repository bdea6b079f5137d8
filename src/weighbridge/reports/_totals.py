"""What a table of amounts comes to, and what is missing from it."""

from __future__ import annotations

from weighbridge.reports._words import KIBI, bytes_words
from weighbridge.reports.document import Column
from weighbridge.weighing import AMOUNTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.amount import Amount
    from weighbridge.reports.document import Text
    from weighbridge.weighing import Weighing

AMOUNT = Column("parameters", align="right", look="strong")
_LABELS = {"parameters": "total", "macs": "MACs"}


def label(quantity: str) -> str:
    """The name of a quantity at the foot of a table."""
    return _LABELS.get(quantity, quantity)


def totals(weighing: Weighing, columns: tuple[Column, ...]) -> tuple[tuple[Text, ...], ...]:
    """A foot row for each quantity: its name, the amount under ``AMOUNT``, a remark after it.

    The remark stands in the first column of words behind the amounts, if there is one.
    """
    at = columns.index(AMOUNT)
    behind = next((i for i in range(at, len(columns)) if columns[i].align == "left"), None)
    rows = []
    for quantity in AMOUNTS:
        cells: list[Text] = [""] * len(columns)
        amount = weighing.total(quantity)
        cells[0], cells[at] = label(quantity), amount
        if behind is not None:
            cells[behind] = _remark(quantity, amount, weighing)
        rows.append(tuple(cells))
    return tuple(rows)


def _remark(quantity: str, amount: Amount, weighing: Weighing) -> str:
    if not amount.value:
        return ""
    match quantity:
        case "bytes":
            size = f"{bytes_words(amount.value)} " if amount.value >= KIBI else ""
            return f"{size}in {', '.join(_dtypes(weighing))}"
        case "buffers":
            return _outside(amount.value, weighing)
        case "macs":
            return "for one sample"
        case "connections":
            return "for one sample, with biases"
    return ""


def _dtypes(weighing: Weighing) -> list[str]:
    """The element types of what is counted, in the order they are met."""
    held = (h for row in weighing.rows for h in row.held or ())
    return list(dict.fromkeys(h.dtype for h in held if weighing.convention.counts(h)))


def _outside(buffers: int, weighing: Weighing) -> str:
    """How many of the buffers are not among the parameters."""
    held = [h for row in weighing.rows for h in row.held or () if h.buffer and h.tied_to is None]
    outside = sum(h.count or 0 for h in held if not weighing.convention.counts(h))
    if outside == buffers:
        return "not among the parameters"
    return f"{outside:,} of them not among the parameters" if outside else "among the parameters"
