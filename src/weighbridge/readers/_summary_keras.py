"""``summary()`` of Keras 2 and 3, and of torchsummary, which looks the same.

Keras 3 draws boxes and wraps at spaces; Keras 2 separates columns by spaces and wraps anywhere, or
cuts off. A row is told by its content, not by its columns, for pasting moves those: a label, a
shape, a count, and what the layer is connected to.
"""

from __future__ import annotations

import re

from weighbridge._record import Record, replace
from weighbridge.readers._summary_cells import SIZE, count, shapes, totals
from weighbridge.readers._summary_types import Printed, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER = re.compile(r"Layer\s*\(?\s*(?:type|\(type).*|Layer\s+.*Output\s+Shape.*Param", re.I)
_MODEL = re.compile(r"^\W*Model\s*:\s*\"?([^\"]*?)\"?\s*$")
_COLUMNS = (
    ("label", re.compile(r"layer", re.I)),
    ("shape", re.compile(r"output|shape", re.I)),
    ("count", re.compile(r"param", re.I)),
    ("reads", re.compile(r"connect", re.I)),
    ("trains", re.compile(r"trai", re.I)),
)
_BARS = re.compile("[│┃║╎]")
_ROW = re.compile(
    rf"^(?P<label>.*?)\s*(?P<shape>(?:\[|\{{[^(]{{0,80}})?\(?[(\[]\s*{SIZE}(?:\s*,\s*{SIZE})*[\s,)\]}}]*"
    rf"(?:,?\s*\(\s*{SIZE}(?:\s*,\s*{SIZE})*[\s,)\]]*)*|multiple|\?|unknown|--)"
    r"\s+(?P<count>\d{1,3}(?:[,'. ]\d{3})+|\d+|--|\?)(?:\s*\(un(?:used|built)\))?"
    r"(?=\s|$|[|\[YN])(?P<rest>.*)$"
)
_LABEL = re.compile(r"^(?P<name>.+?)\s*\((?P<native>[^()]*)(?P<closed>\)?)\W*$")
_NUMBERED = re.compile(r"^(?P<native>[A-Za-z_]\w*)-(?P<number>\d+)$")
_PORT = re.compile(r"([A-Za-z_][^\s,'\"\[\]]*)(?:\[(\d+)\]\[(\d+)\]|\[[\d\]…\[]*)?")
_RULE = re.compile(r"^[^\w()\[\]{}…]*$|^[_¯=\-\s]*$")
_CUT = "…"
_HEADLESS = re.compile(
    r"[\w/.-]+\s*\([A-Z]\w*…?\)?\s*[│┃|]?\s*[\[{]?\(+None,|\b[A-Z]\w*-\d+\s+\[-1,"
)
_FEWEST = 2
"""Rows that tell a table without its header."""


class _Raw(Record):
    """Cells of one row, its lines put together."""

    label: str
    shape: str
    count: str
    reads: str = ""
    trains: str = ""
    depth: int = 0
    excerpt: str = ""


def keras_table(lines: list[str]) -> Table | None:
    """The rows below a header with "Layer (type)", or where it is cut off, like those below one."""
    start = next((i for i, line in enumerate(lines) if _HEADER.search(line)), None)
    if start is None:
        lines = _headed(lines)
        start = 0 if lines else None
    if start is None or "depth-idx" in lines[start] or "(var_name" in lines[start]:
        return None
    body, rest = _split(lines[start + 1 :])
    header = lines[start]
    boxed = bool(_BARS.search(header))
    raws = list(_boxed(header, body) if boxed else _plain(header, body))
    if not raws:
        return None
    rows = tuple(_printed(raw) for raw in raws)
    named = next((m for line in lines[:start] if (m := _MODEL.match(line))), None)
    torch = all(_NUMBERED.match(raw.label) for raw in raws)
    return Table(
        producer="torch" if torch else "keras",
        rows=rows,
        totals=tuple(totals(rest)),
        name=named.group(1) if named else "",
        chained=not torch or True,
        left_out=any(_left_out(line) for line in body),
    )


def _headed(lines: list[str]) -> list[str]:
    """Rows whose header was cut off, below a header; nothing where these are no such rows."""
    places = [i for i, line in enumerate(lines) if _HEADLESS.search(line)]
    if len(places) < _FEWEST:
        return []
    bar = "│" if _BARS.search(lines[places[0]]) else "  "
    header = bar + bar.join(("Layer (type)", "Output Shape", "Param #", "Connected to"))
    return [header, *lines[places[0] :]]


def _left_out(line: str) -> bool:
    return re.fullmatch(r"[\s|│]*(?:\.\s*\.\s*\.?|…|\[\.\.\.\]|:|⋮)[\s.|│…]*", line) is not None


