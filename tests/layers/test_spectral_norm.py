"""Spectral normalisation, against real Keras around the layers it knows."""

from __future__ import annotations

from collections import Counter
from typing import Any

import keras  # type: ignore[import-untyped]  # Keras ships no types
import pytest

from weighbridge import layers
from weighbridge.errors import Impossible
from weighbridge.formula import equation, total
from weighbridge.model import Kind, Shape, Unknown, sizes

INNER: list[tuple[str, tuple[object, ...], dict[str, object], Shape]] = [
    ("Dense", (5,), {}, (4, 6)),
    ("Dense", (5,), {"use_bias": False}, (6,)),
    ("Conv2D", (4, 3), {"padding": "same"}, (8, 8, 3)),
    ("DepthwiseConv2D", (3,), {"depth_multiplier": 2}, (8, 8, 3)),
    ("Embedding", (10, 4), {}, (7,)),
    ("Conv1D", (4, 3), {"lora_rank": 2}, (8, 3)),
]


def around(native: str, *positional: object, **named: object) -> Kind:
    inner = layers.make("keras", native, positional, named)
    return layers.make("keras", "SpectralNormalization", (inner,), {"power_iterations": 2})


@pytest.mark.parametrize(("native", "positional", "named", "shape"), INNER)
def test_keras_agrees(
    native: str, positional: tuple[object, ...], named: dict[str, object], shape: Shape
) -> None:
    with keras.StatelessScope(initialize_variables=False):
        inner = getattr(keras.layers, native)(*positional, **named)
        real: Any = keras.layers.SpectralNormalization(inner, power_iterations=2)
        dtype = "int32" if native == "Embedding" else "float32"
        result = real(keras.KerasTensor((None, *shape), dtype=dtype))
    kind = around(native, *positional, **named)

    assert held(kind, shape) == Counter(
        (tuple(sorted(weight.shape)), weight.trainable) for weight in real.weights
    )
    assert sizes(kind.output(shape)) == result.shape[1:]
    plain = layers.make("keras", native, positional, named)
    assert kind.macs((shape,), sizes(kind.output(shape))) == plain.macs(
        (shape,), sizes(plain.output(shape))
    )


def held(kind: Kind, shape: Shape) -> Counter[tuple[object, bool]]:
    return Counter(
        (tuple(sorted(n or 0 for n in sizes(tensor.dims) or ())), tensor.trainable)
        for tensor in kind.tensors(shape) or ()
    )


def test_one_more_value_per_channel() -> None:
    """Miyato et al. 2018, algorithm 1: the estimate has the length of one side of the matrix."""
    expected = around("Conv2D", 64, 3).tensors((32, 32, 3)) or ()

    assert equation(total(tensor.dims for tensor in expected)) == "(3·3·3 + 2)·64 = 1,856"
    assert [tensor.role for tensor in expected if tensor.buffer] == ["vector"]


@pytest.mark.parametrize("native", ["Flatten", "PReLU", "BatchNormalization"])
def test_layers_without_a_kernel(native: str) -> None:
    with pytest.raises(Impossible, match="no kernel"):
        around(native).tensors((4, 6))


def test_settings_that_cannot_be() -> None:
    with pytest.raises(Impossible, match="power_iterations"):
        layers.make("keras", "SpectralNormalization", (Unknown(), 0), {})
    with pytest.raises(Impossible, match="takes a layer"):
        layers.make("keras", "SpectralNormalization", (64,), {})


def test_an_unknown_layer_stays_unknown() -> None:
    kind = layers.make("keras", "SpectralNormalization", (Unknown(native="Mine"),), {})

    assert isinstance(kind, Unknown)
    assert "Mine" in kind.because
