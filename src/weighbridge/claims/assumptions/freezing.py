"""Freezing is ignored: frozen layers are counted among the trainable ones.

``layer.trainable = False`` moves the weights of a layer to the frozen ones, in Keras those of all
layers inside as well; a number read before that, or from the same network trained in full, counts
them. The running statistics of a batch norm are never trained. Seen in fine-tuned networks.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line

_STATISTICS = ("mean", "variance", "counter", "seed")


def _edits(line: Line) -> Iterator[Edit]:
    trained = {held.role for held in line.row.held or () if held.trainable}
    frozen = tuple(
        tensor
        for tensor in line.uncounted
        if not tensor.buffer and tensor.role not in (*_STATISTICS, *trained)
    )
    if frozen and all(tensor.role in trained for tensor in line.tensors):
        yield Edit((*line.tensors, *frozen), "frozen layers are counted as trained")


ASSUMPTION = Assumption(
    "freezing", ("trainable-flag",), 1.5, _edits,
    everywhere=0.0,
    decides="whether the number was read before or after freezing",
)  # fmt: skip
