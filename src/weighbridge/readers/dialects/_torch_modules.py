"""Modules of followed PyTorch code: those of ``torch.nn``, by their spellings."""

from __future__ import annotations

from weighbridge import layers
from weighbridge.errors import Impossible
from weighbridge.formula import Dim
from weighbridge.layers import Turned, Untold
from weighbridge.model import Custom, Dims, Expected, Kind, Unknown
from weighbridge.readers._python.values import Instance, Native, Raised
from weighbridge.readers.dialects import _torch_containers as containers
from weighbridge.readers.dialects._graph import Node, Owner, Symbol, mapped, symbols
from weighbridge.readers.dialects._torch_names import laid
from weighbridge.readers.dialects._torch_names import named as tensors_named
from weighbridge.readers.dialects._torch_parameters import Parameter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Named, Value
    from weighbridge.readers.dialects._torch_session import Session

_MODULE_STEPS = 50
"""What making a module counts for among the steps of a reading."""
_STEPS_FIRST = ("RNN", "LSTM", "GRU", "MultiheadAttention", "Transformer")


class Module(Owner):
    """A module: its class, its kind, and what is registered in it by name."""

    def __init__(self, session: Session, run: Run, native: str) -> None:
        self.session, self.native, self.name = session, native, native
        self.kind: Kind = Custom(native=native)
        self.nodes: list[Node] = []
        self.trainable = True
        self.dtype = "float32"
        self.aliases: list[str] = []
        self.place, self.excerpt = run.place(run.here), run.excerpt(run.here)
        self.settings: Named = {}
        self.modules: dict[str, Value] = {}
        """Modules in it by name, as the file holds them: objects of its own classes, or modules."""
        self.own: dict[str, Parameter | None] = {}
        """Parameters assigned to it, or asked of it, by PyTorch's names."""
        self.buffers: dict[str, Value] = {}
        session.modules.append(self)

    @property
    def label(self) -> str:
        return self.native

    @property
    def handle(self) -> Value:
        """What the file calls it by."""
        return self

    # -- making ----------------------------------------------------------------------------------

    def settle(self, run: Run, values: list[Value], named: Named) -> None:
        """What it is, by the arguments of its constructor."""
        run.step(_MODULE_STEPS)
        if self.native in containers.FILLED:
            containers.FILLED[self.native](run, self, values, named)
            return
        plain = {key: kinds_in(value) for key, value in named.items() if key != "**"}
        given = [kinds_in(value) for value in values]
        kind = layers.make("torch", self.native, given, plain)
        if isinstance(kind, Unknown):
            why = kind.because or f"{self.native} is not a layer weighbridge knows"
            kind = Unknown(native=self.native, because=why)
            if not self.native.endswith("Loss"):
                run.note(why, run.here)
        for name, unknown in layers.unsettled("torch", self.native, given, plain).items():
            run.note(f"{name} of {self.native} is not known: {unknown.because}", run.here)
        self.kind, self.settings = kind, _settings(self.native, values, named)

    def children(self) -> list[tuple[str, Module]]:
        """The modules in it by name, in their order."""
        held = ((name, module_of(value)) for name, value in self.modules.items())
        return [(name, module) for name, module in held if module is not None]

    def family(self, path: str = "", seen: set[int] | None = None) -> Iterator[tuple[str, Module]]:
        """It and all inside, by path, each once, as ``named_modules`` lists them."""
        seen = set() if seen is None else seen
        if id(self) in seen:
            return
        seen.add(id(self))
        yield path, self
        for name, child in self.children():
            yield from child.family(f"{path}.{name}" if path else name, seen)

    # -- tensors ---------------------------------------------------------------------------------

    def parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Its own parameters by PyTorch's names, those of the modules in it not among them."""
        for name, tensor in tensors_named(self.native_class, self.kind):
            if not tensor.buffer:
                yield name, self.parameter(name, tensor)
        if isinstance(self.kind, Unknown) and not self.own:
            yield "weight", self.parameter("weight")
        given = {name for name, _ in tensors_named(self.native_class, self.kind)}
        for name, parameter in self.own.items():
            if name not in given and parameter is not None:
                yield name, parameter

    @property
    def native_class(self) -> str:
        """The class of ``torch.nn`` it is, or derives from."""
        return self.native

    def parameter(self, name: str, tensor: Expected | None = None) -> Parameter:
        """The parameter that PyTorch calls ``name``; one object however often it is asked for."""
        found = self.own.get(name)
        if found is None:
            shape = None if tensor is None else laid(self.native_class, tensor)
            found = self.own[name] = Parameter(self.session, shape)
            found.trainable = self.trainable
        return found

    def freeze(self, trainable: bool) -> None:
        """``requires_grad_(False)``: for all that is in it."""
        for _, module in self.family():
            if isinstance(module.kind, Unknown):
                module.trainable = trainable
            for _, parameter in module.parameters():
                parameter.trainable = trainable

    def declared(self) -> tuple[Expected, ...]:
        """What is assigned to it directly: parameters and buffers."""
        given = {name for name, _ in tensors_named(self.native_class, self.kind)}
        parameters = (
            Expected(name, _dims(name, parameter))
            for name, parameter in self.own.items()
            if name not in given and parameter is not None
        )
        buffers = (
            Expected(name, _dims(name, value), trainable=False, buffer=True)
            for name, value in self.buffers.items()
            if isinstance(value, Symbol)
        )
        return () if isinstance(self.kind, Unknown) else (*parameters, *buffers)

    def final_kind(self) -> Kind:
        """What it is after all code has been followed."""
        declared = self.declared()
        if isinstance(self.kind, Custom):
            return Custom(native=self.native, declared=declared)
        if not declared:
            return self.kind
        return Custom(native=self.native, declared=(*(self.kind.tensors() or ()), *declared))

    # -- calling ---------------------------------------------------------------------------------

    def call(self, run: Run, values: list[Value], named: Named) -> Value:
        return self.session.apply(run, self, values, named)

    def outer_axis(self) -> int:
        """The axis along which the samples lie of what the file gives it, not being inside any."""
        first = self.native.startswith(_STEPS_FIRST) and not self.native.endswith("Cell")
        return int(first and self.settings.get("batch_first") is not True)

    def compute(self, run: Run, node: Node) -> Value:
        base = self.native_class
        if base in containers.CALLED:
            return self.follow(run, node, containers.CALLED[base])
        if base in containers.FILLED:
            raise Raised("NotImplementedError", f"{self.native} has no forward", run.here)
        try:
            return self._computed(node)
        except Impossible as error:
            error.what = f"{self.native}: {error.what}"
            raise error.at(self.place, self.excerpt) from None

    def _computed(self, node: Node) -> Value:
        node.kind = self.kind.called(node.values, node.named)
        if not node.reads:
            return self._of_weights(node)
        self.session.yielded(node, node.kind, tuple(symbol.shape for symbol in node.reads))
        node.kind.tensors(*(symbol.shape for symbol in node.reads))
        return containers.returned(self.native, node.outputs)

    def _of_weights(self, node: Node) -> Value:
        """A call on tensors that have no samples, such as positions."""
        given = tuple(symbol.shape for symbol in symbols([node.values, node.named]))
        shapes = layers.passed(node.kind, given)
        made = [Symbol(self.session, shape, stored=True) for shape in shapes]
        return containers.returned(self.native, made)

    def follow(self, run: Run, node: Node, forward: containers.Forward) -> Value:
        """Fills ``node`` with what following the code of the module gives, and returns that."""
        with self.session.inside() as inner:
            result = forward(run, self, node)
        node.inner = inner
        node.returns = [symbol for symbol in symbols(result) if not symbol.stored]
        if not symbols(result) and result is not None:
            why = f": {result.because}" if isinstance(result, Untold) else ""
            run.note(f"what {self.native} returns is not known{why}", run.here, self.name)
            result = Symbol(self.session, None)
            node.returns = [result]
        outer = {id(s): Symbol(self.session, s.shape, node, i) for i, s in enumerate(node.returns)}
        node.outputs = [outer[id(symbol)] for symbol in node.returns]
        return mapped(result, lambda symbol: outer.get(id(symbol), symbol))

    # -- what the file asks it -------------------------------------------------------------------

    def attribute(self, run: Run, name: str) -> Value:
        from weighbridge.readers.dialects._torch_methods import attribute_of

        return attribute_of(run, self, name)

    def assign(self, run: Run, name: str, value: Value) -> None:
        module = module_of(value)
        if module is not None or name in self.modules:
            self.modules[name] = value
        elif isinstance(value, Parameter):
            self.own[name] = value
        elif value is None and (name in self.own or name in ("weight", "bias")):
            self._dropped(run, name)
        elif name in self.buffers:
            self.buffers[name] = value
        elif isinstance(value, bool) and name == "training":
            return
        else:
            self.settings[name] = value

    def _dropped(self, run: Run, name: str) -> None:
        """``module.bias = None``."""
        given = {name for name, _ in tensors_named(self.native_class, self.kind)}
        if name in given and getattr(self.kind, "bias", None) is True and name == "bias":
            from weighbridge._record import replace

            self.kind = replace(self.kind, bias=False)
        elif name in given:
            run.note(f"{self.native} without its {name} is not followed", run.here)
        self.own.pop(name, None)

    def elements(self, run: Run) -> Iterator[Value] | None:
        return containers.elements(self)

    def item(self, run: Run, key: Value) -> Value:
        return containers.item(run, self, key)


def _dims(name: str, tensor: Symbol) -> Dims:
    if tensor.shape is None:
        return (Dim(name, None, f"values of {name}"),)
    return tuple(Dim(f"{name}[{i}]", n, f"axis {i} of {name}") for i, n in enumerate(tensor.shape))


def module_of(value: Value) -> Module | None:
    """The module that a value of the file is."""
    found = value.native if isinstance(value, Instance) else value
    return found if isinstance(found, Module) else None


def kinds_in(value: Value) -> Value:
    """An argument of a constructor with each module in it as its kind."""
    module = module_of(value)
    if module is not None:
        return module.final_kind()
    if isinstance(value, tuple | list) and not isinstance(value, Native | Turned):
        return type(value)(kinds_in(item) for item in value)
    return value


def _settings(native: str, values: list[Value], named: Named) -> Named:
    """The arguments of a constructor by name, defaults among them."""
    build = layers.spelling("torch", native)
    if build is None:
        return dict(named)
    code, defaults = build.__code__, build.__defaults__ or ()
    names = code.co_varnames[: code.co_argcount]
    fallen = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))
    try:
        return fallen | layers.bound(build, native, values, named)
    except Impossible:
        return fallen | dict(zip(names, values, strict=False)) | named
