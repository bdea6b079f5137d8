"""What constructors of Keras layers share: names of classes, shapes, dtypes."""

from __future__ import annotations

from weighbridge import layers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._python.values import Named, Value

_ALIASES = (
    ("MaxPool", "MaxPooling"),
    ("AvgPool", "AveragePooling"),
    ("Convolution", "Conv"),
)
"""Second names of classes: ``MaxPool2D`` is the class ``MaxPooling2D``."""

_CLASSES = {"GroupQueryAttention": "GroupedQueryAttention"}
"""Classes that Keras exports under another name only."""

_ATTENDING = ("Softmax", "Dropout")
_AUGMENTING = (
    "RandomShear", "RandomTranslation", "RandomRotation", "RandomBrightness",
    "RandomColorDegeneration", "RandomContrast", "RandomSharpness", "Solarization",
    "RandomPosterization", "AutoContrast", "Equalization",
)  # fmt: skip
MADE_INSIDE = {"RandAugment": _AUGMENTING, "AugMix": _AUGMENTING}
"""Layers that a layer makes for itself, so that automatic names are given to them; Keras 3.15."""
BUILT_INSIDE = {"MultiHeadAttention": _ATTENDING, "GroupedQueryAttention": _ATTENDING}
"""The same of those that it makes when it is first called."""


def canonical(native: str) -> str:
    """The name a class has in Keras, whatever alias it is used by."""
    native = _CLASSES.get(native, native)
    for alias, name in _ALIASES:
        head, found, tail = native.partition(alias)
        if found and tail[:1].isdigit():
            return head + name + tail
    return native


def variable_dtype(policy: Value) -> str:
    """The dtype variables have under a policy: mixed precision keeps them in float32."""
    if not isinstance(policy, str) or policy.startswith("mixed"):
        return "float32"
    return policy


def declared_shape(native: str, named: Named) -> Value:
    """``input_shape=`` and its older forms; ``None`` where the layer does not say."""
    if "input_shape" in named:
        shape = named["input_shape"]
        return (shape,) if isinstance(shape, int) else shape
    for whole in ("batch_input_shape", "batch_shape"):
        if isinstance(shape := named.get(whole), tuple | list):
            return tuple(shape[1:])
    if "input_dim" in named and not layers.takes("keras", native, "input_dim"):
        length = (named["input_length"],) if "input_length" in named else ()
        return (*length, named["input_dim"])
    if native == "Embedding" and "input_length" in named:
        return (named["input_length"],)
    return None
