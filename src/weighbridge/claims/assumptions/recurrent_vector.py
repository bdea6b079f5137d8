"""The recurrent matrix is taken for a vector: each unit would read its own state only.

Drawings show one arrow from a layer back to itself. It stands for a full matrix: every unit reads
the state of all. Seen in RNN, LSTM and GRU.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import changed, of, sized
from weighbridge.formula import Dim, Product

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.model import Expected


def _edits(line: Line) -> Iterator[Edit]:
    hidden = of(line, "recurrent_kernel")
    if not hidden or not all(t.dims for t in hidden):
        return
    says = "each unit reads its own state only"
    yield Edit(changed(line, hidden, lambda t: sized(t, *t.dims[1:])), says)
    if any(isinstance(t.dims[-1], Product) for t in hidden):
        alone = changed(line, hidden, _ungated)
        yield Edit(alone, f"{says}, once for all gates", "once", 1.5)


def _ungated(kernel: Expected) -> Expected:
    return sized(kernel, *(d for d in kernel.dims[:-1] if isinstance(d, Dim)))


ASSUMPTION = Assumption(
    "recurrent-vector", ("recurrent-as-vector",), 3.5, _edits,
    decides="whether every unit reads the state of all units",
)  # fmt: skip
