"""The picture's height and width are multiplied in, or taken for the kernel.

A convolution slides the same kernel over all positions: the size of the picture changes its work
and its output, not its parameters. Seen in convolutions and in layers applied at every position.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import (
    changed,
    convolution,
    dense,
    is_bias,
    is_tap,
    sized,
    sliding,
    spatial,
    taps,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.formula import Dim

_BOTH = ("spatial-size-counted", "unshared-kernels")


def _edits(line: Line) -> Iterator[Edit]:
    kernel = sliding(line) or dense(line)
    if kernel is None:
        return
    incoming, outgoing = spatial(line, line.incoming), spatial(line, line.row.output)
    if len(taps(kernel)) == len(incoming) and incoming:
        rest = tuple(dim for dim in kernel.dims if not is_tap(dim))
        tensors = changed(line, (kernel,), lambda k: sized(k, *incoming, *rest))
        yield Edit(tensors, "the size of the input is taken for that of the kernel", "kernel")
    for places, of, bits, causes in (
        (outgoing, "output", 0.5, _BOTH), (incoming, "input", 1.0, ()),
    ):  # fmt: skip
        if places and not (of == "input" and incoming == outgoing):
            yield from _multiplied(line, places, of, bits, causes)
    if incoming and convolution(line) is not None:
        rest = tuple(dim for dim in kernel.dims if not is_tap(dim))
        tensors = changed(line, (kernel,), lambda k: sized(k, *outgoing, *rest))
        yield Edit(tensors, "the size of the output is taken for that of the kernel", "out", 2.0)


def _multiplied(
    line: Line, places: tuple[Dim, ...], of: str, bits: float, causes: tuple[str, ...]
) -> Iterator[Edit]:
    weights = tuple(tensor for tensor in line.tensors if not is_bias(tensor))
    says = f"height and width of the {of} are multiplied in"
    if len(weights) < len(line.tensors):
        tensors = changed(line, weights, lambda t: sized(t, *places, *t.dims))
        yield Edit(tensors, says, of, bits, causes)
    tensors = changed(line, line.tensors, lambda t: sized(t, *places, *t.dims))
    yield Edit(tensors, f"{says}, for the biases too", f"{of}-all", bits, causes)


ASSUMPTION = Assumption(
    "spatial-size-counted", ("spatial-size-counted",), 3.5, _edits,
    decides="whether the kernel is shared by all positions",
)  # fmt: skip
