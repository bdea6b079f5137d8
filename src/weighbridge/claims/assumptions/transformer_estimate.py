"""A language model is counted by the usual estimate: matrices and the table of tokens only.

With L blocks of width d and V tokens, 12·L·d² + V·d is what textbooks give. It leaves out biases,
norms and positions, and takes the output matrix for the table of tokens, or counts the table twice,
or not at all. Seen in estimates of language models.
"""

from __future__ import annotations

from weighbridge.claims._lines import Whole
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import is_bias, is_norm, number
from weighbridge.formula import Dim, times

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.model import Expected

    Made = tuple[int, tuple[Expected, ...]]

_POSITIONS = ("pos", "wpe")
_TABLES = {
    1: ("the table of tokens once", 0.0), 2: ("the table of tokens twice", 0.0),
    0: ("no table", 0.5),
}  # fmt: skip


def _wholes(lines: tuple[Line, ...]) -> Iterator[Whole]:
    tables = [i for i, line in enumerate(lines) if line.tensor("embedding")]
    if not tables:
        return
    tokens = max(tables, key=lambda i: lines[i].count)
    head = _head(lines, lines[tokens])
    matrices: list[Made] = []
    causes: dict[str, None] = {}
    for place, line in enumerate(lines):
        if place in (tokens, head):
            continue
        kept = tuple(t for t in line.tensors if len(t.dims) > 1 and place not in tables)
        for tensor in line.tensors:
            if tensor not in kept:
                causes |= dict.fromkeys(_cause(line, tensor))
        if kept != line.tensors:
            matrices.append((place, kept))
    if not matrices or not any(len(t.dims) > 1 for i, k in matrices if i not in tables for t in k):
        return
    for count, (says, bits) in _TABLES.items():
        made, why = _with_tables(lines, tokens, head, count)
        yield Whole(
            (*matrices, *made),
            f"only matrices are counted, and {says}",
            f"{count}",
            bits,
            (*causes, *why),
        )


def _cause(line: Line, tensor: Expected) -> tuple[str, ...]:
    """What it is to leave the tensor out."""
    if tensor.role == "embedding":
        path = line.row.path.lower()
        return ("positions-omitted",) if any(p in path for p in _POSITIONS) else ()
    if is_norm(tensor) or "norm" in line.kind.name:
        return ("norms-omitted",)
    return ("bias-omitted",) if is_bias(tensor) else ()


def _head(lines: tuple[Line, ...], table: Line) -> int | None:
    """The output matrix, as large as the table of tokens."""
    sizes = sorted(number(dim) for dim in table.tensors[0].dims)
    for place, line in enumerate(lines):
        kernel = line.tensor("kernel")
        if kernel is not None and sorted(number(dim) for dim in kernel.dims) == sizes:
            return place
    return None


def _with_tables(
    lines: tuple[Line, ...], tokens: int, head: int | None, count: int
) -> tuple[tuple[Made, ...], tuple[str, ...]]:
    """The table of tokens ``count`` times, the output matrix among them, and what that means."""
    table = lines[tokens].tensors
    if head is None:
        twice = tuple(Dim("u", count, "times") for _ in table[:1])
        kept = () if count == 0 else table if count == 1 else (_multiplied(table[0], *twice),)
        causes = {0: ("embeddings-excluded",), 1: (), 2: ("tied-weights",)}
        return ((tokens, kept),), causes[count]
    kernel = tuple(t for t in lines[head].tensors if len(t.dims) > 1)
    kept = table if count else ()
    last = kernel if count > 1 else ()
    causes = {0: ("embeddings-excluded", "head-excluded"), 1: ("tied-weights",), 2: ()}
    return ((tokens, kept), (head, last)), causes[count]


def _multiplied(tensor: Expected, by: Dim) -> Expected:
    from weighbridge._record import replace

    return replace(tensor, dims=(times(by, tensor.dims[0]), *tensor.dims[1:]))


ASSUMPTION = Assumption(
    "transformer-estimate", ("bias-omitted", "norms-omitted"), 2.5, wholes=_wholes,
    decides="whether biases, norms and positions are counted, and how often the table of tokens",
)  # fmt: skip