def _split(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines of the table, and those from the first total on."""
    for i, line in enumerate(lines):
        if re.match(r"^\W*(total|trainable|non-trainable)\s+param", line, re.I):
            return lines[:i], lines[i:]
    return lines, []


def _boxed(header: str, body: list[str]) -> Iterator[_Raw]:
    """Rows of a drawn table: the line with a count begins one."""
    names = [_column(cell) for cell in _BARS.split(header)]
    raw: _Raw | None = None
    for line in body:
        if not _BARS.search(line):
            continue
        cells = _BARS.split(line)
        if len(cells) < len(names):
            cells += [""] * (len(names) - len(cells))
        found = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name}
        if not any(found.values()):
            continue
        begins = found.get("count", "") != ""
        if raw is not None and begins:
            yield raw
        if begins:
            raw = _Raw(**{"label": "", "shape": "", **found}, excerpt=line.strip())  # type: ignore[arg-type]  # the columns found
        elif raw is not None:
            raw = _joined(raw, found, " ")
    if raw is not None:
        yield raw


def _column(cell: str) -> str:
    return next((name for name, words in _COLUMNS if words.search(cell)), "")


def _joined(raw: _Raw, more: dict[str, str], glue: str) -> _Raw:
    changed = {}
    for name, cell in more.items():
        if not cell:
            continue
        before = getattr(raw, name)
        space = glue if before and not before.endswith(("[", "(")) else ""
        changed[name] = before + space + cell
    return replace(raw, **changed)


def _plain(header: str, body: list[str]) -> Iterator[_Raw]:
    """Rows of a table in columns of spaces or tabs."""
    raw: _Raw | None = None
    for line in body:
        bare = line.strip().rstrip("|").rstrip()
        depth = len(bare) - len(bare.lstrip("|"))
        bare = bare.lstrip("|").strip()
        if not bare or _RULE.match(bare) or _left_out(line):
            continue
        match = _ROW.match(re.sub(r"\s*\|\s*", "  ", bare))
        if match and (match["label"].strip() or raw is None):
            if raw is not None:
                yield raw
            rest = match["rest"].strip()
            train = re.match(r"(Y|N|True|False)\b\s*", rest) if "rain" in header else None
            reads = rest[train.end() :] if train else rest
            raw = _Raw(
                label=match["label"].strip(),
                shape=match["shape"],
                count=match["count"],
                reads=reads,
                trains=train.group(1) if train else "",
                depth=depth,
                excerpt=line.strip(),
            )
        elif raw is not None:
            raw = _joined(raw, dict(_continued(raw, bare)), "")
    if raw is not None:
        yield raw


def _continued(raw: _Raw, line: str) -> Iterator[tuple[str, str]]:
    """To which cells the pieces of a further line of a row belong: to what is still open."""
    open_shape = _open(raw.shape)
    open_label = _open(raw.label) or "(" not in raw.label
    for piece in re.split(r"\s{2,}|\t", line):
        if open_shape and re.fullmatch(rf"[\s,)\]}}]*(?:{SIZE}[\s,)\]}}]*)*", piece):
            open_shape = False
            yield (
                "shape",
                piece if not piece[:1].isdigit() or raw.shape[-1:].isdigit() else f" {piece}",
            )
        elif open_label and re.fullmatch(r"[\w.…]*\s?\(?[\w.…>]*\)?", piece):
            open_label = False
            yield "label", piece
        else:
            yield "reads", f" {piece}" if raw.reads.endswith((",", "]")) else piece


def _open(text: str) -> bool:
    return text.count("(") > text.count(")") or text.count("[") > text.count("]")


def _printed(raw: _Raw) -> Printed:
    label = raw.label.strip()
    depth = max(raw.depth, _indent(label))
    label = re.sub(r"^[\s└├─>|`+\\-]+", "", label)
    numbered = _NUMBERED.match(label)
    torch = numbered is not None
    match = _LABEL.match(label)
    name, native, cut = label, "", False
    if numbered:
        native = numbered["native"]
    elif match:
        name, native = match["name"].strip(), match["native"].strip()
        cut = native.endswith(_CUT) or not match["closed"]
    found = None if raw.count.startswith(("-", "?")) else count(raw.count)
    low, high = found or (None, None)
    return Printed(
        name=re.sub(r"\s+", "", name) or native,
        native=native.rstrip(_CUT + ". "),
        outputs=shapes(raw.shape),
        low=low,
        high=high,
        depth=depth,
        reads=None if torch else _ports(raw.reads),
        trainable={"Y": True, "N": False, "True": True, "False": False}.get(raw.trains.strip()[:5]),
        cut=cut,
        excerpt=raw.excerpt,
    )


def _indent(label: str) -> int:
    """How deep a row of Keras 3 is nested: three spaces for each level above, then ``└``."""
    return 1 if label.startswith(("└", "├")) else 0


def _ports(text: str) -> tuple[str, ...] | None:
    """What a layer is connected to: ``conv[0][1]`` → ``conv#1``; ``None`` where nothing is said."""
    if text.strip() in ("", "-"):
        return None if not text.strip() else ()
    if re.fullmatch(r"\s*\[\s*\]\s*", text):
        return ()
    found = []
    for name, _, output in _PORT.findall(text):
        found.append(f"{name}#{output}" if output not in ("", "0") else name)
    return tuple(found)
