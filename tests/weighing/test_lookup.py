"""Layers are found by what people call them."""

from __future__ import annotations

import pytest

from weighbridge import layers
from weighbridge.errors import NotFound
from weighbridge.model import Layer, Model
from weighbridge.weighing import weigh
from weighbridge.weighing.lookup import row_of

DENSE = layers.make("keras", "Dense", (10,), {})
CONV = layers.make("keras", "Conv2D", (6, 5), {})
WEIGHING = weigh(
    Model(
        "two",
        (
            Layer("encoder.dense", DENSE, "Dense", aliases=("hidden",)),
            Layer("encoder.conv", CONV, "Conv2D"),
            Layer("decoder.dense", DENSE, "Dense"),
        ),
    )
)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("encoder.dense", "encoder.dense"),
        ("hidden", "encoder.dense"),
        ("conv", "encoder.conv"),
        ("Conv2D", "encoder.conv"),
    ],
)
def test_names_that_mean_one_layer(name: str, path: str) -> None:
    assert row_of(WEIGHING, name).path == path


def test_a_name_that_means_several() -> None:
    with pytest.raises(NotFound, match="may be several") as caught:
        row_of(WEIGHING, "dense")

    assert caught.value.hint == "one of encoder.dense, decoder.dense"


def test_a_misspelt_name() -> None:
    with pytest.raises(NotFound, match="no layer called") as caught:
        row_of(WEIGHING, "encoder.dence")

    assert "encoder.dense" in caught.value.hint


def test_a_model_without_layers() -> None:
    with pytest.raises(NotFound) as caught:
        row_of(weigh(Model("empty", ())), "conv")

    assert caught.value.hint == "the model has no layers"
