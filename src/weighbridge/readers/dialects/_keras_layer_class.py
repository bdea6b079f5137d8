"""Layer classes of Keras in followed code: called, derived from, asked about."""

from __future__ import annotations

from weighbridge import layers
from weighbridge.layers import Untold
from weighbridge.model import Kind, Unknown
from weighbridge.readers._python.values import (
    Builtin,
    Class,
    Instance,
    Named,
    Native,
    Value,
    told,
)
from weighbridge.readers.dialects._graph import TensorShape
from weighbridge.readers.dialects._keras_layers import LayerObject, held_in
from weighbridge.readers.dialects._keras_settings import canonical

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._python.run import Run
    from weighbridge.readers.dialects._keras_session import Session

_FROM_BASE = ("name", "trainable", "dtype", "input_shape", "batch_input_shape", "batch_size")
_LAYER_STEPS = 50
"""What making a layer counts for among the steps of a reading."""


class LayerClass(Native):
    """A layer class of Keras."""

    def __init__(self, session: Session, native: str) -> None:
        self.session, self.native = session, native

    @property
    def label(self) -> str:
        return self.native

    def call(self, run: Run, values: list[Value], named: Named) -> Value:
        return self.make(run, values, named)

    def make(self, run: Run, values: list[Value], named: Named) -> LayerObject:
        """A layer of this class with these settings."""
        run.step(_LAYER_STEPS)
        values = [told(value) for value in values]
        plain = {k: told(v) for k, v in named.items() if k not in _FROM_BASE and k != "**"}
        if _is_extra(self.native, plain):
            plain.pop("input_dim"), plain.pop("input_length", None)
        if self.session.channels_first and layers.takes("keras", self.native, "data_format"):
            plain.setdefault("data_format", "channels_first")
        kind = self._kind(values, plain, named.get("**"))
        if isinstance(kind, Unknown):
            why = kind.because or f"{self.native} is not a layer weighbridge knows"
            kind = Unknown(native=self.native, because=why)
            run.note(why, run.here, str(named.get("name", "")))
        else:
            for name, unknown in layers.unsettled("keras", self.native, values, plain).items():
                run.note(f"{name} of {self.native} is not known: {unknown.because}", run.here)
        made = LayerObject(self.session, self.native, kind, named)
        made.cls, made.settings = self, plain
        made.inside = held_in([*values, *plain.values()])
        made.place, made.excerpt = run.place(run.here), run.excerpt(run.here)
        return made

    def _kind(self, values: list[Value], named: Named, hidden: Value) -> Kind:
        if isinstance(hidden, Untold):
            return Unknown(native=self.native, because=f"its settings are {hidden.because}")
        settings = {name: _with_kinds(value) for name, value in named.items()}
        return layers.make("keras", self.native, [_with_kinds(v) for v in values], settings)

    def found(self, run: Run, instance: Instance) -> None:
        """Makes ``instance``, of a class of the file that derives from this one, a layer."""
        from weighbridge.readers.dialects._keras_written import WrittenLayer

        instance.native = WrittenLayer(self.session, run, instance, self)

    def behind(self, run: Run, values: list[Value], named: Named) -> LayerObject | None:
        """The model that a class deriving from this one becomes by what it hands up."""
        return None

    def holds(self, value: Value) -> bool | None:
        """Whether ``value`` is an instance, for ``isinstance``."""
        native = value.native if isinstance(value, Instance) else value
        if self.native == "Layer":
            return isinstance(native, LayerObject)
        return isinstance(native, LayerObject) and native.native == self.native

    def attribute(self, run: Run, name: str) -> Value:
        match name:
            case "__name__":
                return self.native
            case "__init__":
                return Builtin(name, _initialised)
        return Untold(f"{self.native}.{name}")

    def operate(self, run: Run, operator: str, other: Value, reflected: bool) -> Value:
        if operator not in ("eq", "ne"):
            return Untold(f"{operator} of {self.native}")
        same = isinstance(other, LayerClass) and canonical(other.native) == canonical(self.native)
        return same is (operator == "eq")


def _initialised(run: Run, instance: Value, *values: Value, **named: Value) -> Value:
    """``Layer.__init__(self, …)``, called on the class instead of through ``super()``."""
    native = instance.native if isinstance(instance, Instance) else None
    start = None if native is None else native.attribute(run, "__init__")
    return start.call(run, list(values), named) if isinstance(start, Native) else None


def _is_extra(native: str, named: Named) -> bool:
    """Whether ``input_dim`` is the old way to give a shape rather than a setting of the layer."""
    return "input_dim" in named and not layers.takes("keras", native, "input_dim")


def _with_kinds(value: Value) -> Value:
    """A setting with each layer in it as its kind, which is what a wrapper asks for."""
    native = value.native if isinstance(value, Instance) else value
    if isinstance(native, LayerObject):
        from weighbridge.readers.dialects._keras_inner import inner_kind

        return inner_kind(native)
    if isinstance(value, tuple | list) and not isinstance(value, TensorShape):
        return type(value)(_with_kinds(item) for item in value)
    return value


def is_layer_class(value: Value) -> bool:
    """Whether a class of the file derives from a layer or model of Keras."""
    return isinstance(value, Class) and isinstance(value.foreign, LayerClass)
