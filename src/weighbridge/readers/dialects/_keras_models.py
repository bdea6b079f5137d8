"""Keras models of followed code: Sequential and functional."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.layers import Untold
from weighbridge.model import Unknown
from weighbridge.readers._python.objects import attribute, expanse
from weighbridge.readers._python.values import Builtin, Instance, Named, Value
from weighbridge.readers.dialects._graph import Node, Symbol, mapped, runnable, symbols
from weighbridge.readers.dialects._keras_graph import ordered
from weighbridge.readers.dialects._keras_layers import InputObject, LayerObject
from weighbridge.readers.dialects._session import NODE_STEPS, sample

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Shape
    from weighbridge.readers._python.run import Run
    from weighbridge.readers.dialects._keras_session import Session


class ModelObject(LayerObject):
    """What every model answers: its layers, by position and by name."""

    def __init__(self, session: Session, native: str, named: Named) -> None:
        super().__init__(session, native, Unknown(native=native), named)
        session.models.append(self)

    def attribute(self, run: Run, name: str) -> Value:
        match name:
            case "layers":
                return [
                    c.handle
                    for c in self.children()
                    if c.native != "InputLayer" or self.native != "Sequential"
                ]
            case "get_layer":
                return Builtin(name, self._layer)
        return super().attribute(run, name)

    def _layer(self, run: Run, name: Value = None, index: Value = None) -> Value:
        listed = self.children()
        if isinstance(index, int) and -len(listed) <= index < len(listed):
            return listed[index].handle
        named = (layer.handle for layer in listed if layer.name == name)
        return next(named, Untold(f"the layer {name!r}"))


class SequentialModel(ModelObject):
    """Layers in a row. Built, and so shaped, as soon as it knows what it reads."""

    def __init__(self, session: Session, run: Run, values: list[Value], named: Named) -> None:
        super().__init__(session, "Sequential", named)
        self.start: Symbol | None = None
        self.batch: int | None = None
        self.stack: list[LayerObject] = []
        self.row: list[Node] = []
        """The calls of the layers on ``start``."""
        listed = values[0] if values else named.get("layers")
        if isinstance(listed, Untold):
            self._push(run, listed)
        for layer in listed if isinstance(listed, tuple | list) else ():
            self._push(run, layer)
        self._rebuilt()

    def attribute(self, run: Run, name: str) -> Value:
        match name:
            case "add":
                return Builtin(name, lambda run, layer: self._added(run, layer))
            case "pop":
                return Builtin(name, lambda run, *_: self._pop(run))
            case "build":
                return Builtin(
                    name, lambda run, *shape, **named: self._build(run, [*shape, *named.values()])
                )
            case "input" if self.start is not None:
                return self.start
            case "output" if self.row:
                return self.row[-1].structure
            case "inputs" | "outputs":
                end = attribute(run, self, name[:-1])
                return end if isinstance(end, Untold) else [end]
        return super().attribute(run, name)

    def _added(self, run: Run, layer: Value) -> Value:
        self._push(run, layer)
        self._rebuilt()
        return None

    def _push(self, run: Run, value: Value) -> None:
        layer = value.native if isinstance(value, Instance) else value
        if (
            isinstance(layer, Symbol)
            and layer.node is not None
            and isinstance(layer.node.layer, InputObject)
        ):
            layer = layer.node.layer
        if isinstance(layer, InputObject):
            self.start, self.batch = layer.symbol, layer.batch
            return
        if not isinstance(layer, LayerObject):
            layer = self.session.mystery(run, value)
        if not self.stack and self.start is None:
            self._begin(run, layer)
        self.stack.append(layer)
        if self.start is not None:
            self._extend(run, layer)

    def _begin(self, run: Run, layer: LayerObject) -> None:
        """The first layer may say what the model reads."""
        if layer.input_shape is not None:
            named: Named = {"shape": layer.input_shape}
            self.start = InputObject(self.session, run, named).symbol
        elif isinstance(layer, SequentialModel) and layer.start is not None:
            self.start = InputObject(self.session, run, {"shape": layer.start.shape}).symbol
        elif isinstance(layer, FunctionalModel) and len(layer.starts) == 1:
            self.start = InputObject(self.session, run, {"shape": layer.starts[0].shape}).symbol

    def _extend(self, run: Run, layer: LayerObject) -> None:
        run.step(NODE_STEPS)
        before = self.row[-1].structure if self.row else self.start
        node = Node(layer.kind, layer, [before], {})
        node.structure = layer.compute(run, node)
        layer.nodes.append(node)
        self.row.append(node)

    def _rebuilt(self) -> None:
        """Keras makes a functional model behind a built Sequential, which takes up a name."""
        if self.start is not None and self.stack:
            self.session.auto_name("Functional")

    def _pop(self, run: Run) -> Value:
        if self.row:
            self.row.pop()
        return self.stack.pop() if self.stack else None

    def _build(self, run: Run, shapes: list[Value]) -> Value:
        shape = shapes[0] if shapes else None
        if self.start is None and isinstance(shape, tuple | list):
            self.begin(run, sample(tuple(shape)[1:]))
        return None

    def begin(self, run: Run, shape: Shape | None) -> None:
        """Shapes the model for samples of ``shape``, if nothing has yet."""
        if self.start is None:
            self.start = InputObject(self.session, run, {"shape": shape}).symbol
            for layer in self.stack:
                self._extend(run, layer)
            self._rebuilt()

    def compute(self, run: Run, node: Node) -> Value:
        """A call of the whole row on other inputs."""
        if self.start is None and node.reads:
            self.begin(run, node.reads[0].shape)
        current: Value = node.values[0] if node.values else next(iter(node.named.values()), None)
        node.inner = []
        for layer in self.stack:
            run.step(NODE_STEPS)
            inner = Node(layer.kind, layer, [current], {})
            current = inner.structure = layer.compute(run, inner)
            node.inner.append(inner)
        return handed_out(self.session, node, current)

    def children(self) -> list[LayerObject]:
        return list(self.stack)


def handed_out(session: Session, node: Node, result: Value) -> Value:
    """The outputs of a call of a model: new symbols for those found inside."""
    node.returns = symbols(result)
    outer = {id(s): Symbol(session, s.shape, node, i) for i, s in enumerate(node.returns)}
    node.outputs = [outer[id(symbol)] for symbol in node.returns]
    return mapped(result, lambda symbol: outer[id(symbol)])


class FunctionalModel(ModelObject):
    """The graph between some symbolic inputs and outputs."""

    def __init__(
        self, session: Session, run: Run, starts: Value, ends: Value, named: Named
    ) -> None:
        super().__init__(session, "Functional", named)
        expanse(run, [starts, ends])
        ends = self._told(run, starts, ends)
        self.structure = (starts, ends)
        self.starts, self.ends = symbols(starts), symbols(ends)
        if not self.starts or not self.ends:
            unknown = next((v for v in (starts, ends) if isinstance(v, Untold)), None)
            why = unknown.because if unknown else "no symbolic inputs or outputs"
            run.note(f"the graph of {self.name} is not known: {why}", run.here, self.name)
        self._connected(run)
        self._named_once(run)

    def _told(self, run: Run, starts: Value, ends: Value) -> Value:
        """The outputs, with what an unknown layer makes of the inputs for each that is unknown."""
        if isinstance(ends, Untold) and symbols(starts):
            return self.session.apply(run, self.session.mystery(run, ends), [starts], {})
        if isinstance(ends, list | tuple):
            return type(ends)(self._told(run, starts, end) for end in ends)
        if isinstance(ends, dict):
            return {name: self._told(run, starts, end) for name, end in ends.items()}
        return ends

    def _connected(self, run: Run) -> None:
        """Every path back from the outputs must end in a given input."""
        given = {id(symbol) for symbol in self.starts}
        for node in runnable(self.starts, self.ends):
            stray = isinstance(node.layer, InputObject) and id(node.outputs[0]) not in given
            if stray and node.layer is not None:
                raise Impossible(
                    f"the graph is disconnected: {node.layer.name} is not among its inputs",
                    run.place(run.here),
                    "name that Input in inputs=[…], or cut the path to it",
                    run.excerpt(run.here),
                )

    def attribute(self, run: Run, name: str) -> Value:
        starts, ends = self.structure
        match name:
            case "input" | "inputs":
                return starts if name == "input" else list(self.starts)
            case "output" | "outputs":
                return ends if name == "output" else list(self.ends)
        return super().attribute(run, name)

    def compute(self, run: Run, node: Node) -> Value:
        """A call of the graph on other inputs: every call inside made again."""
        swap = dict(zip(map(id, self.starts), node.reads, strict=False))
        here: dict[int, Symbol] = {}

        def moved(symbol: Symbol) -> Symbol:
            return swap.get(id(symbol)) or here.get(id(symbol)) or Symbol(self.session, None)

        node.inner = []
        for old in runnable(self.starts, self.ends):
            if isinstance(old.layer, InputObject):
                continue
            run.step(NODE_STEPS)
            fresh = Node(old.kind, old.layer, mapped(old.values, moved), mapped(old.named, moved))  # type: ignore[arg-type]  # lists and dicts keep their form
            fresh.path = old.path
            if old.layer is not None:
                fresh.structure = old.layer.compute(run, fresh)
            else:
                self.session.work_out(fresh)
            here |= {id(o): n for o, n in zip(old.outputs, fresh.outputs, strict=False)}
            node.inner.append(fresh)
        return handed_out(self.session, node, mapped(self.structure[1], moved))

    def children(self) -> list[LayerObject]:
        calls = ordered(self.starts, self.ends)
        listed = [n.layer for n in calls if isinstance(n.layer, LayerObject)]
        return list({id(layer): layer for layer in listed}.values())

    def _named_once(self, run: Run) -> None:
        """Keras tells layers apart by their names."""
        names = [layer.name for layer in self.children()]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise Impossible(
                f"two layers of {self.name} are named {twice}",
                run.place(run.here),
                "a name of its own for each, or one layer called twice",
                run.excerpt(run.here),
            )
