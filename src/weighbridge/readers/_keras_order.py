"""The order in which Keras lists and runs the layers of a functional model.

Keras sorts layers by depth, which is the longest way to an output, and at equal depth by when a
walk back from the outputs meets them. It sorts anew when it loads a model, and so it is done here.
"""

from __future__ import annotations

from weighbridge.errors import Malformed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from weighbridge.readers._keras_config import Graph

    Node = tuple[str, int]


class Order:
    """The layers of ``graph`` that its outputs need, and their calls, each after all it reads.

    Raises ``Malformed`` where a call reads, by whatever way round, its own output, or what is not
    an input.
    """

    def __init__(self, graph: Graph, where: str) -> None:
        self._layers = {layer.name: layer for layer in graph.layers}
        self._given = [(found.layer, found.call) for found in graph.inputs]
        self._where = where
        for name, _ in self._given:
            if not self._layers[name].is_input:
                raise Malformed(f"{name} is an input of the model and not an InputLayer", where)
        walked, first = self._walk((found.layer, found.call) for found in graph.outputs)
        of_layer, of_node = self._depths(walked)
        for name, _ in self._given:
            if name not in of_layer:
                of_layer[name], first[name] = 0, -1
        self.layers = sorted(of_layer, key=lambda name: (-of_layer[name], first[name]))
        """Names in Keras' order."""
        self.calls = sorted(of_node, key=lambda node: (-of_node[node], first[node[0]], node[1]))
        """Layer and number of each call; inputs are no calls."""

    def _parents(self, node: Node) -> Iterator[Node]:
        name, call = node
        layer = self._layers[name]
        if layer.is_input:
            if node not in self._given:
                raise Malformed(
                    f"{name} is read but is no input of the model",
                    self._where,
                    "the graph is disconnected: the file was edited since Keras wrote it",
                )
            return
        for found in layer.calls[call].reads:
            yield found.layer, found.call

    def _walk(self, ends: Iterable[Node]) -> tuple[list[Node], dict[str, int]]:
        """Calls, each after those it reads, and when each layer was met first."""
        done: dict[Node, bool] = {}
        walked: list[Node] = []
        first: dict[str, int] = {}
        stack: list[tuple[Node, Iterator[Node]]] = []

        def enter(node: Node) -> None:
            if done.get(node):
                return
            if node in done:
                raise Malformed(f"{node[0]} reads, round about, its own output", self._where)
            done[node] = False
            first.setdefault(node[0], len(first))
            stack.append((node, self._parents(node)))

        for end in ends:
            enter(end)
            while stack:
                node, parents = stack[-1]
                following = next(parents, None)
                if following is not None:
                    enter(following)
                else:
                    done[node] = True
                    walked.append(node)
                    stack.pop()
        return walked, first

    def _depths(self, walked: list[Node]) -> tuple[dict[str, int], dict[Node, int]]:
        of_layer: dict[str, int] = {}
        of_node: dict[Node, int] = {}
        for node in reversed(walked):
            depth = max(of_node.get(node, 0), of_layer.get(node[0], 0))
            of_node[node] = of_layer[node[0]] = depth
            for parent in self._parents(node):
                of_node[parent] = max(of_node.get(parent, 0), depth + 1)
        calls = {
            node: depth for node, depth in of_node.items() if not self._layers[node[0]].is_input
        }
        return of_layer, calls
