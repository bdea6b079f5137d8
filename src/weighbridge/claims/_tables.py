"""Claims in a file: a table in Markdown, CSV or LaTeX, TOML, or a printed ``summary()``.

A table names its quantities in its first row, ``layer | parameters | connections``, and what they
are of in its first column. In TOML, ``conv2d_1 = 1516`` claims parameters, ``[conv2d_1]`` with
``macs = "240k"`` below it any quantity. Any other text is read as a printed summary, of which each
row is a claim.
"""

from __future__ import annotations

import csv
import os
import re

from weighbridge.claims._grammar import claim, measure, with_unit
from weighbridge.claims._quantities import quantity
from weighbridge.errors import LIMITS, Malformed, NotFound, TooLarge, Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._types import Claim

_COLUMNS = 2
_RULE = re.compile(r"[\s|:+=─━-]*")
_LATEX = re.compile(r"\\(?:textbf|textit|emph|texttt|mathrm|num)\{([^{}]*)\}|\\[a-zA-Z]+|[{}$~]")
_EXTENT = re.compile(r"\d\s*[x×*]\s*\d|[(\[]\s*\d+\s*,")
_WHOLE = ("total", "all", "sum", "model", "overall")


def table_claims(path: str) -> tuple[Claim, ...]:
    """The claims in the file at ``path``.

    Raises ``NotFound`` where there is none, ``Malformed`` where it claims nothing.
    """
    text = _text(path)
    suffix = os.path.splitext(path)[1].lower()
    found = tuple(_of_toml(text, path) if suffix == ".toml" else _of_table(text))
    found = found or tuple(_of_summary(path))
    if not found:
        hint = "a first row such as: layer | parameters; or TOML; or a printed summary"
        raise Malformed(f"{path} holds no claims", hint=hint)
    return found


def _text(path: str) -> str:
    if not os.path.isfile(path):
        raise NotFound(f"no file {path}", hint="--table takes a file with claims")
    if os.path.getsize(path) > LIMITS.source_bytes:
        raise TooLarge(f"{path} is too large for a table of claims")
    with open(path, encoding="utf-8-sig", errors="replace") as file:
        return file.read()


def _of_toml(text: str, path: str) -> Iterator[Claim]:
    import tomllib

    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Malformed(f"{path} is not TOML: {error}") from None
    for subject, said in found.items():
        each = said.items() if isinstance(said, dict) else [("", said)]
        for name, number in each:
            yield _placed(_written(subject, name, number), f"{path}, {subject}")


def _written(subject: str, name: str, number: object) -> str:
    if subject.lower() in _WHOLE or (not name and quantity(subject)):
        return f"{name or quantity(subject) or 'parameters'}={number}"
    return f"{subject}.{name}={number}" if name else f"{subject}={number}"


# -- tables --------------------------------------------------------------------------------------


def _of_table(text: str) -> Iterator[Claim]:
    """A claim for each number below a quantity; nothing where no first row names one."""
    names: list[tuple[str | None, str]] = []
    for cells in _rows(text):
        if not names:
            meant = [measure(cell) for cell in cells]
            names = meant if any(name for name, _ in meant[1:]) else []
            continue
        subject = cells[0].strip("*_` ")
        for (name, unit), number in zip(names[1:], cells[1:], strict=False):
            if name is not None and _states(name, number):
                plain = with_unit(number.strip("*_` "), unit)
                yield _placed(_written(subject, name, plain), f"the row of {subject!r}")


def _states(name: str, cell: str) -> bool:
    """Whether a cell states an amount; 28x28 below "size" is that of a map, no number of bytes."""
    return bool(re.search(r"\d", cell)) and not (name == "bytes" and _EXTENT.search(cell))


def _placed(said: str, where: str) -> Claim:
    try:
        return claim(said)
    except Usage as error:
        raise Usage(error.what, where, error.hint) from None


def _rows(text: str) -> Iterator[list[str]]:
    lines = [line for line in text.splitlines() if line.strip() and not _RULE.fullmatch(line)]
    if sum(line.count("|") >= _COLUMNS - 1 for line in lines) > len(lines) // 2:
        yield from ([c.strip() for c in line.strip().strip("|").split("|")] for line in lines)
    elif any("&" in line for line in lines):
        yield from (_latex(line) for line in lines if "&" in line)
    else:
        yield from ([cell.strip() for cell in row] for row in csv.reader(lines, _dialect(lines)))


def _latex(line: str) -> list[str]:
    cells = line.partition("\\\\")[0].split("&")
    return [_LATEX.sub(lambda found: found[1] or " ", cell).strip() for cell in cells]


def _dialect(lines: list[str]) -> type[csv.Dialect]:
    class Separated(csv.excel):
        delimiter = max(",;\t", key=lines[0].count) if lines else ","

    return Separated


def _of_summary(path: str) -> Iterator[Claim]:
    from weighbridge.readers import Source, read
    from weighbridge.weighing import weigh

    weighing = weigh(read(Source(value=path)))
    for row in weighing.rows:
        if row.parameters.value:
            yield claim(f"{row.path}={row.parameters.value}")
    for finding in weighing.findings:
        if finding.slug == "printed-total":
            yield claim(f"parameters={getattr(finding, 'value', '')}")
