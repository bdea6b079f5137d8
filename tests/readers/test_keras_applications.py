"""Networks of ``keras.applications`` in followed code are those that Keras builds."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import keras  # type: ignore[import-untyped]  # Keras ships no types
import pytest

import weighbridge
from weighbridge.readers import known_name
from weighbridge.reports import Printed

NETWORKS = sorted(name for name in dir(keras.applications) if name[:1].isupper())
QUICK = [
    "VGG16(include_top=False, weights=None)",
    "VGG19(include_top=False, pooling='max', input_shape=(64, 48, 3), name='own', weights=None)",
    "ResNet50(False, None, None, (65, 65, 3), 'avg')",
    "DenseNet121(include_top=False, pooling='max', weights=None)",
    "MobileNetV2((97, 128, 1), 0.35, classes=7, weights=None)",
    "MobileNetV2(alpha=1.4, include_top=False, pooling='avg', weights=None)",
    "MobileNetV2(alpha=0.5555, include_top=False, input_shape=(96, 96, 3), weights=None)",
    "MobileNet(alpha=0.25, depth_multiplier=2, include_top=False, weights=None)",
    "MobileNetV3Small((384, 512, 3), include_top=False, weights=None)",
    "MobileNetV3Large(alpha=0.75, minimalistic=True, dropout_rate=0, weights=None)",
    "EfficientNetB0(include_top=False, input_shape=(33, 48, 3), weights=None)",
    "EfficientNetV2B0(False, None, include_preprocessing=False)",
    "ConvNeXtTiny(False, True, None, input_shape=(64, 64, 1))",
]
CALLS = [
    *QUICK,
    *(
        pytest.param(f"{name}({settings})", marks=pytest.mark.long)
        for name in NETWORKS
        for settings in (
            "weights=None",
            "include_top=False, weights=None",
            "include_top=False, pooling='avg', input_shape=(128, 107, 3), weights=None",
            "include_top=False, pooling='max', weights=None",
        )
    ),
]


def read(tmp_path: Path, text: str) -> Printed:
    file = tmp_path / "net.py"
    file.write_text(f"import keras\nfrom keras import layers\n{text}\n", encoding="utf-8")
    return weighbridge.weigh(str(file))


def built(text: str) -> Any:  # a Keras model
    """What Keras makes of the same text, without drawing any weights."""
    keras.utils.clear_session()
    names: dict[str, Any] = {"keras": keras, "layers": keras.layers}
    with keras.StatelessScope(initialize_variables=False):
        exec(text, names)
    return names["model"]


def told(model: Any) -> list[tuple[object, ...]]:
    """Every layer in order: its name, class, tensors and output."""
    return [
        (layer.name, type(layer).__name__, _tensors(layer), tuple(layer.output.shape[1:]))
        for layer in _operations(model)
    ]


def _operations(model: Any) -> list[Any]:
    """The layers, and what is computed between them, as Keras lists them in a summary."""
    return model.layers if isinstance(model, keras.Sequential) else list(model.operations)


def _trainable(model: Any) -> int:
    return sum(math.prod(weight.shape) for weight in model.trainable_weights)


def _tensors(layer: Any) -> list[tuple[tuple[int, ...], bool]]:
    weights = getattr(layer, "weights", ())  # an operation has none
    return sorted((tuple(weight.shape), bool(weight.trainable)) for weight in weights)


def weighed(printed: Printed) -> list[tuple[object, ...]]:
    return [
        (
            row.path,
            row.layer.native,
            sorted((held.shape, held.trainable) for held in row.held or () if held.role != "seed"),
            row.output,
        )
        for row in printed.rows
    ]


@pytest.mark.parametrize("call", CALLS)
def test_layer_by_layer(tmp_path: Path, call: str) -> None:
    text = f"model = keras.applications.{call}"
    found, model = read(tmp_path, text), built(text)

    assert weighed(found) == _inside(model)
    assert found.model.name == model.name
    assert found.parameters == model.count_params()
    assert found.trainable == _trainable(model)


def test_every_network_is_known() -> None:
    assert {name.lower() for name in NETWORKS} <= known_name.applications().keys()


def test_weights_may_ask_for_a_layer_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Images for the weights of "imagenet" are rescaled twice; the weights are not loaded here."""
    monkeypatch.setattr("keras.src.utils.file_utils.get_file", lambda *_, **__: "")
    monkeypatch.setattr(keras.Model, "load_weights", lambda *_: None)
    text = "model = keras.applications.EfficientNetB0(include_top=False)"

    assert weighed(read(tmp_path, text)) == _inside(built(text))


IN_USE = [
    """
base = keras.applications.VGG16(include_top=False, weights=None, input_shape=(64, 64, 3))
base.trainable = False
model = keras.Sequential([base, layers.Flatten(), layers.Dense(10)])
""",
    """
base = keras.applications.vgg16.VGG16(include_top=False, weights=None, input_shape=(64, 64, 3))
for layer in base.layers[:-4]:
    layer.trainable = False
x = layers.GlobalAveragePooling2D()(base.output)
model = keras.Model(base.input, layers.Dense(10)(x))
""",
    """
base = keras.applications.VGG16(include_top=False, weights=None)
model = keras.Model(base.input, base.get_layer("block3_pool").output)
""",
    """
from keras.applications.mobilenet_v2 import MobileNetV2, preprocess_input
inputs = keras.Input((96, 96, 3))
x = layers.RandomFlip()(inputs)
base = MobileNetV2(
    alpha=0.35, include_top=False, pooling="avg", input_tensor=preprocess_input(x), weights=None
)
model = keras.Model(inputs, layers.Dense(5)(base.output))
""",
    """
inputs = keras.Input((64, 64, 3))
x = keras.applications.resnet50.preprocess_input(inputs)
x = keras.applications.densenet.preprocess_input(x)
base = keras.applications.ResNet50(include_top=False, weights=None, input_shape=(64, 64, 3))
base.trainable = False
x = layers.GlobalMaxPooling2D()(base(x, training=False))
model = keras.Model(inputs, layers.Dense(3)(x))
""",
]


@pytest.mark.parametrize("text", IN_USE)
def test_as_files_use_them(tmp_path: Path, text: str) -> None:
    found, model = read(tmp_path, text), built(text)

    assert weighed(found) == _inside(model)
    assert found.parameters == model.count_params()
    assert found.trainable == _trainable(model)


def _inside(model: Any, path: str = "") -> list[tuple[object, ...]]:
    """Every layer, with those of a model inside in its place."""
    rows: list[tuple[object, ...]] = []
    for layer, row in zip(_operations(model), told(model), strict=True):
        if isinstance(layer, keras.Model):
            rows += _inside(layer, f"{path}{layer.name}.")
        else:
            rows.append((f"{path}{row[0]}", *row[1:]))
    return rows


@pytest.mark.parametrize(
    "call",
    [
        "NoSuchNet(include_top=False)",
        "VGG16(no_such_setting=1)",
        "VGG16(include_top=some_module.choice())",
    ],
)
def test_what_is_not_known_is_unknown(tmp_path: Path, call: str) -> None:
    text = f"""
import some_module
base = keras.applications.{call}
model = keras.Sequential([base, layers.Dense(10)])
"""

    assert not read(tmp_path, text).parameters.exact
