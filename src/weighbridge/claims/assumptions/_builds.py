"""Models with some of their kinds exchanged, so that other shapes reach what comes after."""

from __future__ import annotations

from weighbridge._record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.model import Kind, Model


def rebuilt(
    model: Model,
    exchange: Callable[[Kind], Kind | None],
    only: Callable[[str], bool] = lambda path: True,
) -> Model | None:
    """``model`` with what ``exchange`` gives in place of each kind; ``None`` if it gives nothing.

    ``only`` chooses layers by path. Shapes that the source reported no longer hold.
    """
    done = [False]

    def other(kind: Kind, path: str) -> Kind:
        made = exchange(kind) if only(path) else None
        done[0] |= made is not None
        return kind if made is None else made

    layers = tuple(
        replace(layer, kind=other(layer.kind, layer.path), tensors=None) for layer in model.layers
    )
    calls = tuple(
        replace(call, kind=other(call.kind, call.layer or call.path), outputs=None)
        for call in model.calls
    )
    return replace(model, layers=layers, calls=calls) if done[0] else None


def exchanged(model: Model, kinds: dict[str, Kind]) -> Model:
    """``model`` with other kinds for the layers at some paths."""
    layers = tuple(
        replace(layer, kind=kinds.get(layer.path, layer.kind), tensors=None)
        for layer in model.layers
    )
    calls = tuple(
        replace(call, kind=kinds.get(call.layer or call.path, call.kind), outputs=None)
        for call in model.calls
    )
    return replace(model, layers=layers, calls=calls)
