"""Keras as files write it: ``keras``, ``tf.keras``, its layers, models and functional operations.

Nothing of it is imported. A class name is looked up among the spellings in ``weighbridge.layers``;
names that change no count, shape or work (optimizers, losses, callbacks) are left untold.
"""

from __future__ import annotations

from weighbridge import layers
from weighbridge.layers import Untold
from weighbridge.readers._python.values import Builtin, Class, Named, Value
from weighbridge.readers.dialects import Dialect, World
from weighbridge.readers.dialects._graph import Symbol, symbols
from weighbridge.readers.dialects._keras_functions import Functions, array_function
from weighbridge.readers.dialects._keras_layer_class import LayerClass
from weighbridge.readers.dialects._keras_layers import InputObject, LayerObject
from weighbridge.readers.dialects._keras_model_class import ModelClass
from weighbridge.readers.dialects._keras_models import FunctionalModel, SequentialModel
from weighbridge.readers.dialects._keras_session import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.model import Model, Origin
    from weighbridge.readers import Source
    from weighbridge.readers._python.run import Run
    from weighbridge.readers.dialects._keras_applications import Networks

_MAKES = ("newaxis", "random", "constant", "convert_to_tensor", "one_hot")
"""Names below ``tf`` that make concrete tensors although they are no operation."""
_DATA = ("datasets", "utils", "preprocessing")
_ADDONS = (
    "GroupNormalization", "InstanceNormalization", "PeepholeLSTMCell", "SpectralNormalization",
    "AdaptiveAveragePooling1D", "AdaptiveAveragePooling2D", "AdaptiveAveragePooling3D",
    "AdaptiveMaxPooling1D", "AdaptiveMaxPooling2D", "AdaptiveMaxPooling3D",
)  # fmt: skip
"""Layers of TensorFlow Addons, as Keras would have them."""
_MODULES = frozenset((
    "activations", "applications", "backend", "callbacks", "config", "constraints", "datasets",
    "initializers", "layers", "losses", "metrics", "models", "ops", "optimizers", "preprocessing",
    "quantizers", "random", "regularizers", "saving", "utils",
))  # fmt: skip
"""Modules of Keras that ``from keras import *`` brings."""
_PLACES = ("layers", "models", "engine", "legacy")


