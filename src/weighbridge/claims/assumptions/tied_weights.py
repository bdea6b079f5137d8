"""A shared matrix is counted twice, or an output matrix is taken for shared that is not.

Many language models use the table of tokens again to score the next token. Files list it under both
names, formulas often count it once or twice without asking. Seen in language models.
"""

from __future__ import annotations

from itertools import pairwise

from weighbridge.claims._lines import Edit, Whole
from weighbridge.claims.assumptions import Assumption
from weighbridge.formula import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.model import Expected


def _edits(line: Line) -> Iterator[Edit]:
    if line.tied:
        yield Edit((*line.tensors, *line.tied), "the shared matrix is counted twice", "twice")


def _wholes(lines: tuple[Line, ...]) -> Iterator[Whole]:
    tables = [(i, t) for i, line in enumerate(lines) if (t := line.tensor("embedding"))]
    for place, line in enumerate(lines):
        kernel = line.tensor("kernel")
        for at, table in tables:
            if kernel is not None and at != place and _alike(kernel, table):
                rest = tuple(t for t in line.tensors if t is not kernel)
                says = f"{line.row.path} shares the matrix of {lines[at].row.path}"
                yield Whole(((place, rest),), says, "shared")
    for (first, one), (second, other) in pairwise(tables):
        if _alike(one, other):
            rest = tuple(t for t in lines[second].tensors if t is not other)
            says = f"{lines[second].row.path} shares the table of {lines[first].row.path}"
            yield Whole(((second, rest),), says, "tables", 1.0)
    if tables and not any(line.tied for line in lines):
        yield from _twice(lines, *tables[0])


def _twice(lines: tuple[Line, ...], place: int, table: Expected) -> Iterator[Whole]:
    """The table counted again as an output matrix, where there is none of its size."""
    kernels = (line.tensor("kernel") for line in lines)
    if not any(kernel is not None and _alike(kernel, table) for kernel in kernels):
        tensors = (*lines[place].tensors, table)
        says = "an output matrix as large as the table of tokens is counted"
        yield Whole(((place, tensors),), says, "output", 1.0, ("tied-weights", "head-included"))


def _alike(kernel: Expected, table: Expected) -> bool:
    sizes = sorted(value(dim) or 0 for dim in kernel.dims)
    return sizes == sorted(value(dim) or 0 for dim in table.dims)


ASSUMPTION = Assumption(
    "tied-weights", ("tied-weights",), 2.0, _edits, wholes=_wholes,
    everywhere=0.0,
    decides="whether the output matrix is the table of tokens",
)  # fmt: skip
