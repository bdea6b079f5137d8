"""A Flatten is assumed where there is none, or overlooked where there is one.

Dense works on the last axis: without a Flatten before it, it reads the channels and is repeated at
every position. Seen between convolutions or recurrent layers and dense ones.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import changed, dense, flattened, with_depth
from weighbridge.formula import Dim, times

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line


def _edits(line: Line) -> Iterator[Edit]:
    kernel, shape, split = dense(line), line.incoming, flattened(line)
    if kernel is None:
        return
    if shape is not None and len(shape) > 1 and None not in shape:
        axes = times(*(Dim("n", size, "size of the input") for size in shape))
        tensors = changed(line, (kernel,), lambda k: with_depth(k, axes))
        yield Edit(tensors, "its input is flattened", "assumed")
    elif split is not None and len(split[0]) > 0:
        _, channels = split
        tensors = changed(line, (kernel,), lambda k: with_depth(k, channels))
        causes = ("missing-flatten", "missing-pool")
        yield Edit(
            tensors,
            "its input is not flattened, or averaged over all positions",
            "overlooked",
            0.5,
            causes,
        )
        last = line.near.flattened
        if last is not None and last[-1] != channels.size:
            axis = Dim("n_in", last[-1], "last axis")
            tensors = changed(line, (kernel,), lambda k: with_depth(k, axis))
            yield Edit(tensors, "it works on the last axis of what was flattened", "last", 1.0)


ASSUMPTION = Assumption(
    "flatten-taken-otherwise", ("missing-flatten",), 3.0, _edits,
    decides="whether a Flatten comes before the layer",
)  # fmt: skip
