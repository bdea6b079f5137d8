"""Layers and models that followed code writes itself as classes."""

from __future__ import annotations

from weighbridge import layers
from weighbridge.formula import Dim
from weighbridge.layers import Untold
from weighbridge.model import Custom, Expected, Kind, Tensor, Unknown, sizes
from weighbridge.readers._python import calls
from weighbridge.readers._python.objects import expanse
from weighbridge.readers._python.values import (
    Builtin,
    Instance,
    Method,
    Named,
    Value,
    told,
    untold,
)
from weighbridge.readers.dialects._graph import Node, Symbol, mapped, symbols
from weighbridge.readers.dialects._keras_layers import LayerObject, held_in
from weighbridge.readers.dialects._keras_settings import declared_shape, variable_dtype
from weighbridge.readers.dialects._session import sample

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._python.run import Run
    from weighbridge.readers.dialects._keras_layer_class import LayerClass
    from weighbridge.readers.dialects._keras_session import Session


class FunctionLayer(LayerObject):
    """``Lambda``: a function of the file as a layer; what it calls is followed."""

    def __init__(self, session: Session, run: Run, function: Value, named: Named) -> None:
        super().__init__(session, "Lambda", Custom(native="Lambda"), named)
        self.function = function
        self.extra = named.get("arguments")
        self.place, self.excerpt = run.place(run.here), run.excerpt(run.here)

    def compute(self, run: Run, node: Node) -> Value:
        extra = {str(k): v for k, v in self.extra.items()} if isinstance(self.extra, dict) else {}
        with self.session.inside() as inner:
            result = calls.call(run, self.function, node.values, node.named | extra, run.here)
        return followed(self, run, node, inner, result)


def followed(layer: LayerObject, run: Run, node: Node, inner: list[Node], result: Value) -> Value:
    """Fills ``node`` with what following the code of ``layer`` gave, and returns that."""
    node.inner, node.returns = inner, symbols(result)
    if not node.returns:
        node.returns = [Symbol(layer.session, None)]
        why = f": {result.because}" if isinstance(result, Untold) else ""
        run.note(f"what {layer.native} returns is not known{why}", run.here, layer.name)
        result = node.returns[0]
    outer = {id(s): Symbol(layer.session, s.shape, node, i) for i, s in enumerate(node.returns)}
    node.outputs = [outer[id(symbol)] for symbol in node.returns]
    return mapped(result, lambda symbol: outer[id(symbol)])


