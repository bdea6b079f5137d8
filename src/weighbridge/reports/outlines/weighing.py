"""A weighing told to people: a row for each layer, its arithmetic beside the number, totals."""

from __future__ import annotations

from weighbridge.formula import Num, value
from weighbridge.reports._remarks import basis_to_tell, findings_of, remarks
from weighbridge.reports._totals import AMOUNT, totals
from weighbridge.reports._words import counted, shape_words
from weighbridge.reports.document import Column, Document, Heading, Table
from weighbridge.reports.outline import Outline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Model
    from weighbridge.reports.document import Block, Text
    from weighbridge.weighing import Row, Weighing

LAYER = Column("layer")
TYPE = Column("type", look="faint", spare=2)
OUTPUT = Column("output", spare=1)
DERIVATION = Column("derivation", look="formula")
BASIS = Column("basis", look="faint", least=12)


def weighed(weighing: Weighing, by: str | None = None) -> Document:
    """The table of layers, or of groups ``by`` kind or dtype; totals; what to know of them."""
    blocks: list[Block] = [heading(weighing.model)]
    if by is None:
        blocks.append(_layers(weighing))
    else:
        from weighbridge.reports.groups import grouped

        blocks.append(grouped(weighing, by))
    blocks += remarks(weighing)
    blocks += findings_of(weighing.findings)
    return Document(weighing.model.name, tuple(blocks))


def heading(model: Model) -> Heading:
    """The model's name, and in passing what it is and where it was read."""
    origin = model.origin
    source = origin.location or origin.format
    aside = ", ".join(part for part in (model.native, source and f"from {source}") if part)
    return Heading(model.name or "model", aside=aside)


def _layers(weighing: Weighing) -> Table:
    """One row per layer; what the rows rest on is a column only where they differ in it."""
    columns: tuple[Column, ...] = (LAYER, TYPE, OUTPUT, AMOUNT, DERIVATION, BASIS)
    rows = [_cells(row, weighing) for row in weighing.rows]
    if len({row[-1] for row in rows} - {""}) <= 1:
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    return Table(columns, tuple(rows), totals(weighing, columns))


def _cells(row: Row, weighing: Weighing) -> tuple[Text, ...]:
    more = ", …" if len(row.outputs) > 1 else ""
    return (
        row.path,
        row.layer.native or row.layer.kind.name,
        shape_words(row.output, weighing.model) + more,
        row.parameters,
        arithmetic(row, weighing),
        basis_to_tell(row) or "",
    )


def arithmetic(row: Row, weighing: Weighing) -> Text:
    """The formula of a row's parameters, or what stands for it where there is none."""
    if row.members > 1:
        return counted(row.members, "layer")
    if row.derived is None:
        return _observed(row, weighing)
    if row.basis == "disagrees":
        derived = value(row.derived)
        return (
            row.derived,
            f" = {'?' if derived is None else format(derived, ',')} by its settings",
        )
    return "" if row.derived == Num(0) else row.derived


def _observed(row: Row, weighing: Weighing) -> Text:
    """The sizes of the tensors themselves, where no formula is known."""
    counted_ = [h for h in row.held or () if weighing.convention.counts(h) and h.tied_to is None]
    sizes = ("·".join("?" if n is None else str(n) for n in h.shape) or "1" for h in counted_)
    return " + ".join(sizes)


def _record(weighing: Weighing, by: str | None = None) -> dict[str, object]:
    from weighbridge.reports.record import record

    return record(weighing, by)


def _sheet(weighing: Weighing, by: str | None = None) -> Table:
    from weighbridge.reports.record import sheet

    return sheet(weighing, by)


OUTLINE = Outline(document=weighed, sheet=_sheet, record=_record)
