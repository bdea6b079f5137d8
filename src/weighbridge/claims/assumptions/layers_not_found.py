"""A tool does not find some of the layers: those in a list, never called, or inside other layers.

Modules in a plain Python list are not registered; tools that follow the calls miss what is never
called; some show only what the outermost module holds itself. Seen in counts by tools.
"""

from __future__ import annotations

from weighbridge.claims._lines import Whole
from weighbridge.claims.assumptions import Assumption

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line

_KINDS = ("embedding", "multi-head-attention", "split-head-attention", "custom", "unknown")


def _wholes(lines: tuple[Line, ...]) -> Iterator[Whole]:
    owning = [i for i, line in enumerate(lines) if line.tensors]
    inner = [i for i in owning if "." in lines[i].row.path]
    if 0 < len(inner) < len(owning):
        says = "the layers inside other layers are not found"
        yield _missed(inner, says, "inner", 0.0)
    for path, places in _containers(lines, inner).items():
        if places != inner and len(places) < len(owning):
            yield _missed(places, f"the layers in {path} are not found", path, 1.5)
    idle = [i for i in owning if not lines[i].row.calls]
    if 0 < len(idle) < len(owning):
        yield _missed(idle, "the layers that are never called are left out", "idle", 0.0)
    for kind in _KINDS:
        places = [i for i in owning if lines[i].kind.name == kind]
        if 0 < len(places) < len(owning):
            says = f"the {kind.replace('-', ' ')} layers are not found"
            yield _missed(places, says, kind, 1.5)


def _missed(places: list[int], says: str, variant: str, bits: float) -> Whole:
    return Whole(tuple((place, ()) for place in places), says, variant, bits)


def _containers(lines: tuple[Line, ...], inner: list[int]) -> dict[str, list[int]]:
    """The outermost containers, with the layers in them."""
    found: dict[str, list[int]] = {}
    for place in inner:
        found.setdefault(lines[place].row.path.partition(".")[0], []).append(place)
    return found


ASSUMPTION = Assumption(
    "layers-not-found", ("tool-skips-parameters",), 2.5, wholes=_wholes,
    decides="whether the tool that counted finds every layer",
)  # fmt: skip
