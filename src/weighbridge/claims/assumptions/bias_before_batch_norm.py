"""Convolutions in front of a batch norm have a bias in one network and none in the other.

A batch norm takes off the mean, and with it any bias before it, so careful builds leave the bias
out; Keras' own ResNet keeps it. Seen wherever a batch norm follows a convolution.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import is_bias
from weighbridge.model import Expected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line


def _edits(line: Line) -> Iterator[Edit]:
    kernel = line.tensor("kernel", "pointwise_kernel")
    if kernel is None or not line.near.before_norm:
        return
    rest = tuple(tensor for tensor in line.tensors if not is_bias(tensor))
    if len(rest) < len(line.tensors):
        causes = ("conv-bias-before-bn", "bias-omitted")
        yield Edit(rest, "layers before a batch norm have no bias", "none", causes=causes)
    else:
        bias = Expected("bias", kernel.dims[-1:])
        causes = ("conv-bias-before-bn", "bias-added")
        says = "layers before a batch norm have a bias"
        yield Edit((*rest, bias), says, "one", causes=causes)


ASSUMPTION = Assumption(
    "bias-before-batch-norm", ("conv-bias-before-bn",), 2.5, _edits,
    everywhere=0.0,
    decides="whether the layers before each batch norm were built with a bias",
)  # fmt: skip
