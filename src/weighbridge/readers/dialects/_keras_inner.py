"""A model that followed code puts into a layer, as one kind: ``TimeDistributed(model)``."""

from __future__ import annotations

from weighbridge.layers.inner_model import OUTSIDE, InnerCall, InnerModel, chain
from weighbridge.readers.dialects._graph import of_layer, runnable
from weighbridge.readers.dialects._keras_layers import InputObject, LayerObject
from weighbridge.readers.dialects._keras_models import FunctionalModel, SequentialModel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Kind
    from weighbridge.readers.dialects._graph import Owner


def inner_kind(layer: Owner) -> Kind:
    """What ``layer`` is, a model as all its layers together."""
    match layer.core if isinstance(layer, LayerObject) else layer:
        case SequentialModel(stack=stack):
            return chain(tuple(map(inner_kind, stack)), _frozen(stack))
        case FunctionalModel() as graph:
            return _graph(graph)
    return layer.kind


def _graph(graph: FunctionalModel) -> Kind:
    nodes = [
        node
        for node in runnable(graph.starts, graph.ends)
        if not isinstance(node.layer, InputObject)
    ]
    inside = list({of_layer(node): node for node in nodes}.values())
    places = {of_layer(node): i for i, node in enumerate(inside)}
    sources = {id(symbol): (OUTSIDE, i) for i, symbol in enumerate(graph.starts)}
    for i, node in enumerate(nodes):
        sources |= {id(symbol): (i, number) for number, symbol in enumerate(node.outputs)}
    nowhere = (OUTSIDE, len(graph.starts))
    return InnerModel(
        layers=tuple(
            node.kind if node.layer is None else inner_kind(node.layer) for node in inside
        ),
        calls=tuple(
            InnerCall(
                places[of_layer(node)], tuple(sources.get(id(s), nowhere) for s in node.reads)
            )
            for node in nodes
        ),
        ends=tuple(sources.get(id(symbol), nowhere) for symbol in graph.ends),
        frozen=_frozen([node.layer for node in inside]),
    )


def _frozen(layers: list[Owner | None] | list[LayerObject]) -> tuple[int, ...]:
    return tuple(i for i, layer in enumerate(layers) if layer is not None and not layer.trainable)
