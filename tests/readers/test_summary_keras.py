"""What Keras itself prints, at several widths, against the same models weighed alive."""

from __future__ import annotations

import os

os.environ.setdefault("KERAS_BACKEND", "jax")

from pathlib import Path  # after the back end is chosen

import keras  # type: ignore[import-untyped]  # Keras ships no types
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keras import layers  # type: ignore[import-untyped]

from weighbridge.formula import plain
from weighbridge.readers import named, read
from weighbridge.weighing import Weighing, weigh


def printed(model: keras.Model, tmp_path: Path, **options: object) -> Weighing:
    """What the summary of ``model`` weighs."""
    lines: list[str] = []
    model.summary(print_fn=lambda line, **_: lines.append(line), **options)
    path = tmp_path / "summary.txt"
    path.write_text("\n".join(lines))
    return weigh(read(named(str(path))))


def counts(weighing: Weighing) -> list[tuple[str, int | None, str]]:
    """Kind, count and formula of every layer that owns anything."""
    return [
        (
            row.layer.kind.name,
            row.parameters.value,
            "" if row.derived is None else plain(row.derived),
        )
        for row in weighing.rows
        if row.parameters != 0
    ]


def branches() -> keras.Model:
    """Convolutions of every sort, and a join."""
    start = layers.Input((32, 32, 3))
    x = layers.SeparableConv2D(16, 3, strides=2, padding="same")(start)
    x = layers.Conv2DTranspose(8, 3, strides=2, padding="same")(x)
    x = layers.Conv2D(8, 3, groups=2)(layers.ZeroPadding2D(1)(x))
    x = layers.BatchNormalization(scale=False)(layers.PReLU(shared_axes=[1, 2])(x))
    x = layers.Concatenate()([x, layers.Conv2D(8, 1)(x)])
    inner = keras.Sequential(
        [layers.Input((16,)), layers.Dense(5), layers.BatchNormalization()], name="inner"
    )
    return keras.Model(start, inner(layers.GlobalAveragePooling2D()(x)))


def sequence() -> keras.Model:
    """Recurrent layers and what is put around them."""
    start = layers.Input((20,))
    x = layers.Embedding(1000, 32)(start)
    x = layers.Bidirectional(layers.LSTM(16, return_sequences=True))(x)
    x = layers.GRU(24, return_sequences=True, reset_after=False)(x)
    x = layers.TimeDistributed(layers.Dense(7))(layers.LayerNormalization()(x))
    x = layers.SimpleRNN(5)(layers.Conv1D(9, 3, padding="same")(x))
    return keras.Model(start, layers.Dense(3, use_bias=False)(x))


@pytest.mark.parametrize("build", [branches, sequence])
@pytest.mark.parametrize("width", [60, 70, None])
def test_same_rows_as_the_model(build: object, width: int | None, tmp_path: Path) -> None:
    """Kinds, counts and formulas come out of the print as out of the model."""
    model = build()  # type: ignore[operator]  # a function
    found = printed(model, tmp_path, line_length=width, expand_nested=True)
    alive = weigh(read(named(model)))

    assert counts(found) == counts(alive)
    assert (found.trainable, found.frozen, found.macs) == (
        alive.trainable,
        alive.frozen,
        alive.macs,
    )
    assert not {"row-contradiction", "rows-do-not-add-up"} & {f.slug for f in found.findings}


def test_frozen_model_inside(tmp_path: Path) -> None:
    """Which layers are frozen follows from the totals."""
    model = branches()
    model.get_layer("inner").trainable = False
    found = printed(model, tmp_path, expand_nested=True)

    assert found.trainable == weigh(read(named(model))).trainable


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_drawn_stacks(tmp_path: Path, data: st.DataObject) -> None:
    """Convolutions drawn at random, whose first input is not printed."""
    stack = [layers.Input((40, 40, data.draw(st.sampled_from((1, 3)))))]
    for _ in range(data.draw(st.integers(1, 3))):
        window = data.draw(st.sampled_from((1, 3, 5)))
        border = data.draw(st.sampled_from(("same", "valid")))
        stack.append(layers.Conv2D(data.draw(st.integers(1, 9)), window, padding=border))
    model = keras.Sequential([*stack, layers.Flatten(), layers.Dense(data.draw(st.integers(1, 9)))])
    found = printed(model, tmp_path)

    assert [row.parameters for row in found.rows] == [
        layer.count_params() for layer in model.layers
    ]
    assert counts(found)[1:] == counts(weigh(read(named(model))))[1:]
