"""Saved layers with layers or models inside: what the reader says, and what Keras says itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras  # type: ignore[import-untyped]  # Keras ships no types
import pytest
from keras import layers as kl

from tests.readers.archives import saved
from tests.readers.test_keras_archive import agree, read
from weighbridge.weighing import weigh

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ZEROS = {"kernel_initializer": "zeros", "recurrent_initializer": "zeros"}
"""Spares the compilation of a random generator for each shape."""


def dense(units: int, **settings: Any) -> Any:
    return kl.Dense(units, kernel_initializer="zeros", **settings)


def row() -> Any:
    """A stack without an Input, as it is before anything calls it."""
    return keras.Sequential([dense(3, trainable=False), kl.BatchNormalization(), dense(2)])


def graph(trainable: bool = True) -> Any:
    """Two branches through a layer that both call, and a model inside."""
    inputs = kl.Input((4,))
    shared = dense(4)
    joined = kl.Concatenate()([shared(inputs), shared(shared(inputs)), inputs * 2])
    model = keras.Model(inputs, row()(joined))
    model.trainable = trainable
    return model


SEQUENCES: dict[str, Callable[[], Any]] = {
    "simple": lambda: kl.SimpleRNN(3, return_sequences=True, **ZEROS),
    "lstm": lambda: kl.LSTM(3, dropout=0.2, **ZEROS),
    "gru": lambda: kl.GRU(3, reset_after=False, go_backwards=True, **ZEROS),
    "cells": lambda: kl.RNN([kl.LSTMCell(3, **ZEROS), kl.GRUCell(2, **ZEROS)]),
    "both": lambda: kl.Bidirectional(kl.LSTM(3, return_sequences=True, **ZEROS)),
    "two": lambda: kl.Bidirectional(
        kl.LSTM(3, **ZEROS),
        backward_layer=kl.GRU(3, go_backwards=True, **ZEROS),
        merge_mode="ave",
    ),
    "slices": lambda: kl.TimeDistributed(dense(3)),
    "row": lambda: kl.TimeDistributed(row()),
    "graph": lambda: kl.TimeDistributed(graph()),
    "frozen": lambda: kl.TimeDistributed(graph(trainable=False)),
}


@pytest.mark.parametrize("name", SEQUENCES)
def test_layers_over_a_sequence_agree(name: str, tmp_path: Path) -> None:
    agree(keras.Sequential([kl.Input((5, 4)), SEQUENCES[name]()]), tmp_path)


def test_convolutions_over_a_film_agree(tmp_path: Path) -> None:
    film = [kl.Input((5, 6, 6, 2)), kl.ConvLSTM2D(3, 2, **ZEROS)]
    agree(keras.Sequential(film), tmp_path)


def test_a_cell_of_ones_own_is_not_known(tmp_path: Path) -> None:
    """Its tensors are counted as they lie in the file."""

    class Leaky(kl.Layer):  # type: ignore[misc]  # Keras ships no types
        state_size = 3

        def build(self, shape: tuple[int, ...]) -> None:
            self.kernel = self.add_weight((shape[-1], 3), "zeros")

        def call(self, inputs: Any, states: Any) -> Any:
            state = states[0] + inputs @ self.kernel
            return state, [state]

    model = keras.Sequential([kl.Input((5, 4)), kl.RNN(Leaky())])
    (rnn,) = weigh(read(saved(model, tmp_path))).rows[-1:]

    assert rnn.parameters == model.count_params() == 4 * 3
    assert (rnn.basis, rnn.derived) == ("observed only", None)
