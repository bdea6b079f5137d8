"""A normalisation is counted with a scale and a shift it does not have, or without those it has.

``affine=False``, ``scale=False`` and ``center=False`` leave them out; a layer in front or behind
can do their work. Seen in batch, layer and group norms.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import is_norm
from weighbridge.formula import Dim
from weighbridge.model import Expected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line

_SAYS = {"scale": "it has no scale", "shift": "it has no shift"}


def _edits(line: Line) -> Iterator[Edit]:
    if "norm" not in line.kind.name:
        return
    roles = {tensor.role for tensor in line.tensors}
    for role, says in _SAYS.items():
        rest = tuple(t for t in line.tensors if t.role != role)
        if role in roles:
            yield Edit(rest, says, role, 1.0)
    rest = tuple(t for t in line.tensors if t.role not in _SAYS)
    if rest and len(rest) < len(line.tensors) and len(roles & set(_SAYS)) > 1:
        yield Edit(rest, "it has neither scale nor shift", "neither")
    yield from _added(line, roles)


def _added(line: Line, roles: set[str]) -> Iterator[Edit]:
    missing = [role for role in _SAYS if role not in roles]
    known = next((t for t in (*line.tensors, *line.uncounted) if is_norm(t) and t.dims), None)
    if known is None:
        shape = line.incoming
        first = bool(getattr(line.kind, "channels_first", False))
        size = None if not shape else shape[0] if first else shape[-1]
        dims = (Dim("C", size, "channels"),)
    else:
        dims = known.dims  # type: ignore[assignment]  # sizes of any sort
    added = tuple(Expected(role, dims) for role in missing)
    if added:
        said = " and a ".join(missing)
        yield Edit((*line.tensors, *added), f"it has a {said}", "added", 0.5)


ASSUMPTION = Assumption(
    "batch-norm-affine", ("bn-affine",), 3.0, _edits,
    decides="whether the normalisation was built with scale and shift",
)  # fmt: skip
