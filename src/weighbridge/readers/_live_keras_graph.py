"""The calls that live Keras has recorded, as those of a saved graph."""

from __future__ import annotations

from weighbridge.layers import Fixed
from weighbridge.readers._keras_calls import Arguments, Reference, printable, sample

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Shape
    from weighbridge.readers._live_keras_objects import Foreign

_MOST_VALUES = 1_000
"""Of an array in the arguments of a call that are looked at; of larger ones the shape is enough."""


class Calls:
    """Recorded calls; ``references`` are the tensors they read, by identity."""

    def __init__(self, references: dict[int, Reference], batch: int | None) -> None:
        self._references, self._batch = references, batch
        self._samples: dict[object, Shape | None] = {}

    def one_sample(self, tensor: Foreign) -> Shape | None:
        """The shape of ``tensor`` without its first axis, if that is the one of the batch."""
        whole = tensor.shape
        if whole not in self._samples:
            of_batch = bool(whole) and whole[0] in (None, self._batch)
            self._samples[whole] = sample(whole) if of_batch else None
        return self._samples[whole]

    def arguments(self, node: Foreign, number: int | None = None) -> Arguments:
        """What was called with what, and what came out; ``number`` says in which call."""
        given = node.arguments
        gives = tuple([self.one_sample(tensor) for tensor in node.outputs])
        alone = given.args[0] if len(given.args) == 1 and not given.kwargs else None
        if id(alone) in self._references:
            return Arguments((self._references[id(alone)],), {}, gives, number)
        named = {name: self._plain(value) for name, value in given.kwargs.items()}
        return Arguments(tuple(map(self._plain, given.args)), named, gives, number)

    def _plain(self, value: Foreign) -> Foreign:
        if id(value) in self._references:
            return self._references[id(value)]
        if isinstance(value, list | tuple):
            return tuple(map(self._plain, value))
        if isinstance(value, dict):
            return {key: self._plain(item) for key, item in value.items()}
        return _value(value)


class GraphCalls(Calls):
    """The calls of one functional model, counted as the model would be saved.

    Keras counts the calls of a layer wherever they were made; only those of this model are counted
    here.
    """

    def __init__(self, model: Foreign) -> None:
        super().__init__({}, size_of_batch(model._inputs))
        self._nodes: dict[int, list[tuple[int, Foreign]]] = {}
        """By identity of a layer, its nodes in this model, and which of all its nodes they are."""
        within = {id(node) for nodes in model._nodes_by_depth.values() for node in nodes}
        for one in model._operations:
            listed = enumerate(one._inbound_nodes)
            mine = [(number, node) for number, node in listed if id(node) in within]
            self._nodes[id(one)] = mine
            name = printable(one.name)
            for at, (_, node) in enumerate(mine):
                for output, tensor in enumerate(node.outputs):
                    found = Reference(name, at, output, self.one_sample(tensor))
                    self._references[id(tensor)] = found

    def of(self, one: Foreign) -> tuple[Arguments, ...]:
        """The calls of a layer or an operation; an input has none."""
        return tuple(
            self.arguments(node, None if at == number else number)
            for at, (number, node) in enumerate(self._nodes[id(one)])
            if node.arguments.keras_tensors
        )

    def references(self, tensors: list[Foreign]) -> tuple[Reference, ...]:
        """Where in the model ``tensors`` come from."""
        return tuple(self._references[id(tensor)] for tensor in tensors)


def call_alone(node: Foreign) -> Arguments:
    """A call by itself: the tensors it reads are numbered in their order."""
    tensors = node.arguments.keras_tensors
    found: dict[int, Reference] = {}
    calls = Calls(found, size_of_batch(tensors))
    for at, tensor in enumerate(tensors):
        found[id(tensor)] = Reference("", at, 0, calls.one_sample(tensor))
    return calls.arguments(node)


def calls_in_a_row(model: Foreign) -> dict[int, tuple[Arguments, ...]]:
    """By place in a built Sequential: the call of each layer on what the one before it gives."""
    graph = model._functional
    within = {id(node) for nodes in graph._nodes_by_depth.values() for node in nodes}
    current = graph._inputs[0]
    references: dict[int, Reference] = {}
    calls = Calls(references, size_of_batch(graph._inputs))
    found: dict[int, tuple[Arguments, ...]] = {}
    for at, layer in enumerate(model._layers):
        for node in layer._inbound_nodes:
            reads = node.arguments.keras_tensors
            if id(node) in within and reads and reads[0] is current:
                references[id(current)] = Reference("", 0, 0, calls.one_sample(current))
                found[at] = (calls.arguments(node),)
                current = node.outputs[0]
                break
    return found


def given_out(layer: Foreign) -> tuple[Shape | None, ...]:
    """The shapes that came out of the first call that Keras has recorded of ``layer``."""
    node = first_call(layer)
    return () if node is None else call_alone(node).gives


def first_call(layer: Foreign) -> Foreign | None:
    """The first call that Keras 3 has recorded of ``layer``."""
    node = next(iter(getattr(layer, "_inbound_nodes", ())), None)
    return node if hasattr(node, "arguments") else None


def size_of_batch(tensors: list[Foreign]) -> int | None:
    """The size of the first axis, where it is fixed."""
    size = tensors[0].shape[0] if tensors and tensors[0].shape else None
    return size if isinstance(size, int) else None


def _value(value: Foreign) -> Foreign:
    """An argument that is no tensor of the graph: an array as its values, or as its shape."""
    if isinstance(value, int | float | str | slice | None) or value is ...:
        return value
    if type(value).__module__ == "numpy" and value.size <= _MOST_VALUES:
        return value.tolist()
    shape = getattr(value, "shape", None)
    return value if shape is None else Fixed(tuple(shape))
