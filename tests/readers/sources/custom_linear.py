import keras
from keras import layers, ops


class Linear(layers.Layer):
    """y = x·w + b, with an optional trainable temperature."""

    def __init__(self, units=32, temperature=False, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.temperature = temperature

    def build(self, input_shape):
        self.w = self.add_weight(
            shape=(input_shape[-1], self.units),
            initializer="random_normal",
            trainable=True,
            name="w",
        )
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", trainable=True, name="b")
        if self.temperature:
            self.t = self.add_weight(shape=(), initializer="ones", name="t")
        self.calls = self.add_weight(shape=(1,), initializer="zeros", trainable=False, name="calls")
        super().build(input_shape)

    def call(self, inputs):
        outputs = ops.matmul(inputs, self.w) + self.b
        if self.temperature:
            outputs = outputs / self.t
        return outputs

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def get_config(self):
        config = super().get_config()
        config.update({"units": self.units, "temperature": self.temperature})
        return config


class Scale(keras.Layer):
    def __init__(self):
        super(Scale, self).__init__()

    def build(self, shape):
        self.gain = self.add_weight(name="gain", shape=(shape[-1],))
        self.built = True

    def call(self, x):
        return x * self.gain


model = keras.Sequential([
    keras.Input((20,)),
    Linear(16, name="first"),
    layers.ReLU(),
    Scale(),
    Linear(8, temperature=True),
    Linear(units=3, name="logits", trainable=False),
])
