"""Another version of the library builds another network, or counts it otherwise.

PyTorch 0.4.1 gave each batch norm a counter of batches. Up to TensorFlow 2.7, MobileNetV3
without its top ended in a 1×1 convolution that now belongs to the top. Seen in networks that a
library builds by name.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import convolution, width
from weighbridge.formula import Dim
from weighbridge.model import Expected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line

_ONCE_IN_BASE = {576: 1024, 960: 1280}
"""Channels that MobileNetV3 Small and Large end with, and what the convolution made of them (Howard
et al. 2019, tables 1 and 2)."""


def _edits(line: Line) -> Iterator[Edit]:
    rest = tuple(tensor for tensor in line.tensors if tensor.role != "counter")
    if rest and len(rest) < len(line.tensors):
        says = "batch norms have no counter of batches, as before PyTorch 0.4.1"
        yield Edit(rest, says, "counter", causes=("library-version", "bn-running-stats"))
    kernel = convolution(line)
    reads = None if kernel is None else width(kernel)
    gives = None if reads is None else _ONCE_IN_BASE.get(reads.size or 0)
    if reads is not None and gives is not None and line.near.last and not line.near.first:
        made = Dim("C_last", gives, "channels of the last convolution")
        added = (Expected("last_kernel", (reads, made)), Expected("last_bias", (made,)))
        says = f"a 1×1 convolution to {gives:,} channels follows, as in older versions"
        yield Edit((*line.tensors, *added), says, "last")


ASSUMPTION = Assumption(
    "library-version", ("library-version",), 3.0, _edits,
    decides="which version of the library built the network",
)  # fmt: skip
