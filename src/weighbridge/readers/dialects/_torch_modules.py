"""Modules of followed PyTorch code: those of ``torch.nn``, by their spellings."""

from __future__ import annotations

from weighbridge import layers
from weighbridge.errors import Impossible
from weighbridge.layers import Untold
from weighbridge.model import Custom, Expected, Kind, Unknown
from weighbridge.readers._python.values import Instance, Native, Raised, told, untold
from weighbridge.readers.dialects import _torch_containers as containers
from weighbridge.readers.dialects._copying import copied
from weighbridge.readers.dialects._graph import Node, Owner, Symbol
from weighbridge.readers.dialects._torch_constants import of_weights
from weighbridge.readers.dialects._torch_following import follow
from weighbridge.readers.dialects._torch_names import dims_of, laid
from weighbridge.readers.dialects._torch_names import named as tensors_named
from weighbridge.readers.dialects._torch_parameters import Parameter
from weighbridge.readers.dialects._torch_settings import kinds_in, leave_out, settings_of
from weighbridge.readers.dialects._torch_unknown import is_constructed, mystery

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
        self.place, self.excerpt, self.made_at = run.place(run.here), "", run.here
        self.changed: Named = {}
        """Attributes that the file has assigned to it beside modules and tensors."""
        self._arguments: tuple[list[Value], Named] = ([], {})
        self.modules: dict[str, Value] = {}
        """Modules in it by name, as the file holds them: objects of its own classes, or modules."""
        self.own: dict[str, Parameter | None] = {}
        """Parameters assigned to it, or asked of it, by PyTorch's names."""
        self.renamed: dict[str, str] = {}
        """PyTorch's names of tensors kept in another form, by their roles."""
        self.buffers: dict[str, Value] = {}
        self._named: tuple[Kind | None, tuple[tuple[str, Expected], ...]] = (None, ())
        """Its kind when its tensors were last asked for, and what they were."""
        self.is_read = False
        """Whether the ``forward`` of some module takes a tensor out of it."""
        session.modules.append(self)

    @property
    def label(self) -> str:
        return self.native

    @property
    def handle(self) -> Value:
        """What the file calls it by."""
        return self

    @property
    def attributes(self) -> Named:
        """What the file has assigned to it beside modules and tensors."""
        return self.changed

    @property
    def settings(self) -> Named:
        """The arguments of its constructor by name, defaults among them, and what was changed."""
        return settings_of(self.native_class, *self._arguments) | self.changed

    # -- making ----------------------------------------------------------------------------------

    def settle(self, run: Run, values: list[Value], named: Named) -> None:
        """What it is, by the arguments of its constructor."""
        run.step(_MODULE_STEPS)
        if self.native in containers.FILLED:
            containers.FILLED[self.native](run, self, values, named)
            return
        values, named = [told(v) for v in values], {k: told(v) for k, v in named.items()}
        self._arguments = (values, named)
        plain = {key: kinds_in(value) for key, value in named.items() if key != "**"}
        given = [kinds_in(value) for value in values]
        more = named.get("**")
        if isinstance(more, Untold):
            kind: Kind = Unknown(native=self.native, because=more.because)
        else:
            kind = layers.make("torch", self.native, given, plain)
        if isinstance(kind, Unknown):
            why = kind.because or f"{self.native} is not a layer weighbridge knows"
            kind = Unknown(native=self.native, because=why)
            if not self.native.endswith("Loss"):
                run.note(why, run.here)
        elif untold([given, plain]):
            for name, unknown in layers.unsettled("torch", self.native, given, plain).items():
                run.note(f"{name} of {self.native} is not known: {unknown.because}", run.here)
        self.kind = kind

    def children(self) -> list[tuple[str, Module]]:
        """The modules in it by name, in their order."""
        return [
            (name, module)
            for name, value in self.modules.items()
            if (module := module_of(value)) is not None
        ]

    def family(self, path: str = "") -> Iterator[tuple[str, Module]]:
        """It and all inside, by path, each once, as ``named_modules`` lists them."""
        found: dict[int, tuple[str, Module]] = {}
        self._gather(path, found)
        return iter(found.values())

    def _gather(self, path: str, found: dict[int, tuple[str, Module]]) -> None:
        if id(self) not in found:
            found[id(self)] = (path, self)
            for name, child in self.children():
                child._gather(f"{path}.{name}" if path else name, found)

    def copied(self, run: Run, copies: dict[int, Value]) -> Module:
        made = Module(self.session, run, self.native)
        self.copy_to(run, made, copies)
        return made

    def copy_to(self, run: Run, other: Native, copies: dict[int, Value]) -> None:
        assert isinstance(other, Module)
        run.step(_MODULE_STEPS)
        other.kind, other.trainable = self.kind, self.trainable
        other.changed, other._arguments = dict(self.changed), self._arguments
        other.renamed = self.renamed
        for mine, theirs in zip(self.registered(), other.registered(), strict=True):
            theirs |= {name: copied(run, value, copies) for name, value in mine.items()}

    def registered(self) -> tuple[Named, Named, Named]:
        """Its modules, parameters and buffers by name."""
        return self.modules, self.own, self.buffers  # type: ignore[return-value]  # parameters are values

    # -- tensors ---------------------------------------------------------------------------------

    def parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Its own parameters by PyTorch's names, those of the modules in it not among them."""
        for name, tensor in self.named_tensors():
            if not tensor.buffer:
                yield name, self.parameter(name, tensor)
        if isinstance(self.kind, Unknown) and not self.own:
            yield "weight", self.parameter("weight")
        given = {name for name, _ in self.named_tensors()}
        for name, parameter in self.own.items():
            if name not in given and parameter is not None:
                yield name, parameter

    def named_tensors(self) -> Iterator[tuple[str, Expected]]:
        """What its kind owns, by PyTorch's names."""
        kind, named = self._named
        if kind is not self.kind:
            named = tuple(tensors_named(self.native_class, self.kind))
            self._named = (self.kind, named)
        for name, tensor in named:
            yield self.renamed.get(tensor.role, name), tensor

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
        if not self.own and not self.buffers:
            return ()
        given = {name for name, _ in self.named_tensors()}
        parameters = (
            Expected(name, dims_of(name, parameter.shape))
            for name, parameter in self.own.items()
            if name not in given and parameter is not None
        )
        buffers = (
            Expected(name, dims_of(name, value.shape), trainable=False, buffer=True)
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
        base = self.native_class
        first = base.startswith(_STEPS_FIRST) and not base.endswith("Cell")
        return int(first and self.settings.get("batch_first") is not True)

    def compute(self, run: Run, node: Node) -> Value:
        base = self.native_class
        if base in containers.CALLED:
            return follow(run, self, node, containers.CALLED[base])
        if base in containers.FILLED:
            raise Raised("NotImplementedError", f"{self.native} has no forward", run.here)
        try:
            return self._computed(node)
        except Impossible as error:
            error.what = f"{self.native}: {error.what}"
            raise error.at(self.place, run.excerpt(self.made_at)) from None

    def _computed(self, node: Node) -> Value:
        if not node.reads:
            return containers.returned(self.native, of_weights(node))
        self.session.yielded(node)
        return containers.returned(self.native, node.outputs)

    # -- what the file asks it -------------------------------------------------------------------

    def attribute(self, run: Run, name: str) -> Value:
        from weighbridge.readers.dialects._torch_methods import attribute_of

        return attribute_of(run, self, name)

    def has(self, run: Run, name: str) -> Value:
        if isinstance(self.kind, Unknown):
            return super().has(run, name)
        return not isinstance(self.attribute(run, name), Untold)

    def assign(self, run: Run, name: str, value: Value) -> None:
        if isinstance(value, Untold) and (name in self.modules or is_constructed(run, value)):
            value = self.attributes[name] = mystery(self.session, run, value)
        module = module_of(value)
        if module is not None or name in self.modules:
            self.modules[name] = value
        elif isinstance(value, Parameter):
            self.own[name] = value
        elif value is None and (name in self.own or name in ("weight", "bias")):
            leave_out(run, self, name)
        elif name in self.buffers:
            if not self.session.followed:
                # What a call leaves in it is not what the model was made with.
                self.buffers[name] = value
        elif isinstance(value, bool) and name == "training":
            return
        else:
            self.changed[name] = value

    def drop(self, run: Run, name: str) -> None:
        for table in (*self.registered(), self.changed):
            table.pop(name, None)

    def elements(self, run: Run) -> Iterator[Value] | None:
        return containers.elements(self)

    def grown(self, run: Run, operator: str, more: Value) -> Value | None:
        return containers.grown(run, self, operator, more)

    def item(self, run: Run, key: Value) -> Value:
        return containers.item(run, self, key)


def module_of(value: Value) -> Module | None:
    """The module that a value of the file is."""
    found = value.native if isinstance(value, Instance) else value
    return found if isinstance(found, Module) else None
