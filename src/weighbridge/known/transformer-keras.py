"""The Transformer for translation, in Keras: the base and the big model of the paper.

Vaswani et al.: "Attention Is All You Need", NeurIPS 2017, sections 3 and 5 and table 3. The paper
gives its vocabulary as "about 37000 tokens"; input, output and the last layer share one table.
Needs nothing but Keras 3 with its ReversibleEmbedding.
"""

import math

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="weighbridge")
class Positions(layers.Layer):
    """Sines and cosines of each position, added to the embedded words."""

    def call(self, inputs):
        steps, width = inputs.shape[1:]
        rates = ops.exp(ops.arange(0, width, 2, dtype="float32") * (-math.log(1e4) / width))
        angles = ops.expand_dims(ops.arange(steps, dtype="float32"), -1) * rates
        return inputs * math.sqrt(width) + ops.concatenate([ops.sin(angles), ops.cos(angles)], -1)

    def compute_output_shape(self, input_shape):
        return input_shape


def residual(x, change, dropout, name):
    """The input added to what a sub-layer makes of it, then normalised."""
    change = layers.Dropout(dropout, name=f"{name}_dropout")(change)
    x = layers.Add(name=f"{name}_add")([x, change])
    return layers.LayerNormalization(epsilon=1e-6, name=f"{name}_norm")(x)


def attention(x, memory, heads, dropout, name, causal=False):
    width = x.shape[-1]
    attend = layers.MultiHeadAttention(heads, width // heads, dropout=dropout, name=name)
    return residual(x, attend(x, memory, use_causal_mask=causal), dropout, name)


def feed_forward(x, inner, dropout, name):
    y = layers.Dense(inner, activation="relu", name=f"{name}_1")(x)
    y = layers.Dense(x.shape[-1], name=f"{name}_2")(y)
    return residual(x, y, dropout, name)


def transformer(
    vocabulary=37000, width=512, inner=2048, heads=8, depth=6, dropout=0.1, lengths=(32, 24)
):
    source = keras.Input((lengths[0],), dtype="int32", name="source")
    target = keras.Input((lengths[1],), dtype="int32", name="target")
    embedding = layers.ReversibleEmbedding(vocabulary, width, name="embedding")

    memory = layers.Dropout(dropout, name="encoder_dropout")(Positions()(embedding(source)))
    for i in range(depth):
        memory = attention(memory, memory, heads, dropout, f"encoder{i}_attention")
        memory = feed_forward(memory, inner, dropout, f"encoder{i}_feed_forward")

    x = layers.Dropout(dropout, name="decoder_dropout")(Positions()(embedding(target)))
    for i in range(depth):
        x = attention(x, x, heads, dropout, f"decoder{i}_attention", causal=True)
        x = attention(x, memory, heads, dropout, f"decoder{i}_cross_attention")
        x = feed_forward(x, inner, dropout, f"decoder{i}_feed_forward")

    scores = embedding(x, reverse=True)
    return keras.Model([source, target], scores, name="transformer")


def transformer_big(**settings):
    return transformer(width=1024, inner=4096, heads=16, dropout=0.3, **settings)


if __name__ == "__main__":
    model = transformer()
    model.summary()
