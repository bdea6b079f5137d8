"""BERT's pooler is counted, or not.

The pooler is a dense layer as wide as the network that works on the first token, for classification
only. The published 110 million include it; many builds leave it out. Seen in BERT and its kin.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit, Whole
from weighbridge.claims.assumptions import Assumption
from weighbridge.formula import Dim
from weighbridge.model import Expected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line

_LEAST_WIDTH = 64
_NAMES = ("bert", "encoder", "transformer", "backbone")


def _wholes(lines: tuple[Line, ...]) -> Iterator[Whole]:
    poolers = [i for i, line in enumerate(lines) if "pooler" in line.row.path.lower()]
    if poolers:
        yield Whole(tuple((i, ()) for i in poolers), "the pooler is left out", "none", -0.5)


def _edits(line: Line) -> Iterator[Edit]:
    """A pooler for what gives one vector for each token."""
    shape = line.row.output
    table = line.tensor("embedding")
    named = f"{line.row.path} {line.row.layer.native}".lower()
    if line.row.expected is None and shape and any(name in named for name in _NAMES):
        size = shape[-1]
    elif table is not None and line.near.first and len(table.dims) > 1:
        size = getattr(table.dims[1], "size", None)
    else:
        return
    if size is None or size < _LEAST_WIDTH:
        return
    width = Dim("d", size, "width")
    added = (Expected("pooler_kernel", (width, width)), Expected("pooler_bias", (width,)))
    bits = -0.5 if table is None else 1.0
    yield Edit((*line.tensors, *added), "a pooler is counted", "added", bits)


ASSUMPTION = Assumption(
    "pooler", ("pooler",), 3.0, _edits, wholes=_wholes,
    decides="whether the network has a pooler",
)  # fmt: skip
