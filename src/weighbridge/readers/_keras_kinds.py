"""What the layers of a saved Keras model are: their settings in the words of their constructors.

A configuration holds objects inside (initializers, policies, layers inside wrappers). A layer
inside is handed over as its kind, a function by its name, and code is never touched.
"""

from __future__ import annotations

from weighbridge import layers
from weighbridge.errors import Impossible, Malformed
from weighbridge.layers import Untold
from weighbridge.model import Input, Kind, Unknown
from weighbridge.readers._keras_calls import Arguments, printable, sample
from weighbridge.readers._keras_config import saved
from weighbridge.readers._keras_weights import snake

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._keras_calls import Json
    from weighbridge.readers._keras_config import Saved

NOT_SETTINGS = ("name", "trainable", "dtype", "autocast")
"""What every layer has, and what changes neither a count, a shape nor work."""
FILLING = ("_initializer", "_regularizer", "_constraint")
"""The ends of settings that say how tensors are filled and trained, not which there are."""
_NO_LAYERS = ("keras.initializers", "keras.regularizers", "keras.constraints")
_MISFIT = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)
"""What a constructor's arithmetic raises over values that no constructor ever saw."""


def kind_of(layer: Saved, where: str) -> Kind:
    """What ``layer`` is. ``Unknown`` for a class of the author's own, which is never run.

    Raises ``Impossible`` for settings that cannot be, ``Malformed`` for those that are none.
    """
    if layer.is_input:
        return Input(shape=sample(whole_shape(layer)))
    if layer.is_operation or layer.native in ("TFOpLambda", "SlicingOpLambda"):
        return _operation(layer)
    dialect, native = _class(layer)
    if not dialect:
        return Unknown(native=layer.native, because="a class of the author's own, which is not run")
    try:
        return layers.make(dialect, native, (), _settings(layer))
    except Impossible as error:
        error.what = f"{layer.native}: {error.what}"
        raise error.at(where) from None
    except Malformed as error:
        raise error.at(where) from None
    except _MISFIT as error:
        what = f"the settings of a {layer.native} make no sense: {error}"
        raise Malformed(what, where) from error


def _class(layer: Saved) -> tuple[str, str]:
    """Dialect and name under which the layer is spelled; no dialect if nobody can spell it."""
    package, separator, name = layer.registered.partition(">")
    if separator:
        return package, name
    return ("", "") if layer.is_custom else ("keras", layer.native)


def whole_shape(layer: Saved) -> Json:
    """The shape with the batch axis that a layer says it reads, under all names it had."""
    config = layer.config
    return config.get("batch_shape", config.get("batch_input_shape"))


def variable_dtype(layer: Saved) -> str:
    """The dtype of the layer's variables: mixed precision keeps them in float32."""
    policy = layer.config.get("dtype")
    if isinstance(policy, dict):
        inner = policy.get("config")
        policy = inner.get("name") if isinstance(inner, dict) else None
    if not isinstance(policy, str):
        return "float32"
    name = printable(policy).rpartition("_from_")[2]
    return "float32" if name.startswith("mixed_") else name


# -- operations ----------------------------------------------------------------------------------


def _operation(layer: Saved) -> Kind:
    """The function of tensors that a graph lists as a layer, with the arguments of its call."""
    given = layer.calls[0] if layer.calls else Arguments((), {})
    settings = _settings(layer)
    named = {key: plain(value) for key, value in given.named.items()}
    positional = [plain(value) for value in given.positional]
    if "function" in layer.config:
        dialect, name = _of_tensorflow(str(settings.pop("function")))
        if "slice_spec" in named:
            positional.append(_key(named.pop("slice_spec")))
    else:
        area = f"{layer.module}".rpartition(".")[2]
        dialect, name = "keras", f"ops.{snake(layer.native)}"
        if layers.spelling(dialect, name) is None:
            name = f"ops.{area}.{snake(layer.native)}"
    try:
        return layers.make(dialect, name, positional, settings | named)
    except (Impossible, *_MISFIT) as error:
        return Unknown(native=layer.native, because=f"its arguments are not understood: {error}")


def _of_tensorflow(function: str) -> tuple[str, str]:
    """``math.add`` and ``__operators__.add`` as tf.keras names what it calls."""
    area, _, name = function.rpartition(".")
    return ("python", name) if area == "__operators__" else ("tf", function)


def _key(specified: object) -> object:
    """An index of tf.keras, its slices as mappings of start, stop and step."""
    if isinstance(specified, tuple):
        return tuple(_key(item) for item in specified)
    if isinstance(specified, dict) and specified.keys() == {"start", "stop", "step"}:
        return slice(*specified.values())
    return specified


# -- settings ------------------------------------------------------------------------------------


def _settings(layer: Saved) -> dict[str, Json]:
    told = layer.config.items()
    return {k: plain(v) for k, v in told if k not in NOT_SETTINGS and not k.endswith(FILLING)}


def plain(value: Json) -> Json:
    """A setting as a constructor would take it."""
    if isinstance(value, list | tuple):
        return tuple([plain(item) for item in value])
    if not isinstance(value, dict):
        return value
    sort = value.get("class_name")
    if not isinstance(sort, str):
        return {key: plain(item) for key, item in value.items()}
    return _SPECIAL.get(sort, _object)(value)


def _object(value: dict[str, Json]) -> Json:
    """A layer as its kind, a function as its name, anything else as the name of its class."""
    module, config = value.get("module"), value.get("config")
    if isinstance(config, str):
        return config
    if isinstance(module, str) and module.startswith(_NO_LAYERS):
        return value["class_name"]
    inner = saved(_listed(value), where="")
    if inner.inside is not None:
        from weighbridge.readers._keras_inner import inner_kind

        return inner_kind(inner, where="")
    if inner.is_custom or ".layers" in f"{inner.module}":
        return kind_of(inner, where="")
    return inner.native


def _listed(value: Json) -> Json:
    """``value`` with lists for tuples, as they come back from a file; live layers tell tuples."""
    if isinstance(value, list | tuple):
        return [_listed(item) for item in value]
    return {k: _listed(v) for k, v in value.items()} if isinstance(value, dict) else value


def _inner(value: dict[str, Json], key: str) -> Json:
    config = value.get("config")
    return config.get(key) if isinstance(config, dict) else None


def _slice(value: dict[str, Json]) -> slice:
    return slice(*(plain(_inner(value, key)) for key in ("start", "stop", "step")))


def _untold(because: str) -> Callable[[dict[str, Json]], Untold]:
    return lambda value: Untold(because)


_SPECIAL: dict[str, Callable[[dict[str, Json]], Json]] = {
    "function": lambda value: value.get("config"),
    "__lambda__": _untold("it is a function of the author's own, which is not run"),
    "__numpy__": lambda value: plain(_inner(value, "value")),
    "__tensor__": lambda value: plain(_inner(value, "value")),
    "__bytes__": lambda value: _inner(value, "value"),
    "__ellipsis__": lambda value: ...,
    "__slice__": _slice,
    "__typespec__": _untold("it is a type of TensorFlow"),
    "__tuple__": lambda value: plain(value.get("items") or ()),
    "TensorShape": lambda value: plain(value.get("items") or ()),
}
