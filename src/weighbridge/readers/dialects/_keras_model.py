"""From the layers and calls of followed Keras code to a flat ``Model``."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.model import Expected, Layer, Model, Origin, Shape, Tensor, Unknown, sizes
from weighbridge.readers.dialects._flat import Flat
from weighbridge.readers.dialects._graph import runnable
from weighbridge.readers.dialects._keras_layers import InputObject, LayerObject
from weighbridge.readers.dialects._keras_models import FunctionalModel, SequentialModel
from weighbridge.readers.dialects._keras_written import FunctionLayer, WrittenLayer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.errors import Finding
    from weighbridge.model import Kind
    from weighbridge.readers.dialects._graph import Owner, Symbol


def model_of(root: LayerObject, origin: Origin, findings: tuple[Finding, ...]) -> Model:
    """``root`` and all inside it, flat: layers by path, calls in an order that can be run."""
    flat = _Flat(root)
    batch = None
    match root.core:
        case FunctionalModel() as graph:
            flat.collect(root, "")
            nodes, ends = runnable(graph.starts, graph.ends), graph.ends
            starts = [s.node.layer for s in graph.starts if s.node is not None]
            batch = next((s.batch for s in starts if isinstance(s, InputObject)), None)
        case SequentialModel() as row:
            flat.collect(root, "")
            nodes, ends, batch = row.row, row.row[-1].outputs if row.row else [], row.batch
        case WrittenLayer() if root.nodes and root.nodes[-1].inner is not None:
            flat.collect(root, "")
            last = root.nodes[-1]
            nodes, ends = last.inner or [], last.returns
            flat.own(root, last)
        case _:
            alone = not root.children()
            flat.add(root, root.name) if alone else flat.collect(root, "")
            nodes, ends = root.nodes[-1:], root.nodes[-1].outputs if root.nodes else []
    flat.run(nodes)
    flat.settle()
    return Model(
        name=root.name,
        layers=tuple(flat.layers),
        calls=tuple(flat.calls),
        outputs=tuple(flat.port(symbol) for symbol in ends),
        origin=origin,
        findings=findings,
        containers=tuple(flat.containers()),
        native=root.native,
        batch=batch,
    )


class _Flat(Flat):
    """The model as it is being laid out."""

    def __init__(self, root: LayerObject) -> None:
        super().__init__()
        self.root = root
        """What is frozen as a whole trains nothing, whatever its layers say."""
        self._layers: list[LayerObject] = []
        """The layer behind each of ``layers``."""

    def enters(self, symbol: Symbol) -> bool:
        node = symbol.node
        return symbol.is_start or (node is not None and isinstance(node.layer, InputObject))

    def written(self, layer: Owner | None) -> bool:
        return isinstance(layer, WrittenLayer | FunctionLayer)

    def kind_of(self, layer: Owner) -> Kind:
        return layer.final_kind() if isinstance(layer, LayerObject) else layer.kind

    def collect(self, group: LayerObject, prefix: str) -> None:
        """The layers of ``group``, in its order."""
        if not prefix and isinstance(group, WrittenLayer) and group.weights:
            self.add(group, group.name)
        for child in group.children():
            if id(child) in self.paths:
                continue
            path = self.unique(f"{prefix}{child.name}")
            if is_group(child):
                self.groups[path] = (child, [])
                self.paths[id(child)] = path
                if isinstance(child, WrittenLayer) and (child.weights or not child.children()):
                    self.add(child, path)
                self.collect(child, path + ".")
            else:
                self.add(child, path)

    def add(self, layer: LayerObject, path: str) -> None:
        """One row of the model."""
        kind = layer.final_kind()
        operation = layer.place == "" and not isinstance(layer, InputObject | WrittenLayer)
        row = Layer(
            path=path,
            kind=kind,
            native=layer.native,
            tensors=() if operation and isinstance(kind, Unknown) else layer.owned(),
            trainable=layer.trainable and self.root.trainable,
            dtype=layer.dtype,
            aliases=tuple(dict.fromkeys(layer.aliases)),
            place=layer.place,
        )
        self._layers.append(layer)
        self.listed(layer, path, row)

    def settle(self) -> None:
        """Layers that were built outside this model hold what that call made them hold."""
        called = {call.layer for call in self.calls}
        for i, row in enumerate(self.layers):
            layer = self._layers[i]
            if row.path in called or row.tensors is not None or not layer.nodes:
                continue
            expected = row.kind.tensors(*(symbol.shape for symbol in layer.nodes[0].reads))
            shapes = [sizes(tensor.dims) for tensor in expected or ()]
            if not shapes or any(shape is None or None in shape for shape in shapes):
                continue
            self.layers[i] = replace(row, tensors=tuple(map(_built, expected or (), shapes)))


def _built(expected: Expected, shape: Shape | None) -> Tensor:
    known = tuple(n for n in shape or () if n is not None)
    return Tensor(name=expected.role, shape=known, role=expected.role)


def is_group(layer: LayerObject) -> bool:
    """Whether a layer only groups others, or was written in the file."""
    if isinstance(layer, WrittenLayer):
        return bool(layer.children()) or any(node.inner is not None for node in layer.nodes)
    return isinstance(layer, SequentialModel | FunctionalModel)
