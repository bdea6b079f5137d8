"""A model as Keras lists it: what stands at the top level, and which of it feeds which.

A nested model is one entry with its own calls; what happens inside it is left out.
"""

from __future__ import annotations

from itertools import zip_longest

from weighbridge._record import Record
from weighbridge.layers import legible, passed
from weighbridge.model import Input, Port

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.model import Call, Container, Model, Shape
    from weighbridge.weighing import Row

    Shapes = tuple[Shape | None, ...]


class Node(Record):
    """One call of an entry: where its inputs come from, and the shapes it gives."""

    reads: tuple[Source, ...]
    outputs: Shapes


class Source(Record):
    """An output of a node: ``conv2d[0][1]`` is the second output of the first call of conv2d."""

    entry: str
    node: int
    output: int


class Entry(Record):
    """A layer, an operation or a nested model at the top level."""

    name: str
    native: str
    rows: tuple[Row, ...]
    nodes: tuple[Node, ...]
    nested: bool
    shared: tuple[Row, ...] = ()
    """Layers that lie in it as well, and are listed elsewhere."""
    whole: bool = False
    """Whether it is the model itself, for what that owns beside its layers: Keras lists it not."""


class Graph(Record):
    """The entries of a model in the order Keras lists them."""

    entries: tuple[Entry, ...]

    @property
    def symbolic(self) -> bool:
        """Whether Keras knows the graph: a functional model lists its inputs, others do not."""
        return any(isinstance(e.rows[0].layer.kind, Input) for e in self.entries if e.rows)

    @property
    def is_chain(self) -> bool:
        """Whether each entry feeds the next and nothing else, each called once."""
        nodes = [node for entry in self.entries for node in entry.nodes]
        read = [source for node in nodes for source in node.reads]
        return (
            len({(source.entry, source.node) for source in read}) == len(read) == len(nodes) - 1
            and all(len(entry.nodes) == 1 for entry in self.entries)
            and all(len(node.reads) <= 1 for node in nodes)
        )


def graph(model: Model, rows: tuple[Row, ...]) -> Graph:
    """The entries of ``model``, each with the rows of the layers in it."""
    calls = _Calls(model)
    listed: dict[str, list[Row]] = {}
    shared: dict[str, list[Row]] = {}
    for row in rows:
        listed.setdefault(calls.top(row.path), []).append(row)
        for name in {calls.top(alias) for alias in row.layer.aliases} - {calls.top(row.path)}:
            shared.setdefault(name, []).append(row)
    layers = {layer.path for layer in model.layers}
    entries = [
        Entry(
            name=name,
            native=calls.native(name, found),
            rows=tuple(found),
            nodes=calls.nodes(name) or _unread(found[0]),
            nested=name in calls.nested,
            shared=tuple(shared.get(name, ())),
            whole=len(listed) > 1 and calls.is_whole(name, found),
        )
        for name, found in listed.items()
        if name in layers or name in calls.nested
    ]
    if model.native == "Sequential":
        entries = [e for e in entries if not isinstance(e.rows[0].layer.kind, Input)]
    return Graph(tuple(entries))


def _unread(row: Row) -> tuple[Node, ...]:
    """The node of an input that nothing reads: some sources have no call of it."""
    kind = row.layer.kind
    return (Node((), (kind.shape,)),) if isinstance(kind, Input) else ()


class _Calls:
    """The calls of a model, those inside a container taken as one call of it."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.nested = _outermost(model.containers)
        self.shapes = _shapes(model)
        self._tops: dict[str, str] = {}
        self._made: dict[tuple[int, int], Source] = {}
        self._own: dict[str, list[tuple[tuple[Port | None, ...], Shapes]]] = {}
        for name, container in self.nested.items():
            self._own[name] = []
            for use in container.uses:
                self._enter(name, use.reads, use.outputs, use.number)
        for i, call in enumerate(model.calls):
            name = self.top(_path(call))
            if name not in self.nested:
                ports = tuple(Port(i, k) for k in range(len(self.shapes[i])))
                self._enter(name, call.reads, ports, call.number)

    def _enter(
        self,
        name: str,
        reads: tuple[Port | None, ...],
        outputs: tuple[Port | None, ...],
        number: int | None,
    ) -> None:
        own = self._own.setdefault(name, [])
        number = len(own) if number is None else number
        for k, port in enumerate(outputs):
            if port is not None:
                self._made.setdefault((port.call, port.output), Source(name, number, k))
        own.append((reads, tuple(map(self._shape, outputs))))

    def _shape(self, port: Port | None) -> Shape | None:
        if port is None or port.output >= len(self.shapes[port.call]):
            return None
        return self.shapes[port.call][port.output]

    def top(self, path: str) -> str:
        """The entry that ``path`` lies in: the outermost container around it, or itself."""
        if path not in self._tops:
            around = (path[:i] for i in range(len(path)) if path[i] == ".")
            self._tops[path] = next((name for name in around if name in self.nested), path)
        return self._tops[path]

    def native(self, name: str, rows: list[Row]) -> str:
        """The class Keras prints for an entry."""
        if name in self.nested:
            return self.nested[name].native
        return rows[0].layer.native or rows[0].layer.kind.name

    def is_whole(self, name: str, rows: list[Row]) -> bool:
        """Whether an entry is what the model itself owns."""
        named = (name, rows[0].layer.native) == (self.model.name, self.model.native)
        return named and name not in self.nested

    def nodes(self, name: str) -> tuple[Node, ...]:
        """The calls of an entry, in the order they were made."""
        return tuple(
            Node(tuple(self._sources(reads)), outputs) for reads, outputs in self._own.get(name, ())
        )

    def _sources(self, reads: tuple[Port | None, ...]) -> Iterator[Source]:
        for port in reads:
            source = None if port is None else self._made.get((port.call, port.output))
            if source is not None:
                yield source


def _path(call: Call) -> str:
    return call.layer if call.layer is not None else call.path


def _outermost(containers: tuple[Container, ...]) -> dict[str, Container]:
    """The containers that lie in no other, by path."""
    found: dict[str, Container] = {}
    for container in sorted(containers, key=lambda c: c.path.count(".")):
        path = container.path
        inside = any(path[:i] in found for i in range(len(path)) if path[i] == ".")
        if path and not inside:
            found[path] = container
    return found


def _shapes(model: Model) -> list[Shapes]:
    """What each call gives: as the source reports it, else as its kind derives it."""
    found: list[Shapes] = []
    for call in model.calls:
        incoming = tuple(
            None if p is None or p.output >= len(found[p.call]) else found[p.call][p.output]
            for p in call.reads
        )
        derived = passed(call.kind, legible(call.kind, incoming))
        pairs = zip_longest(call.outputs or (), derived)
        found.append(tuple(yielded if told is None else told for told, yielded in pairs))
    return found
