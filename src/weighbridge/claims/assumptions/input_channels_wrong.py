"""Another number of channels than the layer reads: grey for RGB, or another layer's width.

A grey picture has one channel, a coloured one three. In a stack of equal convolutions the first
reads fewer channels than it gives. Seen in first layers, at the start of each stage, and in dense
layers whose inputs are taken from somewhere else.
"""

from __future__ import annotations

from math import isqrt

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import (
    changed,
    dense,
    depth,
    flattened,
    number,
    of,
    recurrent,
    taps,
    width,
    with_depth,
)
from weighbridge.formula import Dim, times

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.model import Expected

_LEAST_SIDE = 8
_PICTURES = {1: "grey", 3: "red, green and blue", 4: "red, green, blue and alpha"}


def _edits(line: Line) -> Iterator[Edit]:
    kernels = _reading(line)
    if not kernels:
        return
    kernel, own = kernels[0], number(depth(kernels[0]))
    split = flattened(line)
    yield from _of_a_row(line)
    for size, bits, says in _other(line, kernel):
        if split is not None and size in _PICTURES:
            places, channels = split
            if number(channels) not in _PICTURES or size == channels.size:
                continue
            read = times(*places, Dim("C", size, "channels"))
        elif size == own:
            continue
        else:
            read = Dim("C_in" if taps(kernel) else "n_in", size, "inputs")
        yield Edit(changed(line, kernels, lambda k: with_depth(k, read)), says, str(size), bits)  # noqa: B023  # used at once


def _of_a_row(line: Line) -> Iterator[Edit]:
    """A picture that comes in as a row: 784 is 28·28 in grey, 3,072 is 32·32·3 in colour."""
    kernel, read = dense(line), line.incoming
    if kernel is None or not line.near.first or line.near.flattened or (read and len(read) > 1):
        return
    inputs = number(depth(kernel))
    for own, other in ((3, 1), (1, 3)):
        side = isqrt(inputs // own)
        if side >= _LEAST_SIDE and side * side * own == inputs:
            size = Dim("s", side, "height and width")
            row = times(size, size, Dim("C", other, "channels"))
            tensors = changed(line, (kernel,), lambda k: with_depth(k, row))  # noqa: B023  # used at once
            says = f"the input is a picture of {side}×{side} in {_PICTURES[other]}"
            yield Edit(tensors, says, f"row-{other}", 0.5)


def _reading(line: Line) -> tuple[Expected, ...]:
    """The kernels that read what comes into the layer."""
    found = of(line, "kernel", "depthwise_kernel", "pointwise_kernel")
    return tuple(k for k in found if depth(k) is not None)


def _other(line: Line, kernel: Expected) -> Iterator[tuple[int, float, str]]:
    """Other numbers of inputs, how unlikely each is and what it would be."""
    pictured = line.near.first or line.near.flattened is not None
    if not recurrent(line):
        for size, said in _PICTURES.items():
            bits = 0.0 if size < 4 and pictured else 2.0  # noqa: PLR2004  # alpha is rare
            yield size, bits, f"the input has {size} channel{'s' * (size > 1)} ({said})"
    gives = width(kernel)
    if gives is not None and gives.size is not None:
        says = f"it reads as many channels as it gives, {gives.size}"
        yield gives.size, 0.5, says
    for place, size in enumerate(line.near.widths):
        yield size, 1.0 + place / 2, f"it reads {size} channels, as a layer near it reads or gives"


ASSUMPTION = Assumption(
    "input-channels-wrong", ("input-channels-wrong",), 3.0, _edits,
    decides="how many channels reach the layer",
)  # fmt: skip
