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
from weighbridge.formula import Dim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line

_BOTH = ("spatial-size-counted", "unshared-kernels")
_STEPS = ("timesteps-multiplied", "spatial-size-counted", "unshared-kernels")


def _edits(line: Line) -> Iterator[Edit]:
    yield from _of_slopes(line)
    kernel = sliding(line) or dense(line)
    if kernel is None:
        return
    incoming, outgoing = spatial(line, line.incoming), spatial(line, line.row.output)
    if len(taps(kernel)) == len(incoming) and incoming:
        rest = tuple(dim for dim in kernel.dims if not is_tap(dim))
        tensors = changed(line, (kernel,), lambda k: sized(k, *incoming, *rest))
        says = "the size of the input is taken for that of the kernel"
        yield Edit(tensors, says, "kernel", -0.25)
    for places, of, bits, causes in (
        (outgoing, "output", 0.5, _BOTH), (incoming, "input", 1.0, ()),
    ):  # fmt: skip
        if places and not (of == "input" and incoming == outgoing):
            yield from _multiplied(line, places, of, bits, _STEPS if len(places) == 1 else causes)
    if incoming and convolution(line) is not None:
        rest = tuple(dim for dim in kernel.dims if not is_tap(dim))
        tensors = changed(line, (kernel,), lambda k: sized(k, *outgoing, *rest))
        yield Edit(tensors, "the size of the output is taken for that of the kernel", "out", 2.0)


def _of_slopes(line: Line) -> Iterator[Edit]:
    """Slopes of a learned activation: for each value, or shared by all positions."""
    slope, shape = line.tensor("slope"), line.incoming
    if slope is None or shape is None or len(shape) < 3 or None in shape:  # noqa: PLR2004  # positions and channels
        return
    axes = [Dim(f"n_{i}", size, "size of an axis") for i, size in enumerate(shape, 1)]
    first = bool(getattr(line.kind, "channels_first", False))
    channels = axes[:1] if first else axes[-1:]
    if len(slope.dims) == len(shape):
        shared = changed(line, (slope,), lambda t: sized(t, *channels))
        yield Edit(shared, "all positions share one slope for each channel", "shared")
    each = changed(line, (slope,), lambda t: sized(t, *axes))
    yield Edit(each, "each position has slopes of its own", "each")


def _multiplied(
    line: Line, places: tuple[Dim, ...], of: str, bits: float, causes: tuple[str, ...]
) -> Iterator[Edit]:
    weights = tuple(tensor for tensor in line.tensors if not is_bias(tensor))
    named = " and ".join(place.meaning for place in places)
    says = f"{named} of the {of} are multiplied in"
    if len(weights) < len(line.tensors):
        tensors = changed(line, weights, lambda t: sized(t, *places, *t.dims))
        yield Edit(tensors, says, of, bits, causes)
    tensors = changed(line, line.tensors, lambda t: sized(t, *places, *t.dims))
    yield Edit(tensors, f"{says}, for the biases too", f"{of}-all", bits, causes)


ASSUMPTION = Assumption(
    "spatial-size-counted", ("spatial-size-counted",), 3.5, _edits,
    decides="whether the kernel is shared by all positions",
)  # fmt: skip
