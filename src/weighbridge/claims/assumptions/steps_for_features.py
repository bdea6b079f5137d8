"""The number of time steps is taken for the number of features, or the reverse.

A recurrent layer reads the features of one step at a time; how many steps there are does not change
its weights. Input shapes are written (steps, features), and one is easily taken for the other. Seen
in RNN, LSTM, GRU and convolutions over sequences.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import changed, dense, of, recurrent, with_depth
from weighbridge.formula import Dim, times

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line

_SEQUENCE = 2
"""Axes of a sample: steps and features."""


def _edits(line: Line) -> Iterator[Edit]:
    shape = line.incoming
    kernels = of(line, "kernel")[:2] if recurrent(line) else ()
    kernel = dense(line)
    if kernel is not None:
        kernels = (kernel,)
    if not kernels or shape is None or len(shape) != _SEQUENCE or None in shape:
        return
    steps, features = Dim("T", shape[0], "time steps"), Dim("n_in", shape[1], "features")
    tensors = changed(line, kernels, lambda k: with_depth(k, steps))
    bits = 0.0 if kernel is None else 1.0
    yield Edit(tensors, f"the {shape[0]} time steps are taken for the features", "steps", bits)
    if kernel is None:
        both = changed(line, kernels, lambda k: with_depth(k, times(steps, features)))
        causes = ("timesteps-multiplied", "timesteps-as-features")
        yield Edit(both, "it reads the features of all time steps at once", "both", 1.5, causes)
        one = changed(line, kernels, lambda k: with_depth(k, Dim("n_in", 1, "features")))
        yield Edit(one, f"the {shape[1]} features are taken for time steps of one", "one", 1.0)


ASSUMPTION = Assumption(
    "steps-for-features", ("timesteps-as-features",), 2.5, _edits,
    decides="which axis of the input holds the time steps",
)  # fmt: skip
