"""A depthwise or separable convolution is counted as a standard one, or the reverse.

A depthwise convolution keeps channels apart: k·k·C_in weights. A separable one adds a 1×1
convolution that mixes them: k·k·C_in + C_in·C_out, instead of k·k·C_in·C_out. Seen in MobileNet,
Xception and whatever is built like them.
"""

from __future__ import annotations

from itertools import pairwise

from weighbridge.claims._lines import Edit, Whole
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import (
    convolution,
    depth,
    is_bias,
    number,
    sized,
    sliding,
    taps,
    width,
)
from weighbridge.formula import Floor, times
from weighbridge.model import Expected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line


def _edits(line: Line) -> Iterator[Edit]:
    separable, kernel = line.tensor("depthwise_kernel"), sliding(line)
    if separable is not None:
        yield from _full(line, separable)
    elif kernel is not None and line.kind.name == "depthwise-conv":
        reads = depth(kernel)
        if reads is not None:
            rest = tuple(t for t in line.tensors if t is not kernel)
            both = sized(kernel, *kernel.dims, reads)
            yield Edit((both, *rest), "every filter reads all input channels", "full")
    elif convolution(line) is not None:
        yield from _apart(line)


def _full(line: Line, separable: Expected) -> Iterator[Edit]:
    """A separable convolution as a standard one."""
    point = line.tensor("pointwise_kernel")
    gives, reads = None if point is None else width(point), depth(separable)
    if gives is not None and reads is not None:
        biases = tuple(t for t in line.tensors if is_bias(t))
        kernel = Expected("kernel", (*taps(separable), reads, gives))
        yield Edit((kernel, *biases), "it is a standard convolution", "full")


def _apart(line: Line) -> Iterator[Edit]:
    """A standard convolution as a depthwise or a separable one."""
    kernel = convolution(line)
    if kernel is None:
        return
    reads, gives = depth(kernel), width(kernel)
    if reads is None or gives is None or isinstance(reads, Floor):
        return
    biases = tuple(t for t in line.tensors if is_bias(t))
    each = sized(kernel, *taps(kernel), reads)
    yield Edit(
        (each, *(sized(b, reads) for b in biases)), "it is a depthwise convolution", "depthwise"
    )
    point = Expected("pointwise_kernel", (reads, gives))
    yield Edit((each, point, *biases), "it is a separable convolution", "separable")


def _wholes(lines: tuple[Line, ...]) -> Iterator[Whole]:
    """A depthwise convolution and the 1×1 convolution behind it as one standard convolution."""
    made: list[tuple[int, tuple[Expected, ...]]] = []
    owning = [i for i, line in enumerate(lines) if sliding(line) is not None]
    for first, second in pairwise(owning):
        window, point = sliding(lines[first]), convolution(lines[second])
        apart = lines[first].kind.name == "depthwise-conv" or _one_channel_each(window)
        if window is None or point is None or not apart or number(times(*taps(point))) != 1:
            continue
        reads, gives = depth(point), width(point)
        if reads is not None and gives is not None:
            biases = tuple(t for t in lines[second].tensors if is_bias(t))
            kernel = sized(point, *taps(window), reads, gives)
            made += [(first, ()), (second, (kernel, *biases))]
    if made:
        says = "a depthwise and a 1×1 convolution are counted as one standard convolution"
        yield Whole(tuple(made), says, "pair")


def _one_channel_each(kernel: Expected | None) -> bool:
    reads = None if kernel is None else depth(kernel)
    return isinstance(reads, Floor) and number(reads) == 1


ASSUMPTION = Assumption(
    "depthwise-for-full", ("depthwise-vs-full",), 3.5, _edits, wholes=_wholes,
    decides="whether each filter reads all channels or one",
)  # fmt: skip