class Keras(Dialect):
    """What the names of Keras and TensorFlow stand for in one reading."""

    producer = "keras"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.session = Session()
        self.functions = Functions(self.session)
        self._classes: dict[str, LayerClass] = {}
        self._networks: Networks | None = None

    def model(
        self, run: Run, source: Source, named: Value | None
    ) -> Callable[[Origin], Model] | None:
        """The model of the file that is meant, waiting for its origin; ``None``: no Keras."""
        from weighbridge.readers.dialects._keras_choice import meant, supply
        from weighbridge.readers.dialects._keras_model import model_of

        shapes = source.shapes
        root = meant(self.session, run, named, shapes)
        if root is None:
            return None
        supply(self.session, run, root, shapes)
        return lambda origin: model_of(root, origin, tuple(run.findings))

    def row(self, run: Run, source: Source, parts: list[Value]) -> Callable[[Origin], Model] | None:
        """A line of notation: one model, or layers in a row."""
        from weighbridge.readers.dialects._keras_choice import native, supply
        from weighbridge.readers.dialects._keras_model import model_of

        if not any(native(part) or isinstance(part, Symbol) for part in parts):
            return None
        alone = native(parts[0]) if len(parts) == 1 else None
        if isinstance(alone, SequentialModel | FunctionalModel):
            root: LayerObject = alone
        else:
            root = SequentialModel(self.session, run, [parts], {})
        supply(self.session, run, root, source.shapes)
        return lambda origin: model_of(root, origin, tuple(run.findings))

    # -- names -----------------------------------------------------------------------------------

    def resolve(self, path: str) -> Value | None:
        parts = [
            part for part in path.split(".") if part not in ("python", "src", "v1", "v2", "compat")
        ]
        if parts[0] == "tensorflow_addons":
            return self._named(parts[-1]) if parts[-1] in _ADDONS else None
        if "keras" not in parts and parts[0] not in ("tf_keras",):
            return self._of_tensorflow(".".join(parts[1:]))
        inside = parts[parts.index("keras") + 1 :] if "keras" in parts else parts[1:]
        return self._inside(inside) if inside else None

    def has_module(self, path: str) -> bool:
        place, _, name = path.rpartition(".")
        return name in _MODULES and place.rpartition(".")[2] in ("keras", "tf_keras")

    def called(self, run: Run, path: str, values: list[Value], named: Named) -> Value:
        """A function of the framework nobody here knows; on tensors it gives an unknown tensor."""
        if not symbols([values, named]):
            return Untold(f"{path}(…)")
        return self.session.operate(run, f"unknown:{path.partition('.')[2]}", values, named)

    def unknown(self, run: Run, why: Untold, values: list[Value], named: Named) -> Value | None:
        given = (s for s in symbols([values, named]) if s.session is self.session)
        reads = [symbol for symbol in given if not symbol.stored]
        if not reads:
            return None
        read: Value = reads[0] if len(reads) == 1 else reads
        return self.session.apply(run, self.session.mystery(run, why), [read], {})

    def _inside(self, parts: list[str]) -> Value | None:
        """What ``keras.<parts>`` stands for."""
        *places, name = parts
        area = places[0] if places else ""
        if parts == ["__version__"]:
            return "3.15.1"
        if area == "ops":
            return self.functions.function(
                f"ops.image.{name}" if "image" in places else f"ops.{name}"
            )
        if area in ("backend", "activations", "config") or parts == ["utils", "clear_session"]:
            return self.functions.function(".".join(parts))
        if area in ("utils", "saving") and "register" in name:
            return Builtin(name, self._register)
        if area == "applications" and parts[1:]:
            return self._application(parts[1:])
        if parts == ["utils", "get_source_inputs"]:
            return Builtin(name, self._source_inputs)
        if area in _DATA:
            return _data(".".join(parts))
        if area == "random" and layers.spelling("keras", f"random.{name}"):
            return self.functions.operation(f"keras:random.{name}", f"random.{name}")
        return self._in_layers(area, name)

    def _application(self, parts: list[str]) -> Value | None:
        """What ``keras.applications.<parts>`` stands for; a network nobody knows is a layer."""
        from weighbridge.readers.dialects._keras_applications import Networks

        self._networks = self._networks or Networks(self.session)
        found = self._networks.named(parts[0], parts[-1])
        unknown = found is None and parts[-1][:1].isupper()
        return self._class(f"applications.{parts[-1]}") if unknown else found

    def _source_inputs(self, run: Run, tensor: Value, *values: Value) -> Value:
        from weighbridge.readers.dialects._keras_applications import source_inputs

        return source_inputs(run, tensor)

    def _in_layers(self, area: str, name: str) -> Value | None:
        if area not in ("", *_PLACES) or (not area and name in _PLACES):
            return None
        return self._named(name)

    def _named(self, name: str) -> Value | None:
        """A class or function of ``keras``, ``keras.layers`` or ``keras.models``."""
        if name == "Input":
            return Builtin(name, self._input)
        if name == "InputLayer":
            return Builtin(
                name, lambda run, *values, **named: self._input_layer(run, values, named)
            )
        if name == "Lambda":
            return Builtin(name, self._lambda)
        if name == "clone_model":
            return Builtin(name, self._clone)
        if name[:1].isupper():
            return self._class(name)
        camel = "".join(word.capitalize() for word in name.split("_"))
        if layers.spelling("keras", camel) is not None:
            return Builtin(name, self._functional_form(camel))
        return None

    def bare(self, name: str) -> Value | None:
        """Names as snippets use them without an import."""
        aliases = {
            "keras": "keras",
            "tf": "tensorflow",
            "layers": "keras.layers",
            "models": "keras.models",
            "K": "keras.backend",
        }
        if name in aliases:
            return self.world.resolve(aliases[name])
        known = name in ("Input", "InputLayer", "Model", "Sequential", "Layer", "Lambda")
        if known or layers.spelling("keras", name) is not None:
            return self._named(name)
        return None

    def _class(self, name: str) -> LayerClass:
        if name not in self._classes:
            sort = ModelClass if name in ("Model", "Sequential", "Functional") else LayerClass
            native = "Model" if name == "Functional" else name
            self._classes[name] = sort(self.session, native)
        return self._classes[name]

    def _of_tensorflow(self, name: str) -> Value | None:
        """``tf.<name>``: an operation, a variable, a shape."""
        match name:
            case "Module":
                return self._class("Layer")
            case "Variable":
                return Builtin(name, self.functions.variable)
            case "shape":
                return Builtin(name, self.functions.dynamic_shape)
            case "function":
                return Builtin(name, lambda run, function=None, *_, **__: function)
        if layers.spelling("tf", name):
            return self.functions.operation(f"tf:{name}", name)
        return array_function(name) if name.partition(".")[0] in _MAKES else None

    def _register(self, run: Run, *values: Value, **named: Value) -> Value:
        """``register_keras_serializable(package, name)`` as a decorator."""
        given = dict(zip(("package", "name"), values, strict=False)) | named

        def mark(run: Run, cls: Value) -> Value:
            if isinstance(cls, Class):
                cls.registered = (
                    str(given.get("package", "Custom")),
                    str(given.get("name") or cls.name),
                )
            return cls

        return (
            mark(run, values[0])
            if values and isinstance(values[0], Class)
            else Builtin("register", mark)
        )

    # -- making ----------------------------------------------------------------------------------

    def _input(self, run: Run, *values: Value, **named: Value) -> Value:
        order = ("shape", "batch_size", "dtype", "sparse", "batch_shape", "name")
        if values and all(isinstance(size, int) or size is None for size in values):
            values = (values,)
        layer = InputObject(self.session, run, dict(zip(order, values, strict=False)) | named)
        return layer.symbol

    def _input_layer(self, run: Run, values: tuple[Value, ...], named: Named) -> Value:
        order = ("shape", "batch_size", "dtype")
        return InputObject(self.session, run, dict(zip(order, values, strict=False)) | named)

    def _lambda(self, run: Run, function: Value, *values: Value, **named: Value) -> Value:
        from weighbridge.readers.dialects._keras_written import FunctionLayer

        return FunctionLayer(self.session, run, function, named)

    def _clone(self, run: Run, model: Value, **_: Value) -> Value:
        from weighbridge.readers.dialects._keras_cloning import clone

        return clone(self.session, run, model)

    def _functional_form(self, native: str) -> Callable[..., Value]:
        """``concatenate([a, b], axis=-1)``: the layer made and called at once."""

        def form(run: Run, inputs: Value, *values: Value, **named: Value) -> Value:
            layer = self._class(native).make(run, list(values), named)
            return self.session.apply(run, layer, [inputs], {})

        return form


def _data(path: str) -> Value | None:
    """Data sets, and what prepares data."""
    from weighbridge.readers.dialects._datasets import data

    return data(path)


ROOTS = {"keras": Keras, "tensorflow": Keras, "tf_keras": Keras, "tensorflow_addons": Keras}
