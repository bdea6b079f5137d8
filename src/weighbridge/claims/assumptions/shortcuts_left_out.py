"""The 1×1 convolutions on the shortcuts are left out.

Where a residual block changes size, its shortcut is projected, or padded with zeros, which needs no
parameters (He et al. 2016, options A and B). Seen in ResNets.
"""

from __future__ import annotations

from weighbridge.claims._lines import Whole
from weighbridge.claims.assumptions import Assumption

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line

_NAMES = ("downsample", "shortcut", "_0_conv", "_0_bn", "skip", "proj_")


def _wholes(lines: tuple[Line, ...]) -> Iterator[Whole]:
    owning = [i for i, line in enumerate(lines) if line.tensors]
    places = [i for i in owning if any(name in lines[i].row.path for name in _NAMES)]
    if places and len(places) < len(owning):
        made = tuple((place, ()) for place in places)
        yield Whole(made, "shortcuts are not projected", "none")


ASSUMPTION = Assumption(
    "shortcuts-left-out", ("shortcut-projection",), 3.0, wholes=_wholes,
    decides="whether shortcuts that change size are projected",
)  # fmt: skip