class WrittenLayer(LayerObject):
    """A layer or model written in the file as a class: its ``build`` and ``call`` are followed."""

    def __init__(self, session: Session, run: Run, instance: Instance, base: LayerClass) -> None:
        self.instance, self.base = instance, base
        self.weights: list[tuple[Expected, bool]] = []
        self.attributes: dict[str, Value] = {}
        self._tracked: dict[int, LayerObject] = {}
        self.built = False
        self.model: LayerObject | None = None
        """For a class that derives from Sequential or hands inputs and outputs to ``Model``."""
        super().__init__(
            session, instance.cls.name, Unknown(native=instance.cls.name), {"name": ""}
        )
        self.place, self.excerpt = run.place(run.here), run.excerpt(run.here)

    def attribute(self, run: Run, name: str) -> Value:
        match name:
            case "__init__":
                return Builtin(
                    name, lambda run, *values, **named: self.found(run, list(values), named)
                )
            case "add_weight" | "add_variable":
                return Builtin(
                    name, lambda run, *values, **named: self._add(run, list(values), named)
                )
            case "call":
                return Builtin(
                    name, lambda run, *values, **named: self._as_base(run, list(values), named)
                )
            case "build":
                return Builtin(
                    name, lambda run, *shape, **_: self._build(run, shape[0] if shape else None)
                )
            case "built":
                return self.built
            case "layers":
                return [layer.handle for layer in self.children()]
            case "__class__":
                return self.instance.cls
        if name in self.attributes:
            return self.attributes[name]
        if self.model is not None:
            return self.model.attribute(run, name)
        return super().attribute(run, name)

    @property
    def handle(self) -> Value:
        return self.instance

    @property
    def core(self) -> LayerObject:
        own = self.instance.cls.find("call")
        return self.model if self.model is not None and own is None else self

    def found(self, run: Run, values: list[Value], named: Named) -> Value:
        """``super().__init__(…)``: the name, and the settings of a base that Keras has."""
        given = named.get("name")
        self.name = given if isinstance(given, str) else self.session.auto_name(self.native)
        self.trainable = named.get("trainable") is not False
        self.dtype = variable_dtype(named.get("dtype"))
        self.input_shape = declared_shape(self.native, named)
        if self.base.native in ("Model", "Sequential", "Functional"):
            self.model = self.base.behind(run, values, {**named, "name": self.name})
        elif self.base.native != "Layer":
            self.kind = self.base.make(run, values, {**named, "name": self.name}).kind
        return None

    def assign(self, run: Run, name: str, value: Value) -> None:
        super().assign(run, name, value)
        if name not in ("trainable", "built", "name", "_name"):
            self._track()
            expanse(run, value)
            self.attributes[name] = value
            self._track()
        if isinstance(value, Symbol) and value.trainable is not None:
            value.trainable, trainable = None, value.trainable
            self._add(run, [], {"name": name, "shape": value.shape, "trainable": trainable})

    def _add(self, run: Run, values: list[Value], named: Named) -> Value:
        """``add_weight(shape, …)`` of Keras 3, or ``add_weight(name, shape, …)`` before."""
        order = ("name", "shape") if values and isinstance(values[0], str) else ("shape",)
        given = dict(zip(order, values, strict=False)) | named
        shape = given.get("shape", ())
        name = (
            given.get("name")
            if isinstance(given.get("name"), str)
            else f"weight_{len(self.weights)}"
        )
        listed = (shape,) if isinstance(shape, int) else shape
        known = tuple(listed) if isinstance(listed, tuple | list) else None
        trainable = given.get("trainable") is not False
        unknown = untold(told(listed))
        if unknown is not None and all(symbol.shape is not None for symbol in self.arriving):
            run.note(f"a size of {name} is not known: {unknown.because}", run.here, self.name)
        dims = tuple(
            Dim(f"{name}[{i}]", n if isinstance(n, int) else None, f"axis {i} of {name}")
            for i, n in enumerate(known or ())
        )
        if known is None:
            dims = (Dim(f"{name}", None, f"values of {name}"),)
        self.weights.append(
            (Expected(str(name), dims, trainable=trainable, buffer=not trainable), trainable)
        )
        return Symbol(self.session, None if known is None else sizes(dims), stored=True)

    # -- calling ---------------------------------------------------------------------------------

    def _build(self, run: Run, shape: Value) -> None:
        """``build(input_shape)`` called by the file: follows the class' own, then a call."""
        if isinstance(shape, tuple | list) and not self.nodes and self.base.native == "Model":
            whole = [shape] if not any(isinstance(n, tuple | list) for n in shape) else list(shape)
            starts = [Symbol(self.session, sample(tuple(s)[1:]), start=True) for s in whole]
            self.session.apply(run, self, [starts[0] if len(starts) == 1 else starts], {})

    def prepare(self, run: Run, node: Node) -> None:
        """``build`` with the shapes of the first call."""
        if self.built:
            return
        self.built = True
        own = self.instance.cls.find("build")
        if own is not None:
            first = node.values[0] if node.values else next(iter(node.named.values()), None)
            shape = mapped(
                first, lambda s: s.whole if s.whole is not None else Untold("an unknown shape")
            )
            with self.session.inside():
                calls.call(run, Method(own, self.instance), [shape], {}, run.here)  # type: ignore[arg-type]  # a function of the class

    def compute(self, run: Run, node: Node) -> Value:
        self.arriving = node.reads
        self.prepare(run, node)
        kind = self._registered(run)
        if kind is not None:
            self.kind = node.kind = kind
            return super().compute(run, node)
        own = self.instance.cls.find("call")
        if own is None and self.model is not None:
            return self.model.compute(run, node)
        if own is None:
            node.kind = self.kind
            return super().compute(run, node)
        with self.session.inside() as inner:
            result = calls.call(run, Method(own, self.instance), node.values, node.named, run.here)  # type: ignore[arg-type]  # a function of the class
        return followed(self, run, node, inner, result)

    def _as_base(self, run: Run, values: list[Value], named: Named) -> Value:
        """``super().call(x)`` of a class that derives from a layer of Keras."""
        node = Node(self.kind, self, values, named)
        result = self.model.compute(run, node) if self.model else super().compute(run, node)
        self.session.record(node)
        return result

    def _registered(self, run: Run) -> Kind | None:
        """The kind of a class registered for saving under a package that spells it."""
        registered = self.instance.cls.registered
        if registered is None or layers.spelling(*registered) is None:
            return None
        init = self.instance.cls.find("__init__")
        names = [arg.arg for arg in init.node.args.args[1:]] if init is not None else []  # type: ignore[attr-defined]  # a function of the class
        settings = {n: self.instance.names[n] for n in names if n in self.instance.names}
        return layers.make(*registered, (), settings)

    # -- what it is made of ----------------------------------------------------------------------

    def children(self) -> list[LayerObject]:
        self._track()
        behind = {id(layer): layer for layer in self.model.children()} if self.model else {}
        return list((behind | self._tracked).values())

    def _track(self) -> None:
        """Notes layers new in the attributes: Keras lists them as they are assigned or appended."""
        for name, value in self.attributes.items():
            for layer in held_in(value):
                if layer is not self and id(layer) not in self._tracked:
                    self._tracked[id(layer)] = layer
                    layer.aliases.append(name)

    def owned(self) -> tuple[Tensor, ...] | None:
        if not self.weights or isinstance(self.kind, Unknown):
            return None
        known = [(e, t, sizes(e.dims) or ()) for e, t in self.weights]
        if any(None in shape for _, _, shape in known):
            return None
        return tuple(
            Tensor(
                name=f"{self.name}.{expected.role}",
                shape=tuple(n for n in shape if n is not None),
                dtype=self.dtype,
                role=expected.role,
                trainable=trainable and self.trainable,
            )
            for expected, trainable, shape in known
        )

    def final_kind(self) -> Kind:
        if not isinstance(self.kind, Unknown):
            return self.kind
        return Custom(native=self.native, declared=tuple(expected for expected, _ in self.weights))
