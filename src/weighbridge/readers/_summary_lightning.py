"""Lightning's model summary: numbered rows, counts rounded to thousands or millions."""

from __future__ import annotations

import re

from weighbridge._record import replace
from weighbridge.readers._summary_cells import count, shapes, totals
from weighbridge.readers._summary_types import Printed, Table

_ROW = re.compile(
    r"^\W*(?P<number>\d+)\s*[|│┃]\s*(?P<name>[^|│┃]+?)\s*[|│┃]\s*(?P<native>[^|│┃]+?)\s*[|│┃](?P<rest>.*)$"
)
_HEADER = re.compile(r"[|│┃]\s*Name\s*[|│┃]\s*Type\s*[|│┃].*Params", re.I)


def lightning_table(lines: list[str]) -> Table | None:
    """The rows below "Name | Type | Params"; ``None`` where there is no such header."""
    start = next((i for i, line in enumerate(lines) if _HEADER.search(line)), None)
    if start is None:
        return None
    titles = [title.strip().lower() for title in re.split(r"[|│┃]", lines[start])]
    after = [title for title in titles[titles.index("type") + 1 :] if title]
    rows = [_row(m, after, line) for line in lines[start + 1 :] if (m := _ROW.match(line))]
    return Table(
        "torch",
        _grouped(rows),
        totals=tuple(totals(lines[start + 1 :])),
        chained="out sizes" in after,
    )


def _row(match: re.Match[str], titles: list[str], line: str) -> Printed:
    cells = [cell.strip() for cell in re.split(r"[|│┃]", match["rest"])]
    values = dict(zip(titles, cells, strict=False))
    found = count(values.get("params", "")) or (None, None)
    name = match["name"].strip()
    return Printed(
        name=name.rpartition(".")[2], native=match["native"].strip(),
        inputs=shapes(values.get("in sizes", "")), outputs=shapes(values.get("out sizes", "")),
        low=found[0], high=found[1], depth=name.count(".") + 1, excerpt=line.strip(),
    )  # fmt: skip


def _grouped(rows: list[Printed]) -> tuple[Printed, ...]:
    """With those marked that the table shows the inside of."""
    pairs = zip(rows, (*rows[1:], None), strict=False)
    return tuple(
        replace(row, group=after is not None and after.depth > row.depth) for row, after in pairs
    )
