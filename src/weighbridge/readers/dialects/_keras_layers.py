"""Layers of followed Keras code: those of Keras, and those the file writes itself."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.layers import Untold
from weighbridge.model import Input, Kind, Tensor, sizes
from weighbridge.readers._python.objects import attribute
from weighbridge.readers._python.values import (
    Builtin,
    Instance,
    Named,
    Value,
    told,
    untold,
)
from weighbridge.readers.dialects._graph import Node, Owner, Symbol, TensorShape
from weighbridge.readers.dialects._keras_settings import (
    BUILT_INSIDE,
    MADE_INSIDE,
    canonical,
    declared_shape,
    variable_dtype,
)
from weighbridge.readers.dialects._session import sample

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.readers._python.run import Run
    from weighbridge.readers.dialects._keras_layer_class import LayerClass
    from weighbridge.readers.dialects._keras_session import Session

_ROLES = {
    "gamma": "scale",
    "beta": "shift",
    "moving_mean": "mean",
    "moving_variance": "variance",
    "embeddings": "embedding",
    "_kernel": "kernel",
}
_GIVEN = {
    "kernel_size": "kernel_size",
    "strides": "stride",
    "pool_size": "pool_size",
    "filters": "out_channels",
    "units": "units",
    "rate": "rate",
}
"""Attributes of Keras' layers that are settings of a kind."""


class LayerObject(Owner):
    """A layer: its class in Keras, its kind, and the calls made of it."""

    def __init__(self, session: Session, native: str, kind: Kind, named: Named) -> None:
        native = canonical(native)
        self.session, self.native, self.kind = session, native, kind
        given = named.get("name")
        self.name = given if isinstance(given, str) else session.auto_name(native)
        session.use_up(MADE_INSIDE.get(native, ()))
        self.trainable = named.get("trainable") is not False
        self.dtype = variable_dtype(named.get("dtype"))
        self.input_shape = declared_shape(native, named)
        self.nodes: list[Node] = []
        self.inside: list[LayerObject] = []
        """Layers among its settings, as of a wrapper; they have no rows of their own."""
        self.arriving: list[Symbol] = []
        """What the call that is being followed reads."""
        self.place = self.excerpt = ""
        self.cls: LayerClass | None = None
        self.settings: Named = {}
        """What its constructor was given by name."""
        self.aliases: list[str] = []

    @property
    def label(self) -> str:
        return self.native

    # -- calling ---------------------------------------------------------------------------------

    def call(self, run: Run, values: list[Value], named: Named) -> Value:
        return self.session.apply(run, self, values, named)

    def compute(self, run: Run, node: Node) -> Value:
        """Fills ``node`` with outputs; returns them as the call does."""
        if not self.nodes:
            for part in self.family():
                self.session.use_up(BUILT_INSIDE.get(part.native, ()))
        try:
            self.session.yielded(node)
            node.kind.tensors(*(symbol.shape for symbol in node.reads))
        except Impossible as error:
            error.what = f"{self.native}: {error.what}"
            raise error.at(self.place, self.excerpt) from None
        return node.outputs[0] if len(node.outputs) == 1 else list(node.outputs)

    # -- what the file asks it -------------------------------------------------------------------

    def attribute(self, run: Run, name: str) -> Value:
        match name:
            case "name":
                return self.name
            case "trainable":
                return self.trainable
            case "input" | "output" | "inputs" | "outputs":
                return self._end(name)
            case "input_shape" | "output_shape":
                end = self.attribute(run, name.partition("_")[0])
                return attribute(run, end, "shape") if isinstance(end, Symbol) else Untold(name)
            case "__class__":
                return self._class()
            case "compute_output_shape":
                return Builtin(name, self._output_shape)
            case "__call__" | "call":
                return Builtin(
                    name, lambda run, *values, **named: self.call(run, list(values), named)
                )
            case "build" | "compile" | "load_weights" | "set_weights" | "summary" | "fit" | "save":
                return Builtin(name, lambda run, *values, **named: None)
        return self._weight(name)

    def _class(self) -> Value:
        from weighbridge.readers.dialects._keras_layer_class import LayerClass

        return self.cls or LayerClass(self.session, self.native)

    def _output_shape(self, run: Run, shape: Value) -> Value:
        dims = self.kind.output(sample(tuple(shape)[1:])) if isinstance(shape, tuple) else None
        return Untold("an output shape") if dims is None else (None, *(sizes(dims) or ()))

    def _weight(self, name: str) -> Value:
        """``layer.kernel``: one of the tensors its kind calls for, once it has been called."""
        reads = self.nodes[0].reads if self.nodes else self.arriving
        expected = self.kind.tensors(*(symbol.shape for symbol in reads)) or ()
        if name in _GIVEN and (told := getattr(self.kind, _GIVEN[name], None)) is not None:
            return told
        if name in self.settings:
            return self.settings[name]
        for tensor in expected:
            if tensor.role == _ROLES.get(name, name):
                return Symbol(self.session, sizes(tensor.dims), stored=True)
        return Untold(f"{self.name}.{name}")

    def _end(self, name: str) -> Value:
        if not self.nodes:
            return Untold(f"{self.name}.{name} before the layer is called")
        node = self.nodes[0]
        if name.endswith("s"):
            return list(node.outputs if name == "outputs" else node.reads)
        if name == "output":
            return node.structure
        return node.reads[0] if len(node.reads) == 1 else list(node.reads)

    def assign(self, run: Run, name: str, value: Value) -> None:
        if name == "trainable" and isinstance(value, bool):
            for layer in self.family():
                layer.trainable = value
        elif name in ("_name", "name") and isinstance(value, str):
            self.name = value

    # -- what it is made of ----------------------------------------------------------------------

    @property
    def handle(self) -> Value:
        """What the file calls it by: itself, or the object of the class that the file wrote."""
        return self

    @property
    def core(self) -> LayerObject:
        """What does the work: itself, or the model behind a class that adds nothing to it."""
        return self

    def children(self) -> list[LayerObject]:
        """The layers inside, in the order Keras lists them."""
        return []

    def family(self) -> Iterator[LayerObject]:
        """This layer and all inside it."""
        yield self
        for part in (*self.children(), *self.inside):
            yield from part.family()

    def owned(self) -> tuple[Tensor, ...] | None:
        """Its own tensors, where the source tells them apart from its kind."""
        return None

    def final_kind(self) -> Kind:
        """What the layer is, after all code has been followed."""
        return self.kind


