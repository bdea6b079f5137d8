"""The running mean and variance of a batch norm are counted, or not.

A batch norm has four numbers for each channel. Two are trained; mean and variance are followed
along. Keras counts all four as parameters, PyTorch keeps two in buffers. Seen wherever the two are
compared, and in trainable against total counts.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.model import Expected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line

_STATISTICS = ("mean", "variance")


def _edits(line: Line) -> Iterator[Edit]:
    counted = tuple(t for t in line.tensors if t.role in _STATISTICS)
    rest = tuple(t for t in line.tensors if t.role not in _STATISTICS)
    if counted and rest:
        yield Edit(rest, "the running statistics are not counted", "none")
        one = tuple(t for t in line.tensors if t is not counted[0])
        yield Edit(one, "one running statistic is counted, not two", "one", 3.0)
        yield Edit(counted, "only the running statistics are counted", "only", 2.0)
    more = tuple(t for t in line.uncounted if t.role in _STATISTICS)
    scale = line.tensor("scale", "shift")
    if line.kind.name == "batch-norm" and scale is not None and not more and not counted:
        both = tuple(Expected(role, scale.dims, buffer=True) for role in _STATISTICS)
        yield Edit((*line.tensors, *both), "a running mean and variance are kept", "kept", 0.5)
    if more and not counted:
        says = "the running mean and variance are counted"
        yield Edit((*line.tensors, *more), says, "counted")
        counter = tuple(t for t in line.uncounted if t.role == "counter")
        if counter:
            yield Edit((*line.tensors, *more, *counter), f"{says}, with their counter", "all", 2.0)


ASSUMPTION = Assumption(
    "batch-norm-statistics", ("bn-running-stats",), 1.5, _edits,
    everywhere=0.0,
    decides="whether running statistics are counted: in PyTorch they are buffers",
)  # fmt: skip
