"""Layers that vary images, against real Keras: shapes, and the state of random numbers."""

from __future__ import annotations

from typing import Any

import keras  # type: ignore[import-untyped]  # Keras ships no types
import pytest

from tests.witness import agree, call, kind_of
from weighbridge.errors import Impossible
from weighbridge.layers.augmentation import SPELLINGS, Augmentation
from weighbridge.model import sizes

NATIVES = sorted(key.removeprefix("keras:") for key in SPELLINGS)
BY_FACTOR = (
    "RandomBrightness", "RandomColorDegeneration", "RandomContrast", "RandomHue",
    "RandomRotation", "RandomSaturation", "RandomSharpness",
)  # fmt: skip
DEMANDED: dict[str, dict[str, object]] = {
    "RandomTranslation": {"height_factor": 0.2, "width_factor": 0.2},
    "MaxNumBoundingBoxes": {"max_number": 5},
    "RandomZoom": {"height_factor": 0.2},
    "RandomPosterization": {"factor": 3},
    **{native: {"factor": 0.2} for native in BY_FACTOR},
}
CASES = [(native, DEMANDED.get(native, {})) for native in NATIVES] + [
    ("AugMix", {"all_ops": False}),
    ("RandomColorJitter", {"brightness_factor": 0.1, "hue_factor": 0.1}),
    ("RandomFlip", {"mode": "horizontal", "seed": 3}),
]


@pytest.mark.parametrize(("native", "named"), CASES)
def test_keras_agrees(native: str, named: dict[str, object]) -> None:
    made = call(native, reads=(8, 8, 3), **named)

    assert agree(made) is not None
    seeds = [tensor for tensor in kind_of(made).tensors((8, 8, 3)) or () if tensor.role == "seed"]
    assert [sizes(tensor.dims) for tensor in seeds] == generators(native, named)


def generators(native: str, named: dict[str, object]) -> list[tuple[int, ...]]:
    """Sizes of the state that the real layer keeps outside its weights."""
    with keras.StatelessScope(initialize_variables=False):
        layer: Any = getattr(keras.layers, native)(**named)
        layer(keras.KerasTensor((None, 8, 8, 3)))
    return [tuple(state.shape) for state in layer.variables if state not in layer.weights]


@pytest.mark.parametrize("native", sorted(DEMANDED))
def test_what_is_demanded(native: str) -> None:
    assert agree(call(native, reads=(8, 8, 3))) is None
    with pytest.raises(Impossible, match="needs"):
        kind_of(call(native, reads=()))


def test_images_and_labels_are_mixed_together() -> None:
    kind = kind_of(call("MixUp", reads=()))

    assert isinstance(kind, Augmentation)
    assert [sizes(dims) for dims in kind.outputs((8, 8, 3), (10,))] == [(8, 8, 3), (10,)]


def test_how_many_boxes_there_are_is_left_open() -> None:
    kind = kind_of(call("MaxNumBoundingBoxes", 5, reads=()))

    assert kind.outputs((7, 4), (7,), (8, 8, 3)) == (None, None, None)
