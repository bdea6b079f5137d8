"""``clone_model``: the same layers anew, under the same names."""

from __future__ import annotations

import copy

from weighbridge.layers import Untold
from weighbridge.readers._python.values import Instance, Named, Value
from weighbridge.readers.dialects._graph import Symbol, mapped, runnable
from weighbridge.readers.dialects._keras_layers import InputObject, LayerObject
from weighbridge.readers.dialects._keras_models import FunctionalModel, SequentialModel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._python.run import Run
    from weighbridge.readers.dialects._keras_session import Session


def clone(session: Session, run: Run, model: Value) -> Value:
    """A model like ``model`` with layers of its own; ``Untold`` for one that a class writes."""
    if isinstance(model, Instance) or not isinstance(model, LayerObject):
        return Untold("a clone of a model")
    named: Named = {"name": model.name}
    match model:
        case SequentialModel():
            start = [] if model.start is None else [_input(session, run, model.start)]
            copies = [_copied(layer) for layer in model.stack]
            return SequentialModel(session, run, [[*start, *copies]], named)
        case FunctionalModel():
            return _graph(session, run, model, named)
    return Untold("a clone of a model")


def _graph(session: Session, run: Run, model: FunctionalModel, named: Named) -> Value:
    fresh = {id(start): _input(session, run, start) for start in model.starts}
    copies: dict[int, LayerObject] = {}

    def moved(symbol: Symbol) -> Symbol:
        return fresh.get(id(symbol), symbol)

    for node in runnable(model.starts, model.ends):
        if not isinstance(node.layer, LayerObject) or isinstance(node.layer, InputObject):
            continue
        layer = copies.setdefault(id(node.layer), _copied(node.layer))
        values, kept = mapped(node.values, moved), mapped(node.named, moved)
        session.apply_all(run, layer, values, kept)  # type: ignore[arg-type]  # lists and dicts keep their form
        fresh |= zip(map(id, node.outputs), layer.nodes[-1].outputs, strict=False)
    starts, ends = model.structure
    return FunctionalModel(session, run, mapped(starts, moved), mapped(ends, moved), named)


def _input(session: Session, run: Run, start: Symbol) -> Symbol:
    name = "input" if start.node is None or start.node.layer is None else start.node.layer.name
    return InputObject(session, run, {"shape": start.shape, "name": name}).symbol


def _copied(layer: LayerObject) -> LayerObject:
    twin = copy.copy(layer)
    twin.nodes, twin.aliases = [], []
    return twin
