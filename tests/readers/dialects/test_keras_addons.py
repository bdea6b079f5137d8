"""Layers of TensorFlow Addons in followed code."""

from __future__ import annotations

from weighbridge.model import Unknown
from weighbridge.readers import Source
from weighbridge.readers.python_source import read_text
from weighbridge.weighing import weigh

TEXT = """
import tensorflow as tf
import tensorflow_addons as tfa
from tensorflow_addons.layers import InstanceNormalization
from tensorflow.keras import layers

image = tf.keras.Input((16, 16, 3))
x = tfa.layers.SpectralNormalization(layers.Conv2D(8, 3))(image)
x = InstanceNormalization()(x)
x = layers.Reshape((-1, 8))(x)
x = layers.RNN(tfa.rnn.PeepholeLSTMCell(5))(x)
model = tf.keras.Model(image, {last})
"""


def test_those_that_are_keras_layers_in_all_but_name() -> None:
    """A vector of estimates, two values per channel, three vectors for peepholes."""
    found = weigh(read_text(TEXT.format(last="x"), Source("net.py"), "net.py"))

    kernel, recurrent = (3 * 3 * 3 + 1) * 8, 4 * (8 + 5 + 1) * 5
    assert found.parameters == kernel + 8 + 2 * 8 + recurrent + 3 * 5


def test_others_are_not_guessed() -> None:
    text = TEXT.format(last="tfa.layers.WeightNormalization(layers.Dense(3))(x)")
    found = weigh(read_text(text, Source("net.py"), "net.py"))

    assert isinstance(found.rows[-1].layer.kind, Unknown)
    assert not found.parameters.exact
