"""A bias is counted that the layer does not have.

Layers have a bias unless they are told otherwise, so the textbook formula holds one; networks that
normalise, and many transformers, are built without. Seen in convolutions, dense and recurrent
layers.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import is_bias, plain
from weighbridge.model import Expected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line

_KERNELS = (
    "kernel", "qkv_kernel", "output_kernel", "query_kernel", "key_kernel", "value_kernel",
    "pointwise_kernel",
)  # fmt: skip


def _edits(line: Line) -> Iterator[Edit]:
    if any(is_bias(tensor) for tensor in line.tensors):
        return
    added = tuple(
        Expected(tensor.role.replace("kernel", "bias"), tensor.dims[-1:], part=tensor.part)
        for tensor in line.tensors
        if plain(tensor.role) in _KERNELS and len(tensor.dims) > 1
    )
    if added:
        causes = ("conv-bias-before-bn", "bias-added") if line.near.before_norm else ()
        yield Edit((*line.tensors, *added), "a bias is counted for each output", causes=causes)


ASSUMPTION = Assumption(
    "bias-added", ("bias-added",), 3.0, _edits,
    decides="whether the layer was built with a bias",
)  # fmt: skip
