"""Networks of ``keras.applications`` in followed code, where a file in ``known/`` builds them.

``VGG16(weights="imagenet", include_top=False)`` is the network as published without its top;
weights change no count. What ``known/`` lacks is an unknown layer. Orders of arguments and what
``preprocess_input`` does are those of Keras 3.15.
"""

from __future__ import annotations

import os

from weighbridge.layers import Untold
from weighbridge.readers._python import calls
from weighbridge.readers._python.modules import FileModule, Imported
from weighbridge.readers._python.values import Builtin, Native, Raised
from weighbridge.readers.dialects._graph import Symbol, symbols
from weighbridge.readers.dialects._keras_layers import LayerObject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Named, Value
    from weighbridge.readers.dialects._keras_session import Session

_TOP, _OPEN = ("include_top", "weights"), ("input_tensor", "input_shape", "pooling", "classes")
_USUAL = (*_TOP, *_OPEN, "classifier_activation")
_ORDERS = {
    "mobilenet": (
        "input_shape", "alpha", "depth_multiplier", "dropout", *_TOP, "input_tensor", "pooling",
        "classes", "classifier_activation",
    ),
    "mobilenetv2": (
        "input_shape", "alpha", *_TOP, "input_tensor", "pooling", "classes",
        "classifier_activation",
    ),
    "mobilenetv3": (
        "input_shape", "alpha", "minimalistic", *_TOP, "input_tensor", "classes", "pooling",
        "dropout_rate", "classifier_activation", "include_preprocessing",
    ),
    "nasnet": ("input_shape", *_TOP, "input_tensor", "pooling", "classes"),
    "efficientnetv2": (*_USUAL, "include_preprocessing"),
    "convnext": ("include_top", "include_preprocessing", "weights", *_OPEN),
}  # fmt: skip
"""Names of positional arguments, where they are not the usual ones."""
_WITHOUT_EFFECT = ("classifier_activation", "dropout")
_WITH_WEIGHTS = "efficientnetb"
"""How the names begin of networks that have one layer more with weights of "imagenet"."""
_SCALED = {
    "caffe": ("imagenet_utils", "resnet", "resnet50", "vgg16", "vgg19"),
    "tf": (
        "inception_resnet_v2", "inception_v3", "mobilenet", "mobilenet_v2", "nasnet", "resnet_v2",
        "xception",
    ),
    "torch": ("densenet",),
}  # fmt: skip
"""Modules whose ``preprocess_input`` computes something, by the name Keras gives to what it is."""


class Networks:
    """The files of ``known/`` that one reading has needed."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._modules: dict[str, FileModule] = {}

    def named(self, area: str, name: str) -> Native | None:
        """``keras.applications.<area>.<name>``; ``None``: not a network that ``known/`` has."""
        from weighbridge.readers.known_name import applications

        if name == "preprocess_input":
            return Builtin(name, _Preparation(self.session, area).call)
        found = applications().get(_plain(name)) if name[:1].isupper() else None
        if found is None:
            return None
        file, function = found
        module = self._modules.setdefault(file, FileModule(os.path.basename(file), file, ""))
        return Application(self.session, f"keras.applications.{name}", Imported(module, function))


class Application(Native):
    """A function of ``keras.applications`` that builds a network."""

    def __init__(self, session: Session, path: str, function: Imported) -> None:
        self.session, self.path, self.function = session, path, function

    @property
    def label(self) -> str:
        return self.path

    def attribute(self, run: Run, name: str) -> Value:
        own = self.path.rpartition(".")[2]
        return own if name == "__name__" else Untold(f"{self.path}.{name}")

    def call(self, run: Run, values: list[Value], named: Named) -> Value:
        network = _plain(self.path.rpartition(".")[2])
        settings: Named = {"weights": "imagenet"}
        settings |= dict(zip(_order(network), values, strict=False)) | named
        settings = {key: each for key, each in settings.items() if key not in _WITHOUT_EFFECT}
        if not network.startswith(_WITH_WEIGHTS):
            del settings["weights"]
        if self.session.channels_first:
            return self._unknown(run, named, "channels come first")
        try:
            build = self.function.module.attribute(run, self.function.name)
            built = calls.call(run, build, [], settings, run.here)
        except Raised as raised:
            return self._unknown(run, named, raised.message)
        self.session.published.add(id(built))
        return built

    def _unknown(self, run: Run, named: Named, why: str) -> Value:
        made = self.session.mystery(run, Untold(f"{self.path}: {why}"))
        made.name = str(named.get("name") or made.name)
        return made


class _Preparation:
    """``preprocess_input``, which shifts and scales images."""

    def __init__(self, session: Session, area: str) -> None:
        self.session = session
        self.mode = next((mode for mode, areas in _SCALED.items() if area in areas), "")

    def call(self, run: Run, x: Value, *values: Value, **named: Value) -> Value:
        """Images as they were; of a symbolic tensor, what the operations on it give."""
        if not isinstance(x, Symbol):
            return x
        match named.get("mode", self.mode):
            case "tf":
                return self._chain(run, x, ("truediv", 127.5), ("sub", 1.0))
            case "torch":
                return self._chain(run, x, ("truediv", 255.0), ("add", 0.0), ("truediv", 1.0))
            case "caffe":
                return self._chain(run, self._reversed(run, x), ("add", 0.0))
        return x

    def _chain(self, run: Run, x: Value, *steps: tuple[str, float]) -> Value:
        for sign, number in steps:
            x = x.operate(run, sign, number, False) if isinstance(x, Symbol) else x
        return x

    def _reversed(self, run: Run, x: Symbol) -> Value:
        """Red, green and blue in the opposite order."""
        channels = [x.item(run, (..., i)) for i in (2, 1, 0)]
        return self.session.operate(run, "keras:ops.stack", [channels], {"axis": -1})


def source_inputs(run: Run, tensor: Value, *_: Value) -> Value:
    """``keras.utils.get_source_inputs(tensor)``: the inputs of the model that a tensor is of."""
    from weighbridge.readers.dialects._graph import runnable

    inputs = [
        node.outputs[0]
        for node in runnable([], symbols(tensor))
        if isinstance(node.layer, LayerObject) and not node.reads
    ]
    return inputs or Untold("the inputs of a tensor")


def _order(name: str) -> tuple[str, ...]:
    family = max((one for one in _ORDERS if name.startswith(one)), key=len, default="")
    return _ORDERS.get(family, _USUAL)


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
