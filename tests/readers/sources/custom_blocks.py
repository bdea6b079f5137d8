"""Layers made of layers, in attributes, lists and dicts."""
import tensorflow as tf
from tensorflow.keras.layers import Layer, Conv2D, BatchNormalization, ReLU, Dense, GlobalAveragePooling2D


class ConvBN(Layer):
    def __init__(self, filters, kernel_size, strides=1, name=None):
        super(ConvBN, self).__init__(name=name)
        self.conv = Conv2D(filters, kernel_size, strides, padding="same", use_bias=False)
        self.bn = BatchNormalization()
        self.act = ReLU()

    def call(self, inputs, training=None):
        x = self.conv(inputs)
        x = self.bn(x, training=training)
        return self.act(x)


class Stack(Layer):
    def __init__(self, filters, depth, **kwargs):
        super().__init__(**kwargs)
        self.steps = [ConvBN(filters, 3) for _ in range(depth)]
        self.project = None
        self.filters = filters

    def build(self, input_shape):
        if input_shape[-1] != self.filters:
            self.project = Conv2D(self.filters, 1, name="project")

    def call(self, x, training=False):
        skip = x if self.project is None else self.project(x)
        for step in self.steps:
            x = step(x, training=training)
        return x + skip


class Heads(Layer):
    def __init__(self, sizes, **kwargs):
        super().__init__(**kwargs)
        self.heads = {name: Dense(size, name=name) for name, size in sizes.items()}
        self.pool = GlobalAveragePooling2D()

    def call(self, x):
        x = self.pool(x)
        return [head(x) for head in self.heads.values()]


inputs = tf.keras.Input((24, 24, 3))
x = ConvBN(8, 5, strides=2, name="stem")(inputs)
x = Stack(8, 2)(x)
x = Stack(12, 1, name="wide")(x)
age, gender = Heads({"age": 1, "gender": 2})(x)
model = tf.keras.Model(inputs, [age, gender])
