"""A layer in the middle of the network is forgotten.

Of several equal layers one is counted once too seldom, or a layer is overlooked in a long list.
Seen in sums by hand.
"""

from __future__ import annotations

from math import log2

from weighbridge.claims._lines import Whole
from weighbridge.claims.assumptions import Assumption

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line

_MOST = 12
"""A network with more layers than this is not added up by hand."""


def _wholes(lines: tuple[Line, ...]) -> Iterator[Whole]:
    owning = [i for i, line in enumerate(lines) if line.tensors]
    if len(owning) > _MOST:
        return
    inner = owning[1:-1]
    seen = set()
    for place in inner:
        count = lines[place].count
        if count not in seen:
            seen.add(count)
            path = lines[place].row.path
            yield Whole(((place, ()),), f"the layer {path} is left out", path, log2(len(inner)))


ASSUMPTION = Assumption(
    "layer-left-out", ("part-for-whole",), 3.5, wholes=_wholes,
    decides="whether every layer is in the sum",
)  # fmt: skip
