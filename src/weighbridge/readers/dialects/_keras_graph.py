"""The order in which Keras lists the calls of a graph."""

from __future__ import annotations

from weighbridge.readers.dialects._graph import Node, Symbol, Walk, of_layer


def ordered(inputs: list[Symbol], outputs: list[Symbol]) -> list[Node]:
    """The nodes between ``inputs`` and ``outputs`` in Keras' order.

    By depth, which is the longest way to an output; at equal depth in the order a depth-first walk
    from the outputs meets the layers. A layer called at several depths stands at the largest,
    inputs that lead nowhere first at depth 0. Checked against Keras 3.15.
    """
    walk = Walk({id(symbol) for symbol in inputs})
    for symbol in outputs:
        walk.visit(symbol)
    depths: dict[int, int] = {}
    at: dict[int, int] = {}
    for node in reversed(walk.nodes):
        depth = max(depths.get(id(node), 0), at.get(of_layer(node), 0))
        depths[id(node)] = at[of_layer(node)] = depth
        for parent in node.parents:
            depths[id(parent)] = max(depths.get(id(parent), 0), depth + 1)
    unused = [s.node for s in inputs if s.node is not None and not s.node.reads]
    unused = [node for node in unused if id(node) not in depths]
    rank = {id(node): position for position, node in enumerate(walk.nodes)}
    return sorted(
        [*unused, *walk.nodes],
        key=lambda n: (
            -at.get(of_layer(n), 0),
            walk.first.get(of_layer(n), -1),
            rank.get(id(n), -1),
        ),
    )
