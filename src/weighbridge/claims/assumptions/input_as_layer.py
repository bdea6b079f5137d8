"""The input is counted as a layer of its own, with kernels as large as the picture.

In drawings the input is the first column, as if it had weights like the others; the layers are then
counted one place too early, and the last may be left out. Seen in first convolutions.
"""

from __future__ import annotations

from weighbridge.claims._lines import Whole
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import (
    convolution,
    depth,
    is_bias,
    spatial,
    taps,
    width,
)
from weighbridge.model import Expected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line


def _wholes(lines: tuple[Line, ...]) -> Iterator[Whole]:
    owning = [i for i, line in enumerate(lines) if line.tensors]
    first = next(iter(owning), None)
    if first is None or len(owning) < 2 or not lines[first].near.first:  # noqa: PLR2004  # the only layer
        return
    line = lines[first]
    kernel, places = convolution(line), spatial(line, line.incoming)
    if kernel is None or len(places) != len(taps(kernel)):
        return
    reads, gives = depth(kernel), width(kernel)
    if reads is None or gives is None:
        return
    more = [Expected("input_kernel", (*places, reads, gives))]
    if any(is_bias(tensor) for tensor in line.tensors):
        more.append(Expected("input_bias", (gives,)))
    made = ((first, (*line.tensors, *more)),)
    says = "the input is counted as a layer with kernels of its own size"
    yield Whole(made, says, "input")
    causes = ("spatial-size-counted", "head-excluded")
    yield Whole(
        (*made, (owning[-1], ())), f"{says}, and the last layer is not", "early", 0.5, causes
    )


ASSUMPTION = Assumption(
    "input-as-layer", ("spatial-size-counted",), 4.5, wholes=_wholes,
    decides="which layers have weights: the input has none",
)  # fmt: skip
