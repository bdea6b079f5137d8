"""Modules that followed PyTorch code writes itself as classes."""

from __future__ import annotations

from weighbridge.model import Unknown
from weighbridge.readers._python import calls
from weighbridge.readers._python.values import Builtin, Method
from weighbridge.readers.dialects._graph import Node
from weighbridge.readers.dialects._torch_modules import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Instance, Named, Value
    from weighbridge.readers.dialects._torch_class import ModuleClass
    from weighbridge.readers.dialects._torch_session import Session


class WrittenModule(Module):
    """An object of a class of the file: what it assigns is registered, ``forward`` is followed."""

    def __init__(self, session: Session, run: Run, instance: Instance, base: ModuleClass) -> None:
        super().__init__(session, run, instance.cls.name)
        self.instance, self.base = instance, base

    @property
    def handle(self) -> Value:
        return self.instance

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
        own, self.native = self.native, self.base.native
        try:
            self.settle(run, values, named)
        finally:
            self.native = own
        if isinstance(self.kind, Unknown) and not self.kind.because:
            self.kind = Unknown(native=own)
        return None

    def compute(self, run: Run, node: Node) -> Value:
        own = self.instance.cls.find("forward")
        if own is None:
            return super().compute(run, node)

        def forward(run: Run, module: Module, node: Node) -> Value:
            return calls.call(run, Method(own, self.instance), node.values, node.named, run.here)  # type: ignore[arg-type]  # a function of the class

        return self.follow(run, node, forward)

    def _as_base(self, run: Run, values: list[Value], named: Named) -> Value:
        """``super().forward(x)``."""
        node = Node(self.kind, self, values, named)
        result = super().compute(run, node)
        self.session.record(node)
        return result
