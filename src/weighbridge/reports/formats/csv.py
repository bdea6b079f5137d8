"""Comma-separated values: a line per layer and one for the total, numbers without separators.

Formulas are Python expressions. A number that is not known is left empty.
"""

from __future__ import annotations

from weighbridge.formula import ascii_
from weighbridge.reports.document import Speller, spelled
from weighbridge.reports.formats import Renderer, Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.reports.document import Text

_SPELLER = Speller(str, lambda expr, _: ascii_(expr))


def _render(report: Report) -> str:
    import csv
    import io

    sheet = report.sheet
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(column.title for column in sheet.columns)
    writer.writerows([_plain(cell) for cell in cells] for cells in (*sheet.rows, *sheet.totals))
    return page.getvalue()


def _plain(cell: Text) -> str:
    return str(cell) if isinstance(cell, int) else spelled(cell, _SPELLER)


RENDERER = Renderer("csv", (".csv",), _render)