class InputObject(LayerObject):
    """``Input(shape)``: its one node has the symbol that everything starts from."""

    def __init__(self, session: Session, run: Run, named: Named) -> None:
        named = {name: told(value) for name, value in named.items()}
        if (unknown := untold(named)) is not None:
            run.note(f"the shape of an input is not known: {unknown.because}", run.here)
        whole = named.get("batch_shape", named.get("batch_input_shape"))
        shape = named.get("shape", named.get("input_shape"))
        if isinstance(whole, tuple | list):
            shape, batch = tuple(whole[1:]), whole[0] if whole else None
        else:
            batch = named.get("batch_size")
        if shape is None and isinstance(
            tensor := named.get("tensor", named.get("input_tensor")), Symbol
        ):
            shape = tensor.shape
        super().__init__(session, "InputLayer", Input(shape=sample(shape)), named)
        self.batch = batch if isinstance(batch, int) else None
        node = Node(self.kind, self, [], {})
        self.compute(run, node)
        node.structure = node.outputs[0]
        self.nodes.append(node)

    @property
    def symbol(self) -> Symbol:
        return self.nodes[0].outputs[0]


def held_in(value: Value) -> list[LayerObject]:
    """The layers in an attribute: itself, or in lists, tuples and dicts."""
    if isinstance(value, Instance) and isinstance(value.native, LayerObject):
        return [value.native]
    if isinstance(value, LayerObject):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, tuple | list) and not isinstance(value, TensorShape):
        return [layer for item in value for layer in held_in(item)]
    return []
