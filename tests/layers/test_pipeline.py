"""Layers in a row inside a layer, against real Keras."""

from __future__ import annotations

from collections import Counter
from typing import Any

import keras  # type: ignore[import-untyped]  # Keras ships no types
import pytest

from weighbridge import layers
from weighbridge.errors import Impossible
from weighbridge.formula import equation
from weighbridge.model import Kind, Unknown, sizes

STEPS: list[tuple[str, tuple[object, ...]]] = [
    ("Resizing", (8, 8)), ("RandomFlip", ()), ("RandomRotation", (0.1,)), ("Conv2D", (4, 3)),
    ("Normalization", ()), ("Dense", (5,)), ("Dense", (5,)),
]  # fmt: skip


def pipeline() -> Kind:
    inner = [layers.make("keras", native, arguments, {}) for native, arguments in STEPS]
    return layers.make("keras", "Pipeline", (inner,), {})


def test_keras_agrees() -> None:
    with keras.StatelessScope(initialize_variables=False):
        inner = [getattr(keras.layers, native)(*arguments) for native, arguments in STEPS]
        real: Any = keras.layers.Pipeline(inner)
        result = real(keras.KerasTensor((None, 20, 20, 3)))
    kind = pipeline()
    expected = kind.tensors((20, 20, 3)) or ()
    theirs = [weight for layer in inner for weight in layer.weights]

    assert Counter(sizes(tensor.dims) for tensor in expected if tensor.role != "seed") == Counter(
        tuple(weight.shape) for weight in theirs
    )
    assert [tensor.role for tensor in expected].count("seed") == 2
    assert sizes(kind.output((20, 20, 3))) == result.shape[1:]


def test_the_work_is_that_of_all() -> None:
    """A convolution of 3·3·3·4 at 6·6 places, then 4·5 and 5·5 at each of them."""
    kind = pipeline()
    work = kind.macs(((20, 20, 3),), (6, 6, 5))

    assert work is not None
    assert equation(work).endswith(f"= {(3 * 3 * 3 * 4 + 4 * 5 + 5 * 5) * 6 * 6:,}")


def test_the_count_by_layer() -> None:
    parts = pipeline().parts((20, 20, 3))

    assert [(part.noun, equation(part.each)) for part in parts] == [
        ("conv", "(3·3·3 + 1)·4 = 112"),
        ("dense", "(4 + 1)·5 = 25"),
        ("dense", "(5 + 1)·5 = 30"),
    ]


def test_what_is_unknown_inside_makes_it_unknown() -> None:
    assert isinstance(layers.make("keras", "Pipeline", ([Unknown(native="Mine")],), {}), Unknown)
    with pytest.raises(Impossible, match="takes layers"):
        layers.make("keras", "Pipeline", ([3],), {})
    assert layers.make("keras", "Pipeline", ([],), {}).output((4,)) is None
