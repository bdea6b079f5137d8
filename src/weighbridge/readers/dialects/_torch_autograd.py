"""``torch.autograd.Function`` in followed code: what a class of the file computes forwards."""

from __future__ import annotations

from weighbridge.layers import Untold
from weighbridge.readers._python import calls
from weighbridge.readers._python.values import Builtin, Class, Function, Native, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._python.run import Run


class Context(Native):
    """What ``forward`` keeps for the way back, which nobody goes here."""

    def attribute(self, run: Run, name: str) -> Value:
        return Builtin(name, lambda run, *_, **__: None)


class AutogradFunction(Native):
    """The base class: ``apply`` calls the ``forward`` of the class it is asked of."""

    def of_class(self, run: Run, cls: Class, name: str) -> Value:
        """``cls.name`` where the file does not define it."""
        forward = cls.find("forward")
        if name != "apply" or not isinstance(forward, Function):
            return Untold(f"{cls.name}.{name}")
        return Builtin(
            name,
            lambda run, *values: calls.call(run, forward, [Context(), *values], {}, run.here),
        )
