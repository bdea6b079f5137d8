"""A model that a saved layer holds inside, as one kind: the model in ``TimeDistributed(model)``."""

from __future__ import annotations

from weighbridge.layers.inner_model import OUTSIDE, InnerCall, InnerModel, chain
from weighbridge.readers._keras_config import Chain, Graph
from weighbridge.readers._keras_kinds import kind_of
from weighbridge.readers._keras_order import Order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Kind
    from weighbridge.readers._keras_calls import Reference
    from weighbridge.readers._keras_config import Saved


def inner_kind(layer: Saved, where: str) -> Kind:
    """What ``layer`` is, a model as all its layers together.

    Raises as ``kind_of``, and ``Malformed`` for a graph that cannot be run.
    """
    match layer.inside:
        case Chain(layers):
            inside = [one for one in layers if not one.is_input]
            return chain(tuple(inner_kind(one, where) for one in inside), _frozen(inside))
        case Graph() as graph:
            return _graph(graph, where)
    return kind_of(layer, where)


def _graph(graph: Graph, where: str) -> Kind:
    order = Order(graph, where)
    by_name = {layer.name: layer for layer in graph.layers}
    inside = [by_name[name] for name in order.layers if not by_name[name].is_input]
    places = {layer.name: i for i, layer in enumerate(inside)}
    inputs = {(found.layer, found.call): i for i, found in enumerate(graph.inputs)}
    calls = {node: i for i, node in enumerate(order.calls)}

    def source(found: Reference) -> tuple[int, int]:
        node = (found.layer, found.call)
        return (OUTSIDE, inputs[node]) if node in inputs else (calls[node], found.output)

    return InnerModel(
        layers=tuple(inner_kind(layer, where) for layer in inside),
        calls=tuple(
            InnerCall(places[name], tuple(map(source, by_name[name].calls[number].reads)))
            for name, number in order.calls
        ),
        ends=tuple(map(source, graph.outputs)),
        frozen=_frozen(inside),
    )


def _frozen(layers: list[Saved]) -> tuple[int, ...]:
    return tuple(i for i, layer in enumerate(layers) if layer.frozen)
