"""One bias is counted for the whole layer instead of one for each output.

Drawings show a single node "+1" that feeds all units; it stands for one number each. Seen in dense
layers and convolutions.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import changed, is_bias, sized
from weighbridge.formula import ONE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line


def _edits(line: Line) -> Iterator[Edit]:
    biases = tuple(tensor for tensor in line.tensors if is_bias(tensor) and tensor.dims)
    if biases and len(biases) < len(line.tensors):
        tensors = changed(line, biases, lambda bias: sized(bias, ONE))
        yield Edit(tensors, "one bias is counted for the whole layer")
    kernel = line.tensor("kernel")
    if not biases and kernel is not None:
        from weighbridge.model import Expected

        causes = ("bias-single", "bias-added")
        bias = Expected("bias", (ONE,))
        says = "one bias is counted for the whole layer"
        yield Edit((*line.tensors, bias), says, "added", 2.0, causes)


ASSUMPTION = Assumption(
    "bias-single", ("bias-single",), 4.0, _edits,
    decides="how many values the bias of the layer has",
)  # fmt: skip
