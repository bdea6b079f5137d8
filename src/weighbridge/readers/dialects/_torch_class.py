"""Classes of ``torch.nn`` in followed code: to call, to derive from, to ask about."""

from __future__ import annotations

from weighbridge.layers import Untold
from weighbridge.readers._python.values import Builtin, Class, Instance, Native
from weighbridge.readers.dialects._torch_modules import Module, module_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Named, Value
    from weighbridge.readers.dialects._torch_session import Session


class ModuleClass(Native):
    """A class of ``torch.nn``, to call or to derive from."""

    def __init__(self, session: Session, native: str, keeps: str = "") -> None:
        self.session, self.native = session, native
        self.keeps = keeps
        """What its objects call the first argument of its constructor, where they keep it."""

    @property
    def label(self) -> str:
        return self.native

    def call(self, run: Run, values: list[Value], named: Named) -> Value:
        made = Module(self.session, run, self.native)
        made.settle(run, values, named)
        return made

    def found(self, run: Run, instance: Instance) -> None:
        """Makes ``instance``, of a class of the file that derives from this one, a module."""
        from weighbridge.readers.dialects._torch_written import WrittenModule

        instance.native = WrittenModule(self.session, run, instance, self)

    def holds(self, value: Value) -> bool | None:
        """Whether ``value`` is an instance, for ``isinstance``."""
        module = module_of(value)
        if module is None:
            return False
        return self.native == "Module" or module.native_class == self.native

    def attribute(self, run: Run, name: str) -> Value:
        if name in ("__name__", "__bool__"):
            return self.native if name == "__name__" else True
        if name == "__init__":
            return Builtin(name, self._initialised)
        if name == "forward":
            return Builtin(name, lambda run, module, *v, **n: _called(run, module, list(v), n))
        return Untold(f"{self.native}.{name}")

    def _initialised(self, run: Run, instance: Value, *values: Value, **named: Value) -> Value:
        """``nn.Linear.__init__(self, 3, 4)``."""
        module = module_of(instance)
        if module is not None and self.native != "Module":
            module.settle(run, list(values), named)
        return None


def _called(run: Run, module: Value, values: list[Value], named: Named) -> Value:
    found = module_of(module)
    return Untold("forward(…)") if found is None else found.session.apply(run, found, values, named)


def is_module_class(value: Value) -> bool:
    """Whether a class of the file derives from a module, or seems to."""
    if not isinstance(value, Class):
        return False
    strange = value.unknown_base is not None and value.find("forward") is not None
    return strange or isinstance(value.foreign, ModuleClass)
