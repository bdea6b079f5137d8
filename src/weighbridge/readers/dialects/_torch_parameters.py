"""Parameters of followed PyTorch code: tensors that an optimizer changes, unless frozen."""

from __future__ import annotations

from weighbridge.readers._python.values import Builtin, Native
from weighbridge.readers.dialects._graph import Symbol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Shape
    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Named, Value
    from weighbridge.readers.dialects._torch_session import Session


class Parameter(Symbol):
    """``nn.Parameter``: the same object under two names is one parameter, counted once."""

    def __init__(self, session: Session, shape: Shape | None) -> None:
        super().__init__(session, shape, stored=True)
        self.trainable: bool = True

    def attribute(self, run: Run, name: str) -> Value:
        if name == "requires_grad_":
            return Builtin(name, self._require)
        return super().attribute(run, name)

    def copied(self, run: Run, copies: dict[int, Value]) -> Parameter:
        made = Parameter(self.session, self.shape)  # type: ignore[arg-type]  # its own session
        made.trainable = self.trainable
        return made

    def _require(self, run: Run, requires_grad: Value = True) -> Value:
        self.assign(run, "requires_grad", requires_grad)
        return self

    def assign(self, run: Run, name: str, value: Value) -> None:
        if name == "requires_grad" and isinstance(value, bool):
            self.trainable = value


class ParameterClass(Native):
    """``nn.Parameter`` as a class."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @property
    def label(self) -> str:
        return "Parameter"

    def call(self, run: Run, values: list[Value], named: Named) -> Value:
        data = values[0] if values else named.get("data")
        shape = data.shape if isinstance(data, Symbol) and data.stored else None
        made = Parameter(self.session, shape)
        wanted = values[1] if len(values) > 1 else named.get("requires_grad", True)
        made.trainable = wanted is not False
        return made

    def holds(self, value: Value) -> bool | None:
        """Whether ``value`` is an instance, for ``isinstance``."""
        return isinstance(value, Parameter)
