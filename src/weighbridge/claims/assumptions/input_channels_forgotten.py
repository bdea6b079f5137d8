"""A kernel is taken one channel deep: the number of input channels is left out.

Pictures of convolutions show flat kernels that slide over a flat image. A kernel really spans all
channels of what it reads. Seen in convolutions of every rank, and in dense layers behind a Flatten,
where only height and width are multiplied.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import (
    changed,
    dense,
    flattened,
    is_depth,
    number,
    of,
    recurrent,
    sized,
    taps,
    with_depth,
)
from weighbridge.formula import times

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.model import Expected


def _flat(kernel: Expected) -> Expected:
    return sized(kernel, *(dim for dim in kernel.dims if not is_depth(dim)))


def _edits(line: Line) -> Iterator[Edit]:
    deep = tuple(t for t in line.tensors if taps(t) and any(is_depth(dim) for dim in t.dims))
    if deep:
        yield Edit(changed(line, deep, _flat), "each kernel is taken one channel deep")
    kernel, split = dense(line), flattened(line)
    if kernel is not None and split is not None and any(number(n) != 1 for n in split[0]):
        places = times(*split[0])
        tensors = changed(line, (kernel,), lambda k: with_depth(k, places))
        yield Edit(tensors, "the channels are left out of what was flattened", "flat")
    inputs = of(line, "kernel")
    if inputs and recurrent(line) and not deep:
        says = "the number of features is left out"
        yield Edit(changed(line, inputs, _flat), says, "features", 1.0)


ASSUMPTION = Assumption(
    "input-channels-forgotten", ("input-channels-omitted",), 3.0, _edits,
    decides="how many channels reach the layer",
)  # fmt: skip
