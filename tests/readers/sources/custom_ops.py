import tensorflow as tf
from tensorflow.keras import layers
from tensorflow.keras import backend as K


class MeanPool(layers.Layer):
    """Mean over the positions."""

    def call(self, x):
        return tf.reduce_mean(x, axis=1)


class Standardize(layers.Layer):
    def __init__(self, epsilon=1e-6, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, x):
        mean = tf.reduce_mean(x, axis=-1, keepdims=True)
        spread = tf.sqrt(tf.reduce_mean(tf.square(x - mean), axis=-1, keepdims=True) + self.epsilon)
        return (x - mean) / spread


class Bilinear(layers.Layer):
    def __init__(self, units):
        super(Bilinear, self).__init__()
        self.units = units

    def build(self, input_shape):
        left, right = input_shape
        self.kernel = self.add_weight(name="kernel", shape=(left[-1], self.units * right[-1]),
                                      initializer="glorot_uniform")
        self.right = right[-1]

    def call(self, inputs):
        a, b = inputs
        product = tf.matmul(a, self.kernel)
        product = tf.reshape(product, (-1, self.units, self.right))
        return tf.reduce_sum(product * tf.expand_dims(b, 1), axis=-1)


words = tf.keras.Input((30,), dtype="int32", name="words")
tags = tf.keras.Input((30, 6), name="tags")
embedded = layers.Embedding(500, 10)(words)
a = MeanPool()(Standardize()(embedded))
b = MeanPool(name="tag_mean")(tags)
score = Bilinear(7)([a, b])
model = tf.keras.Model([words, tags], score)
