"""Tables of torchinfo: a tree of modules, each with its depth and its number in that depth."""

from __future__ import annotations

import re

from weighbridge.readers._summary_cells import count, shapes, totals
from weighbridge.readers._summary_types import Printed, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_LABEL = re.compile(
    r"(?P<native>[A-Za-z_][\w.]*)\s*(?:\((?P<name>[^()]*)\))?\s*:\s*(?P<depth>\d+)-(?P<number>\d+)"
)
_ROOT = re.compile(r"^\W*(?P<native>[A-Za-z_][\w.]*)\s*(?:\((?P<name>[^()]*)\))?(?=\s|$)")
_HEADER = re.compile(r"depth-idx|Layer \(type \(var_name\)")
_BRANCH = re.compile(
    r"^(?P<tree>[\s|│├└─+`-]*[├└─+`-]+\s*)(?P<native>[A-Za-z_][\w.]*)\s*(?:\((?P<name>[^()]*)\))?(?=\s|$)"
)
_INDENT = 5
"""Columns from one depth to the next."""
_VALUE = re.compile(
    r"\[[^\]]*\]+|\(recursive\)|\([\d,]+\)|--|<?[\d.,]*\d%?|True|False|Partial|\(\)"
)
_TITLES = (
    ("inputs", "Input Shape"),
    ("outputs", "Output Shape"),
    ("count", "Param #"),
    ("share", "Param %"),
    ("kernel", "Kernel Shape"),
    ("work", "Mult-Adds"),
    ("trains", "Trainable"),
    ("groups", "Groups"),
)


def torchinfo_table(lines: list[str]) -> Table | None:
    """The rows of the table; ``None`` where the header has no ``depth-idx``."""
    start = next((i for i, line in enumerate(lines) if _HEADER.search(line)), None)
    if start is None:
        return None
    columns = _columns(lines[start])
    rows = tuple(_rows(lines[start + 1 :], columns))
    return Table(
        producer="torch",
        rows=_grouped(rows),
        totals=tuple(totals(lines[start + 1 :])),
        name=rows[0].name if rows and not rows[0].depth else "",
        native=rows[0].native if rows else "",
        chained="outputs" in columns,
        own=True,
    )


def _columns(header: str) -> list[str]:
    """Which column is which, from left to right."""
    plain = re.sub(r"\s+", " ", header)
    places = {name: plain.find(title) for name, title in _TITLES}
    return sorted(
        (name for name, place in places.items() if place >= 0), key=lambda name: places[name]
    )


def _rows(lines: list[str], columns: list[str]) -> Iterator[Printed]:
    started = False
    for line in lines:
        if re.match(r"^\s*Total\s", line):
            return
        match = _LABEL.search(line) or _BRANCH.match(line)
        if match is None and not started:
            match = _ROOT.match(line)
        if match is None:
            continue
        started = True
        yield _row(line, match, columns)


def _row(line: str, match: re.Match[str], columns: list[str]) -> Printed:
    values = dict(zip(columns, _VALUE.findall(line[match.end() :]), strict=False))
    told = match.groupdict()
    number = values.get("count", "--")
    frozen = number.startswith("(") and number[1:2].isdigit()  # so torchinfo marks them
    found = count(number) if frozen or number[:1].isdigit() else None
    low, high = found or (None, None)
    depth = int(told.get("depth") or (len(told.get("tree") or "") + 3) // _INDENT)
    return Printed(
        name=told.get("name") or (_numbered(told)),
        native=told["native"],
        outputs=shapes(values.get("outputs", "")),
        inputs=shapes(values.get("inputs", "")),
        low=low,
        high=high,
        depth=depth,
        trainable={"True": True, "False": False}.get(
            f"{not frozen}" if frozen else values.get("trains", "")
        ),
        repeated=number == "(recursive)",
        kernel=tuple(int(n) for n in re.findall(r"\d+", values.get("kernel", ""))),
        excerpt=line.strip(),
    )


def _numbered(told: dict[str, str | None]) -> str:
    """The class of a module with its depth and number, which is unique: ``Conv2d-3-1``."""
    parts = (told["native"], told.get("depth"), told.get("number"))
    return "-".join(part for part in parts if part)


def _grouped(rows: tuple[Printed, ...]) -> tuple[Printed, ...]:
    """With those marked that the table shows the inside of; what has no count there has none."""
    from weighbridge._record import replace

    found = []
    for row, after in zip(rows, (*rows[1:], None), strict=False):
        group = after is not None and after.depth > row.depth
        empty = row.low is None and not row.repeated
        found.append(replace(row, group=group, **({"low": 0, "high": 0} if empty else {})))
    return tuple(found)
