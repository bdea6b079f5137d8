"""A kind with the input sizes written into it that nothing printed delivers by a call."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.errors import Impossible
from weighbridge.model import sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Kind, Shape

_OF_CHANNELS = ("in_channels", "channels")


def declared(kind: Kind, incoming: Shape | None) -> Kind:
    """``kind`` that knows from its settings alone what it reads, as far as it has such settings."""
    if incoming is None or not incoming or complete(kind):
        return kind
    first = getattr(kind, "channels_first", False) or getattr(kind, "axis", -1) == 0
    channels = incoming[0] if first else incoming[-1]
    changes: dict[str, object] = {}
    fields = kind.__match_args__
    for name in _OF_CHANNELS:
        if name in fields and getattr(kind, name) is None:
            changes[name] = channels
    if getattr(kind, "inputs", 0) is None:
        changes["inputs"] = incoming[-1]
    if "shape" in fields and "axes" in fields and incoming[-1] is not None:
        changes["shape"] = (incoming[-1],)
    for name in ("cell", "forward", "backward", "layer"):
        if name in fields:
            inside = incoming[1:] if name == "layer" else incoming
            changes[name] = declared(getattr(kind, name), inside)
    return replace(kind, **changes) if changes else kind


def complete(kind: Kind) -> bool:
    """Whether the kind tells all its tensors without being called."""
    try:
        expected = kind.tensors()
    except (Impossible, IndexError, TypeError):
        return False
    return expected is not None and all(None not in (sizes(t.dims) or ()) for t in expected)
