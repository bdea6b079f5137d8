"""A locally connected layer is taken for a convolution, whose kernel all positions share.

Both slide a window; only a convolution uses the same weights everywhere. Seen in
``LocallyConnected1D`` and ``LocallyConnected2D``.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import sized, symbols

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.formula import Expr

_PLACES = ("T_out", "H_out", "W_out")


def _edits(line: Line) -> Iterator[Edit]:
    if line.kind.name != "locally-connected":
        return
    shared = tuple(sized(t, *(dim for dim in t.dims if not _is_place(dim))) for t in line.tensors)
    yield Edit(shared, "all positions share one kernel")
    biases = tuple(
        sized(t, *(dim for dim in t.dims if not _is_place(dim))) if "bias" in t.role else t
        for t in line.tensors
    )
    yield Edit(biases, "all positions share one bias", "bias", 1.0)


def _is_place(dim: Expr) -> bool:
    found = symbols(dim)
    return bool(found) and all(symbol in _PLACES for symbol in found)


ASSUMPTION = Assumption(
    "kernels-shared", ("unshared-kernels",), 2.5, _edits,
    decides="whether each position has a kernel of its own",
)  # fmt: skip
