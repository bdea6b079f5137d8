"""From the calls of followed code to the flat calls of a ``Model``, whatever the framework."""

from __future__ import annotations

from weighbridge.model import Call, Container, Custom, Input, Port, Use, sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Kind, Layer
    from weighbridge.readers.dialects._graph import Node, Owner, Symbol


class Flat:
    """A model as it is being laid out; a framework says how its layers are listed."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []
        self.calls: list[Call] = []
        self.paths: dict[int, str] = {}
        """Of layers and groups, by identity."""
        self.rows: set[str] = set()
        """Paths of ``layers``; other paths are those of groups."""
        self.groups: dict[str, tuple[Owner, list[Use]]] = {}
        self._taken: set[str] = set()
        self._ports: dict[int, Port | None] = {}
        self._kept: list[Symbol] = []
        """Keeps symbols alive whose identity is in ``_ports``."""

    # -- what a framework says -------------------------------------------------------------------

    def enters(self, symbol: Symbol) -> bool:
        """Whether data enter the model as ``symbol``."""
        return symbol.is_start

    def written(self, layer: Owner | None) -> bool:
        """Whether the work of ``layer`` is that of the file's own code."""
        return False

    def kind_of(self, layer: Owner) -> Kind:
        """What the layer is, after all code has been followed."""
        return layer.kind

    # -- layers ----------------------------------------------------------------------------------

    def listed(self, owner: Owner, path: str, layer: Layer) -> None:
        """One row of the model."""
        self.paths[id(owner)] = path
        self.rows.add(path)
        self.layers.append(layer)

    def unique(self, path: str) -> str:
        """``path``, with a number if it is taken."""
        unique, count = path, 1
        while unique in self._taken:
            unique, count = f"{path}#{count}", count + 1
        self._taken.add(unique)
        return unique

    def containers(self) -> list[Container]:
        """The groups, with their uses."""
        return [
            Container(path, layer.native, tuple(dict.fromkeys(layer.aliases)), tuple(uses))
            for path, (layer, uses) in self.groups.items()
        ]

    # -- calls -----------------------------------------------------------------------------------

    def port(self, symbol: Symbol) -> Port | None:
        """Where ``symbol`` comes from; outer inputs get a call of their own."""
        if id(symbol) not in self._ports:
            self._kept.append(symbol)
            self._ports[id(symbol)] = self._source(symbol)
        return self._ports[id(symbol)]

    def _source(self, symbol: Symbol) -> Port | None:
        if not self.enters(symbol):
            return None
        self.calls.append(Call(Input(shape=symbol.shape)))
        return Port(len(self.calls) - 1)

    def run(self, nodes: list[Node], within: str = "") -> None:
        """The calls of ``nodes`` and of all inside them."""
        for node in nodes:
            path = self.paths.get(id(node.layer), "")
            reads = tuple(self.port(symbol) for symbol in node.reads)
            if node.inner is None:
                self._call(node, reads, path, within)
                continue
            self.run(node.inner, path + "." if path else within)
            for outer, inner in zip(node.outputs, node.returns, strict=True):
                self._kept.append(outer)
                self._ports[id(outer)] = self.port(inner)
            if path in self.groups:
                self.groups[path][1].append(Use(reads, tuple(self.port(s) for s in node.outputs)))
            if node.layer is not None and self.written(node.layer):
                self.own(node.layer, node)

    def _call(self, node: Node, reads: tuple[Port | None, ...], path: str, within: str) -> None:
        # A group without a row of its own owns nothing: its call is an operation.
        row = path if path in self.rows else None
        place = "" if row else path or within + node.path
        self.calls.append(Call(node.kind, layer=row, reads=reads, path=place))
        for symbol in node.outputs:
            self._kept.append(symbol)
            self._ports[id(symbol)] = Port(len(self.calls) - 1, symbol.index)

    def own(self, layer: Owner, node: Node) -> None:
        """The call of a layer of the file that has a row of its own.

        Its work is that of what its code calls, unless that code hands over to the kind itself.
        """
        path = self.paths.get(id(layer))
        if path is None or path not in self.rows:
            return
        if any(inner.layer is layer for inner in node.inner or ()):
            return
        kind = self.kind_of(layer)
        reads = tuple(self.port(symbol) for symbol in node.reads)
        work = kind
        if not isinstance(kind, Custom):
            work = Custom(native=layer.native)
            # What its own code reads is not what the class it derives from would read, which
            # must be asked all the same where its sizes hang on it.
            reads = () if _is_settled(kind) else reads
        shapes = tuple(symbol.shape for symbol in node.returns)
        self.calls.append(Call(work, layer=path, reads=reads, outputs=shapes))


def _is_settled(kind: Kind) -> bool:
    """Whether all sizes of what ``kind`` owns are known without an input."""
    tensors = kind.tensors()
    return tensors is not None and all(None not in (sizes(t.dims) or ()) for t in tensors)
