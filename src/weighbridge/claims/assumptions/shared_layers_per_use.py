"""A layer that is used several times is counted at each use.

Its weights are the same every time, so they count once; its work counts every time. Tools that walk
through the calls of a network add it up again. Seen in siamese and recurrent networks, and in
modules that are put in several places.
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


def _edits(line: Line) -> Iterator[Edit]:
    calls = line.row.calls
    if calls > 1 and line.tensors:
        uses = Dim("u", calls, "uses")
        tensors = tuple(replace(t, dims=(uses, *t.dims)) for t in line.tensors)
        yield Edit(tensors, "it is counted at each of its uses", "uses")
    elif line.near.shared and line.tensors:
        again = tuple(replace(t, dims=(Dim("u", 2, "times"), *t.dims)) for t in line.tensors)
        yield Edit(again, "a tool counts it again, as another module is used twice", "again", 0.5)


ASSUMPTION = Assumption(
    "shared-layers-per-use", ("reused-module-recounted",), 2.0, _edits,
    everywhere=0.0,
    decides="how often the layer is used, and whether each use has weights of its own",
)  # fmt: skip
