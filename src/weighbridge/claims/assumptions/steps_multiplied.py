"""The count is multiplied by the number of time steps.

Unrolled drawings show a copy of the layer for each step; all copies share their weights. Seen in
recurrent layers and in layers applied to each step.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import changed, dense, is_bias, of, recurrent, sized
from weighbridge.formula import Dim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line


def _edits(line: Line) -> Iterator[Edit]:
    shape = line.incoming
    if shape is None or len(shape) < 2 or shape[0] is None:  # noqa: PLR2004  # steps and features
        return
    if not recurrent(line) and dense(line) is None:
        return
    steps = Dim("T", shape[0], "time steps")
    weights = tuple(t for t in line.tensors if not is_bias(t))
    each = f"for each of the {shape[0]} time steps"
    chosen = {
        "all": (line.tensors, f"there are weights {each}", 0.0),
        "weights": (weights, f"there are weights, but no biases, {each}", 1.0),
        "input": (of(line, "kernel"), f"there is an input matrix {each}", 1.0),
        "recurrent": (of(line, "recurrent_kernel"), f"there is a recurrent matrix {each}", 1.5),
    }
    for variant, (tensors, says, bits) in chosen.items():
        if tensors and (variant == "all" or len(tensors) < len(line.tensors)):
            yield Edit(
                changed(line, tensors, lambda t: sized(t, steps, *t.dims)), says, variant, bits
            )


ASSUMPTION = Assumption(
    "steps-multiplied", ("timesteps-multiplied",), 3.0, _edits,
    decides="whether all time steps share the weights",
)  # fmt: skip
