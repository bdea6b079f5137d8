"""Tables of papers and slides: layer, size, parameters, in Markdown, CSV or LaTeX."""

from __future__ import annotations

import re

from weighbridge.readers._summary_cells import count, totals
from weighbridge.readers._summary_types import Printed, Table, Total

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.model import Shape

_SEPARATORS = ("|", "&", "\t", ";", ",")
_COLUMNS = (
    ("count", re.compile(r"param|weights|#\s*w", re.I)),
    ("native", re.compile(r"^\W*(type|operat|op\b|kind|class|module)", re.I)),
    ("kernel", re.compile(r"kernel|filter|window|patch|receptive", re.I)),
    ("stride", re.compile(r"stride", re.I)),
    ("inputs", re.compile(r"^\W*in(put)?\b", re.I)),
    ("outputs", re.compile(r"output|size|shape|feature|dimension|maps|activation", re.I)),
    ("name", re.compile(r"layer|name|stage|block|component|part", re.I)),
)
_WORDS = (
    (r"depthwise|dw.?conv", "DepthwiseConv2D"),
    (r"separable", "SeparableConv2D"),
    (r"deconv|transpos|up.?conv", "Conv2DTranspose"),
    (r"conv|^c\d", "Conv2D"),
    (r"batch.?norm|^bn", "BatchNormalization"),
    (r"layer.?norm|^ln\b", "LayerNormalization"),
    (r"global.*(average|avg)", "GlobalAveragePooling2D"),
    (r"(average|avg).*pool|subsampl|^s\d", "AveragePooling2D"),
    (r"pool", "MaxPooling2D"),
    (r"fully|dense|linear|^fc|^f\d|output|softmax|classif|logits", "Dense"),
    (r"embed", "Embedding"),
    (r"bi.*lstm|bi.*gru", "Bidirectional"),
    (r"lstm", "LSTM"),
    (r"gru", "GRU"),
    (r"rnn", "SimpleRNN"),
    (r"flatten", "Flatten"),
    (r"dropout", "Dropout"),
    (r"^input", "InputLayer"),
    (r"relu|activation", "Activation"),
)


def paper_table(lines: list[str]) -> Table | None:
    """The rows below a header with a column of layers and one of parameters or sizes."""
    for at, line in enumerate(lines):
        for separator in _SEPARATORS:
            titles = [_column(cell) for cell in _cells(line, separator)]
            if not {"name", "native"} & set(titles) or not {"count", "outputs"} & set(titles):
                continue
            rows = list(_rows(lines[at + 1 :], separator, titles))
            if rows:
                return _table(rows, lines)
    return None


def _table(rows: list[Printed], lines: list[str]) -> Table:
    own = [row for row in rows if not _is_total(row.name)]
    sums = tuple(
        Total("parameters", row.low, row.high, excerpt=row.excerpt)
        for row in rows if _is_total(row.name) and row.low is not None and row.high is not None
    )  # fmt: skip
    return Table(
        "", tuple(own), totals=(*sums, *totals(lines)), chained=any(row.outputs for row in own)
    )


def _is_total(name: str) -> bool:
    return re.match(r"^\W*(total|sum|overall|all|Σ)\b", name, re.I) is not None


def _cells(line: str, separator: str) -> list[str]:
    if separator not in line:
        return []
    if separator in (",", ";"):
        import csv

        try:
            return [
                cell.strip()
                for cell in next(csv.reader([line], delimiter=separator, skipinitialspace=True))
            ]
        except (csv.Error, StopIteration):
            return []
    text = _plain(line) if separator == "&" else line
    cells = [cell.strip(" *`_") for cell in text.split(separator)]
    return cells[1:-1] if separator == "|" and text.strip().startswith("|") else cells


def _plain(line: str) -> str:
    """LaTeX without its commands."""
    text = (
        line.replace("\\times", "×")
        .replace("{,}", ",")
        .replace("\\,", ",")
        .replace("\\#", "#")
        .replace("\\%", "%")
    )
    text = re.sub(r"\\multicolumn\{[^{}]*\}\{[^{}]*\}\{([^{}]*)\}", r"\1", text)
    text = re.sub(r"\\(?:textbf|textit|emph|mathrm|text|mathbf|texttt)\{([^{}]*)\}", r"\1", text)
    text = text.replace("\\_", "_").replace("\\&", "and")
    return re.sub(r"\\\\.*$|\\[a-zA-Z]+(\[[^\]]*\])?|[${}]", "", text)


def _column(cell: str) -> str:
    return next((name for name, words in _COLUMNS if words.search(cell)), "")


def _rows(lines: list[str], separator: str, titles: list[str]) -> Iterator[Printed]:
    place = "name" if "name" in titles else "native"
    for line in lines:
        cells = _cells(line, separator)
        if not cells or not any(re.search(r"\w", cell) for cell in cells):
            continue
        values: dict[str, str] = {}
        for title, cell in zip(titles, cells, strict=False):
            values.setdefault(title, cell)
        name = values.get(place, "")
        if name:
            yield _row(name, values, line)


def _row(name: str, values: dict[str, str], line: str) -> Printed:
    cell = values.get("count", "")
    found = (
        (0, 0)
        if re.fullmatch(r"\s*[-–—]+\s*", cell)
        else count(re.sub(r"(?<=\d) (?=\d{3})", ",", cell))
    )
    output = _sizes(values.get("outputs", ""))
    entering = _sizes(values.get("inputs", ""))
    low, high = found or (None, None)
    return Printed(
        name=re.sub(r"[^\w.]+", "_", name).strip("_") or "layer",
        native=_native(values.get("native") or name, output),
        outputs=() if output is None else (output,),
        inputs=() if entering is None else (entering,),
        low=low, high=high,
        kernel=tuple(int(n) for n in re.findall(r"\d+", values.get("kernel", ""))[:2]),
        excerpt=line.strip(),
    )  # fmt: skip


def _native(word: str, output: Shape | None) -> str:
    found = next((native for words, native in _WORDS if re.search(words, word.strip(), re.I)), "")
    return found.replace("2D", "1D") if output is not None and len(output) == 2 else found  # noqa: PLR2004  # positions and channels


def _sizes(text: str) -> Shape | None:
    """``28×28×6``, ``28 x 28 x 6``, ``(28, 28, 6)``, and ``6@28×28`` with the channels first."""
    planes = re.match(r"^\D*(\d+)\s*@\s*(\d+)\s*[×xX*]\s*(\d+)", text)
    if planes:
        channels, height, width = map(int, planes.groups())
        return height, width, channels
    numbers = re.findall(
        r"\d+",
        text.replace(",", " ")
        if "(" in text or "[" in text
        else re.sub(r"(?<=\d),(?=\d{3}\b)", "", text),
    )
    return tuple(map(int, numbers)) if 0 < len(numbers) <= 4 else None  # noqa: PLR2004  # no layer has more axes
