"""Calls of modules on tensors that have no samples: positions, weights, numbers."""

from __future__ import annotations

from weighbridge import layers
from weighbridge.errors import Impossible
from weighbridge.readers.dialects._graph import Constant, Symbol, symbols

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Shape
    from weighbridge.readers.dialects._graph import Node


def of_weights(node: Node) -> list[Symbol]:
    """What a module makes of them, as if they were one sample, or the samples of one batch."""
    given = symbols([node.values, node.named])
    try:
        whole = _passed(node, given, [symbol.shape for symbol in given])
    except Impossible:
        found = _passed(node, given, [_as_batch(symbol.shape) for symbol in given])
        whole = tuple(shape and (layers.multiple(shape), *shape) for shape in found)
    return [Symbol(given[0].session, shape, stored=True) for shape in whole if given]


def _passed(
    node: Node, given: list[Symbol], shapes: list[Shape | None]
) -> tuple[Shape | None, ...]:
    node.reads = [Constant(s.session, shape) for s, shape in zip(given, shapes, strict=True)]
    return layers.passed(node.kind, layers.legible(node.kind, tuple(shapes)))


def _as_batch(shape: Shape | None) -> Shape | None:
    return layers.turned(shape[1:], 0, shape[0]) if shape and shape[0] else None
