"""Modules that followed PyTorch code writes itself as classes."""

from __future__ import annotations

from weighbridge.model import Custom, Unknown
from weighbridge.readers._python import calls
from weighbridge.readers._python.values import Builtin, Function, Method, Native
from weighbridge.readers.dialects._graph import Node
from weighbridge.readers.dialects._torch_following import follow
from weighbridge.readers.dialects._torch_modules import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Kind
    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Instance, Named, Value
    from weighbridge.readers.dialects._torch_class import ModuleClass
    from weighbridge.readers.dialects._torch_session import Session


class WrittenModule(Module):
    """An object of a class of the file: what it assigns is registered, ``forward`` is followed."""

    def __init__(self, session: Session, run: Run, instance: Instance, base: ModuleClass) -> None:
        super().__init__(session, run, instance.cls.name)
        self.instance, self.base = instance, base
        self._hands_over = False
        """Whether its own ``forward`` calls that of PyTorch's class."""

    @property
    def handle(self) -> Value:
        return self.instance

    @property
    def attributes(self) -> Named:
        return self.instance.names

    @property
    def native_class(self) -> str:
        return self.base.native

    def attribute(self, run: Run, name: str) -> Value:
        match name:
            case "__init__":
                return Builtin(
                    name, lambda run, *values, **named: self._initialised(run, list(values), named)
                )
            case "forward" | "__call__" if self.instance.cls.find("forward") is not None:
                # Asked of the base: the class's own would have been found before.
                return Builtin(
                    name, lambda run, *values, **named: self._as_base(run, list(values), named)
                )
        return super().attribute(run, name)

    def _initialised(self, run: Run, values: list[Value], named: Named) -> Value:
        """``super().__init__(…)``: the settings of a base that PyTorch has."""
        if self.base.keeps and values:
            self.instance.names[self.base.keeps] = values[0]
        own, self.native = self.native, self.base.native
        try:
            self.settle(run, values, named)
        finally:
            self.native = own
        if isinstance(self.kind, Unknown) and not self.kind.because:
            self.kind = Unknown(native=own)
        return None

    def final_kind(self) -> Kind:
        found = super().final_kind()
        if self._hands_over or isinstance(found, Custom | Unknown) or not self._forward:
            return found
        # Of what reaches it the file's own code decides, not what the base would take.
        return Custom(native=self.native, declared=found.tensors() or ())

    @property
    def _forward(self) -> Value | None:
        """Its own ``forward``: one it was given as an attribute, or that of its class."""
        given = self.instance.names.get("forward")
        if isinstance(given, Method | Function | Native):
            return given
        found = self.instance.cls.find("forward")
        return Method(found, self.instance) if isinstance(found, Function) else None

    def compute(self, run: Run, node: Node) -> Value:
        own = self._forward
        if own is None:
            return super().compute(run, node)

        def forward(run: Run, module: Module, node: Node) -> Value:
            return calls.call(run, own, node.values, node.named, run.here)

        return follow(run, self, node, forward)

    def _as_base(self, run: Run, values: list[Value], named: Named) -> Value:
        """``super().forward(x)``."""
        self._hands_over = True
        node = Node(self.kind, self, values, named)
        result = super().compute(run, node)
        self.session.record(node)
        return result
