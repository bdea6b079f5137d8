"""Functions of Keras and TensorFlow in followed code: operations, shapes, variables, settings."""

from __future__ import annotations

from weighbridge import layers
from weighbridge.layers import Samples, Untold
from weighbridge.readers._python.objects import attribute
from weighbridge.readers._python.values import Builtin, Native, Value
from weighbridge.readers.dialects._graph import Symbol, symbols
from weighbridge.readers.dialects._session import has_samples, sample

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._python.run import Run
    from weighbridge.readers.dialects._keras_session import Session


class Functions:
    """What the functions of one reading's Keras do."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def operation(self, key: str, name: str = "") -> Builtin:
        """A function that makes an operation of the tensors it is called with.

        Without tensors and without the number of samples among its arguments it may still make an
        array: ``tf.zeros((1, 28, 28, 1))``.
        """

        def made(run: Run, *values: Value, **named: Value) -> Value:
            if symbols([*values, named]) or has_samples([*values, named]):
                return self.session.operate(run, key, list(values), named)
            array = array_function(name)
            return array.call(run, list(values), named) if array else Untold(f"{key}(…)")

        return Builtin(key, made)

    def function(self, path: str) -> Value | None:
        """``keras.ops.<name>``, ``keras.backend.<name>``, ``keras.activations.<name>``."""
        own: dict[str, Callable[..., Value]] = {
            "backend.int_shape": _shape_of,
            "backend.image_data_format": self._data_format,
            "config.image_data_format": self._data_format,
            "backend.set_image_data_format": self._set_data_format,
            "config.set_image_data_format": self._set_data_format,
            "utils.clear_session": lambda run, *_, **__: self.session.counts.clear(),
            "backend.shape": self.dynamic_shape,
            "ops.shape": self.dynamic_shape,
            "backend.clear_session": lambda run, *_, **__: self.session.counts.clear(),
            "activations.get": self._activation,
        }
        if path in own:
            return Builtin(path, own[path])
        name = path.partition(".")[2]
        return self.operation(f"keras:{path}", name) if layers.spelling("keras", path) else None

    def _data_format(self, run: Run) -> Value:
        return "channels_first" if self.session.channels_first else "channels_last"

    def _set_data_format(self, run: Run, data_format: Value) -> Value:
        self.session.channels_first = data_format == "channels_first"
        return None

    def _activation(self, run: Run, name: Value = None) -> Value:
        """``activations.get(name)``: the function; one that is given already is given back."""
        if name is None:
            return Builtin("linear", lambda run, x: x)
        return self.function(f"activations.{name}") if isinstance(name, str) else name

    def variable(self, run: Run, *values: Value, **named: Value) -> Value:
        """``tf.Variable(initial)`` inside a layer of the file is one of its weights."""
        first = values[0] if values else None
        own = first.shape if isinstance(first, Symbol) else getattr(first, "dims", None)
        shape = named.get("shape", own)
        symbol = Symbol(self.session, sample(shape), stored=True)
        symbol.trainable = named.get("trainable") is not False
        return symbol

    def dynamic_shape(self, run: Run, value: Value, *_: Value, **__: Value) -> Value:
        """``tf.shape(x)``: known sizes as numbers, the batch and open ones unknown."""
        if not isinstance(value, Symbol) or value.shape is None:
            return Untold("the shape of a tensor")
        open_size = Untold("a size only known when the model runs")
        inner = [open_size if n is None else n for n in value.shape]
        samples = Samples("the number of samples", layers.multiple(value.shape))
        return inner if value.stored else [samples, *inner]


def array_function(name: str) -> Native | None:
    """The function that makes an array, of that name below ``tf``."""
    from weighbridge.readers.dialects._datasets import tensors

    found = tensors(name)
    return found if isinstance(found, Native) else None


def _shape_of(run: Run, value: Value) -> Value:
    return attribute(run, value, "shape")
