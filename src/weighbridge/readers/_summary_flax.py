"""``tabulate`` of Flax, linen and nnx: a drawn table with the shape of every variable."""

from __future__ import annotations

import re

from weighbridge.model import Tensor
from weighbridge.readers._summary_cells import totals
from weighbridge.readers._summary_types import Printed, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_BARS = re.compile("[│┃]")
_RULE = re.compile("[├┡┢└╞]")
_ARRAY = re.compile(
    r"(?:(?P<name>[\w./]+)\s*:\s*)?(?:#\s*)?(?P<dtype>[a-z]+\d*)\[(?P<sizes>[\d,\s]*)\]"
)
_STATE = ("batch_stats", "batchstat", "cache", "rngs", "rngstate", "rngkey", "rngcount", "dropout")


def flax_table(lines: list[str]) -> Table | None:
    """The rows below "path │ module │ inputs │ outputs"; ``None`` where there is no such header."""
    header = next((i for i, line in enumerate(lines) if _titles(line)[:1] == ["path"]), None)
    if header is None:
        return None
    titles = _titles(lines[header])
    rows = [_row(titles, cells) for cells in _logical(lines[header + 1 :], len(titles))]
    kept = tuple(row for row in rows if row is not None)
    return Table(
        "flax",
        _marked(kept),
        totals=tuple(totals(lines[header:])),
        native=_root(rows),
        version=_sort(titles),
    )


def _sort(titles: list[str]) -> str:
    return "nnx" if "type" in titles else "linen"


def _root(rows: list[Printed | None]) -> str:
    first = rows[0] if rows else None
    return first.native if first is not None and not first.name else ""


def _titles(line: str) -> list[str]:
    cells = [cell.strip().lower() for cell in _BARS.split(line)]
    return cells[1:-1] if len(cells) > 2 else []  # noqa: PLR2004  # a bar at both ends


def _logical(lines: list[str], width: int) -> Iterator[list[list[str]]]:
    """The cells of each row, each a list of lines; a rule ends a row."""
    cells: list[list[str]] = [[] for _ in range(width)]
    for line in lines:
        if _BARS.search(line):
            for cell, text in zip(cells, _BARS.split(line)[1:], strict=False):
                cell.append(text.strip())
        elif _RULE.search(line) and any(any(cell) for cell in cells):
            yield cells
            cells = [[] for _ in range(width)]
    if any(any(cell) for cell in cells):
        yield cells


def _row(titles: list[str], cells: list[list[str]]) -> Printed | None:
    values = dict(zip(titles, cells, strict=False))
    if any("Total" in cell for column in cells for cell in column):
        return None
    path = "".join(values.get("path", [])).replace("/", ".")
    native = "".join(values.get("module", values.get("type", [])))
    tensors = tuple(
        Tensor(name, shape, dtype, buffer=state, trainable=None if not state else False)
        for title, cell in values.items()
        if title not in ("path", "module", "type", "inputs", "outputs")
        for state in [title.replace("_", "") in [name.replace("_", "") for name in _STATE]]
        for name, dtype, shape in _arrays(cell)
    )
    inputs, outputs = (_samples(values.get(side, [])) for side in ("inputs", "outputs"))
    return Printed(
        name=path,
        native=native,
        inputs=inputs,
        outputs=outputs,
        tensors=tensors,
        depth=path.count(".") + 1 if path else 0,
        excerpt=f"{path} {native}".strip(),
    )


def _arrays(cell: list[str]) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    for match in _ARRAY.finditer(" ".join(cell)):
        yield (
            match["name"] or "value",
            match["dtype"],
            tuple(map(int, re.findall(r"\d+", match["sizes"]))),
        )


def _samples(cell: list[str]) -> tuple[tuple[int | None, ...], ...]:
    return tuple(shape[1:] for _, _, shape in _arrays(cell) if shape)


def _marked(rows: tuple[Printed, ...]) -> tuple[Printed, ...]:
    """Without modules that hold no variable of their own but only others."""
    names = [row.name for row in rows]
    return tuple(
        row
        for row in rows
        if row.tensors or (row.name and not any(name.startswith(f"{row.name}.") for name in names))
    )
