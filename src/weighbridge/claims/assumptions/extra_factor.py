"""The count is multiplied by a size, or by a small number, once too often or not often enough.

Several copies of a network, several heads, several calls: what is counted once is multiplied, or
the reverse. Seen everywhere.
"""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.claims._lines import Edit, Whole
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import is_bias, sizes
from weighbridge.formula import Dim, dims

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.model import Expected

_COPIES = {2: 0.0, 3: 0.5, 4: 0.5, 5: 1.5, 8: 1.5, 10: 1.5}
_MOST = 6


def _edits(line: Line) -> Iterator[Edit]:
    weights = tuple(t for t in line.tensors if not is_bias(t))
    for number, bits in _COPIES.items():
        copies = Dim("u", number, "times")
        yield Edit(
            _times(line.tensors, line.tensors, copies),
            f"it is counted {number} times",
            f"x{number}",
            bits,
        )
    for size in tuple(sizes(line))[:_MOST]:
        said = f"{size.size} ({size.meaning or size.symbol})"
        if len(weights) < len(line.tensors):
            tensors = _times(line.tensors, weights, size)
            yield Edit(tensors, f"{said} is multiplied in once more", f"*{size.symbol}", 0.5)
        tensors = _times(line.tensors, line.tensors, size)
        yield Edit(tensors, f"all is multiplied by {said}", f"**{size.symbol}", 1.0)
        less = tuple(_less(t, size) for t in line.tensors)
        yield Edit(less, f"{said} is left out", f"/{size.symbol}", 0.5, ("size-in-wrong-role",))


def _times(
    all_: tuple[Expected, ...], chosen: tuple[Expected, ...], by: Dim
) -> tuple[Expected, ...]:
    meant = {id(tensor) for tensor in chosen}
    return tuple(replace(t, dims=(by, *t.dims)) if id(t) in meant else t for t in all_)


def _less(tensor: Expected, size: Dim) -> Expected:
    kept = tuple(d for d in tensor.dims if size not in dims(d) or len(dims(d)) > 1)
    return tensor if is_bias(tensor) else replace(tensor, dims=kept)


def _wholes(lines: tuple[Line, ...]) -> Iterator[Whole]:
    """Several copies of the network."""
    owning = [i for i, line in enumerate(lines) if line.tensors]
    if len(owning) < 2:  # noqa: PLR2004  # of one, it is the layer
        return
    for number, bits in _COPIES.items():
        copies = Dim("u", number, "copies")
        made = tuple((i, _times(lines[i].tensors, lines[i].tensors, copies)) for i in owning)
        yield Whole(made, f"the network is counted {number} times", f"copies-{number}", bits - 0.5)


ASSUMPTION = Assumption(
    "extra-factor", ("extra-factor",), 5.0, _edits, wholes=_wholes, together=False,
    decides="how often it is there",
)  # fmt: skip
