"""Pools are counted as LeNet-5's subsampling, which is trained, or the reverse.

In 1998 a subsampling map had a coefficient and a bias; today's pools have no parameters. Its output
layer compared with fixed centres, where today's is dense. Seen in every tutorial on LeNet-5.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.formula import Dim
from weighbridge.model import Expected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line


def _edits(line: Line) -> Iterator[Edit]:
    shape = line.incoming
    if line.kind.name == "sub-sampling" and line.tensors:
        yield Edit((), "its pools are not trained", "plain")
    elif line.kind.name == "pool" and shape and None not in shape and len(shape) > 1:
        first = bool(getattr(line.kind, "channels_first", False))
        maps = Dim("C", shape[0] if first else shape[-1], "maps")
        tensors = (Expected("coefficient", (maps,)), Expected("bias", (maps,)))
        yield Edit(tensors, "each map of a pool has a coefficient and a bias", "trained")
    elif line.kind.name == "radial-basis" and line.tensors:
        units = line.tensors[0].dims[-1:]
        dense = (*line.tensors, Expected("bias", units))
        yield Edit(dense, "the output layer is a dense one with biases", "dense", 1.0)


ASSUMPTION = Assumption(
    "trainable-pooling", ("historic-variant",), 3.0, _edits,
    decides="whether the pools are trained",
)  # fmt: skip
