"""Packed weights are buffers, so that only the rest of the network is counted, or the reverse.

Quantised layers keep their packed integers, zero points and scales as buffers: nothing there is
trained. What counts parameters then sees embeddings, norms and biases only. Seen in models
quantised to 4 or 8 bits by GPTQ, AWQ and the like.
"""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.formula import Dim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line

_PACKED = ("qweight", "weight_packed", "packed_weight", "w_q", "quantized_weight")
_BESIDE = (
    "qzeros", "scales", "zeros", "g_idx", "scaling_factor", "weight_scale", "weight_zero_point",
    "weight_shape", "wscale", "qscales", "scb", "absmax", "quant_map", "zero_point", "scale_zp",
)  # fmt: skip
_EACH = {8: 0.0, 2: 0.5, 4: 0.5, 1: 0.5}
"""Weights in one packed element: eight of 4 bits in 32, two in 8, and so on."""


def _edits(line: Line) -> Iterator[Edit]:
    packed = tuple(t for t in line.tensors if t.role.lower() in _PACKED)
    beside = tuple(t for t in line.tensors if t.role.lower() in _BESIDE)
    if packed:
        rest = tuple(t for t in line.tensors if t not in (*packed, *beside))
        yield Edit(rest, "packed weights are buffers and not counted", "none")
    kept = tuple(t for t in line.uncounted if t.role.lower() in _PACKED)
    others = tuple(t for t in line.uncounted if t.role.lower() in _BESIDE)
    if not kept:
        return
    both = ("quantised-in-buffers", "packed-quantised")
    for number, bits in _EACH.items():
        each = tuple(replace(t, dims=(Dim("v", number, "weights in one"), *t.dims)) for t in kept)
        causes = ("quantised-in-buffers",) if number == 1 else both
        says = f"the packed weights in buffers are counted, {number} in each element"
        yield Edit((*line.tensors, *each), says, f"{number}", bits, causes)
        if others:
            says = f"{says}, with their scales"
            yield Edit((*line.tensors, *each, *others), says, f"{number}-all", bits + 0.5, causes)


ASSUMPTION = Assumption(
    "quantised-in-buffers", ("quantised-in-buffers",), 1.5, _edits,
    everywhere=0.0,
    decides="whether quantised weights are parameters or buffers of their layers",
)  # fmt: skip
