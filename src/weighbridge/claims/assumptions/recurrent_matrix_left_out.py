"""One of the two matrices of a recurrent layer is left out.

At each step the units read the features and what all units gave in the step before, each through a
matrix of its own. Seen in RNN, LSTM and GRU.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import of, recurrent, without

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line


def _edits(line: Line) -> Iterator[Edit]:
    if not recurrent(line):
        return
    hidden, read = of(line, "recurrent_kernel"), of(line, "kernel")
    yield Edit(without(line, hidden), "the recurrent matrix is left out", "recurrent")
    yield Edit(without(line, read), "the input matrix is left out", "input", 0.75)
    biases = of(line, "recurrent_bias")
    if biases:
        says = "the recurrent matrix and its bias are left out"
        yield Edit(without(line, (*hidden, *biases)), says, "recurrent-bias", 1.0)


ASSUMPTION = Assumption(
    "recurrent-matrix-left-out", ("rnn-matrix-omitted",), 2.5, _edits,
    decides="whether the units read their own state as well as the input",
)  # fmt: skip
