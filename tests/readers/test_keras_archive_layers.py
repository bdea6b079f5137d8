"""Saved models of layers that hold others, name their inputs or keep state besides weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras  # type: ignore[import-untyped]  # Keras ships no types
import pytest
from keras import layers as kl

from tests.readers.archives import saved
from tests.readers.test_keras_archive import agree, read
from weighbridge.weighing import weigh

ZEROS = {"kernel_initializer": "zeros"}
"""Spares the compilation of a random generator for each shape."""


def multi_head(x: Any, y: Any) -> Any:
    layer = kl.MultiHeadAttention(2, 3, value_dim=4, dropout=0.1, use_gate=True, **ZEROS)
    return layer(key=x, value=y[:, :5], query=y)


MODELS: dict[str, Callable[[Any, Any], Any]] = {
    "multi-head": multi_head,
    "grouped": lambda x, y: kl.GroupQueryAttention(4, 4, 2, **ZEROS)(y, y),
    "scored": lambda x, y: kl.Attention(use_scale=True, score_mode="concat")([x, x, x]),
    "additive": lambda x, y: kl.AdditiveAttention(dropout=0.1)([y, y]),
    "normalised": lambda x, y: kl.RMSNormalization()(
        kl.GroupNormalization(2, scale=False)(kl.LayerNormalization(axis=[1, 2])(x))
    ),
    "standardised": lambda x, y: kl.UnitNormalization()(kl.Normalization(axis=(1, 2))(x)),
    "given": lambda x, y: kl.Normalization(mean=0.5, variance=2.0)(x),
    "spectral": lambda x, y: kl.SpectralNormalization(kl.Dense(3, **ZEROS))(x),
    "bins": lambda x, y: kl.Discretization([0.0, 1.0], output_mode="one_hot")(x),
    "encoded": lambda x, y: kl.CategoryEncoding(5, output_mode="count")(x),
    "spectrogram": lambda x, y: kl.STFTSpectrogram(frame_length=4)(x),
}


@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)
def test_keras_agrees(make: Callable[[Any, Any], Any], tmp_path: Path) -> None:
    x, y = keras.Input((5, 8)), keras.Input((6, 8))

    agree(keras.Model([x, y], make(x, y)), tmp_path)


def test_images_agree(tmp_path: Path) -> None:
    image = keras.Input((9, 9, 3))
    varied = kl.AugMix()(kl.RandomFlip()(kl.RandomCrop(7, 7)(image)))
    framed = kl.CenterCrop(5, 5)(kl.Resizing(6, 6)(varied))

    agree(keras.Model(image, framed), tmp_path)


@pytest.mark.parametrize(
    ("layer", "shape", "adapters"),
    [
        (lambda: kl.Dense(6, lora_rank=2, **ZEROS), (8,), 8 * 2 + 2 * 6),
        (lambda: kl.Embedding(10, 6, lora_rank=2), (8,), 10 * 2 + 2 * 6),
        (lambda: kl.Conv2D(6, 3, lora_rank=2, **ZEROS), (8, 8, 4), 3 * 3 * 4 * 2 + 2 * 6),
    ],
    ids=["dense", "embedding", "conv"],
)
def test_adapters_are_saved_as_part_of_the_kernel_and_made_anew(
    layer: Callable[[], Any], shape: tuple[int, ...], adapters: int, tmp_path: Path
) -> None:
    """Keras saves the sum; what it loads has an adapter again."""
    model = keras.Sequential([keras.Input(shape), layer()])
    found = weigh(read(saved(model, tmp_path)))

    loaded = keras.models.load_model(saved(model, tmp_path))
    assert found.agrees
    assert found.parameters == loaded.count_params()
    assert found.trainable == sum(variable.value.size for variable in loaded.trainable_variables)
    assert int(found.trainable) >= adapters
    assert [type(each).__name__ for each in found.findings] == ["AdaptersMerged"]


def test_roles_come_from_the_names_in_the_file(tmp_path: Path) -> None:
    """Query, key and value have kernels of one size here; the file tells them apart."""
    x = keras.Input((5, 6))
    model = keras.Model(x, kl.MultiHeadAttention(2, 3, **ZEROS)(x, x))

    (row,) = (row for row in weigh(read(saved(model, tmp_path))).rows if row.held)

    kernels = {held.role: held.name for held in row.held or () if held.role.endswith("kernel")}
    assert set(kernels) == {"query_kernel", "key_kernel", "value_kernel", "output_kernel"}
    assert row.basis == "agrees"
