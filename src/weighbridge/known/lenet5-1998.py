"""LeNet-5 as published: partial connection table, trainable sub-sampling, radial-basis output.

LeCun, Bottou, Bengio and Haffner: "Gradient-Based Learning Applied to Document Recognition",
Proceedings of the IEEE 86(11), 1998, section II.B and table I. Needs nothing but Keras 3.
"""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="weighbridge")
def scaled_tanh(x):
    """The paper's squashing function, 1.7159·tanh(2x/3) (appendix A)."""
    return 1.7159 * ops.tanh(x * 2 / 3)


@keras.saving.register_keras_serializable(package="weighbridge")
def signs(shape, dtype=None):
    """Fixed random values of −1 and +1; the paper allows them instead of drawn digits."""
    return 2.0 * ops.cast(keras.random.uniform(shape, seed=1998) < 0.5, dtype) - 1.0


@keras.saving.register_keras_serializable(package="weighbridge")
class PartialConv2D(layers.Layer):
    """Convolution with a connection table: output map j sees only the input maps ``table[j]``.

    kernel (k_h, k_w, links) holds one window for each link, in the order of the table; bias has
    one value for each output map. Input and output have their channels last.
    """

    def __init__(self, kernel_size, table, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else tuple(kernel_size)
        self.table = tuple(tuple(maps) for maps in table)
        self.activation = keras.activations.get(activation)

    def build(self, input_shape):
        self.channels = input_shape[-1]
        links = sum(len(maps) for maps in self.table)
        self.kernel = self.add_weight(name="kernel", shape=(*self.kernel_size, links), initializer="glorot_uniform")
        self.bias = self.add_weight(name="bias", shape=(len(self.table),), initializer="zeros")

    def call(self, inputs):
        filters = len(self.table)
        places = [i * filters + j for j, maps in enumerate(self.table) for i in maps]
        links = ops.one_hot(places, self.channels * filters, dtype=self.kernel.dtype)
        full = ops.reshape(ops.matmul(self.kernel, links), (*self.kernel_size, self.channels, filters))
        return self.activation(ops.conv(inputs, full, padding="valid", data_format="channels_last") + self.bias)

    def compute_output_shape(self, input_shape):
        batch, height, width, _ = input_shape
        k_h, k_w = self.kernel_size
        sizes = (None if height is None else height - k_h + 1, None if width is None else width - k_w + 1)
        return (batch, *sizes, len(self.table))

    def get_config(self):
        config = super().get_config()
        config["kernel_size"] = self.kernel_size
        config["table"] = self.table
        config["activation"] = keras.activations.serialize(self.activation)
        return config


@keras.saving.register_keras_serializable(package="weighbridge")
class SubSampling2D(layers.Layer):
    """The sum of each window, times one coefficient per map, plus one bias per map.

    Windows do not overlap. Input and output have their channels last.
    """

    def __init__(self, pool_size, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.pool_size = (pool_size, pool_size) if isinstance(pool_size, int) else tuple(pool_size)
        self.activation = keras.activations.get(activation)

    def build(self, input_shape):
        channels = input_shape[-1]
        self.coefficient = self.add_weight(name="coefficient", shape=(channels,), initializer="ones")
        self.bias = self.add_weight(name="bias", shape=(channels,), initializer="zeros")

    def call(self, inputs):
        p_h, p_w = self.pool_size
        means = ops.average_pool(inputs, self.pool_size, self.pool_size, "valid", data_format="channels_last")
        return self.activation(means * (p_h * p_w) * self.coefficient + self.bias)

    def compute_output_shape(self, input_shape):
        batch, height, width, channels = input_shape
        p_h, p_w = self.pool_size
        sizes = (None if height is None else height // p_h, None if width is None else width // p_w)
        return (batch, *sizes, channels)

    def get_config(self):
        config = super().get_config()
        config["pool_size"] = self.pool_size
        config["activation"] = keras.activations.serialize(self.activation)
        return config


@keras.saving.register_keras_serializable(package="weighbridge")
class RadialBasis(layers.Layer):
    """The squared distance of the input to each unit's centre; the centres are not trained.

    centres (n_in, units). The smaller an output, the better the input fits its class.
    """

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.centres = self.add_weight(
            name="centres", shape=(input_shape[-1], self.units), initializer=signs, trainable=False
        )

    def call(self, inputs):
        return ops.sum(ops.square(ops.expand_dims(inputs, -1) - self.centres), axis=-2)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def get_config(self):
        config = super().get_config()
        config["units"] = self.units
        return config


# Table I: the maps of S2 that each map of C3 reads.
CONNECTIONS = (
    (0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5),  # three neighbours
    (0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5),  # four neighbours
    (0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5),  # two pairs
    (0, 1, 2, 3, 4, 5),  # all
)  # fmt: skip

model = keras.Sequential(
    [
        layers.Input((32, 32, 1)),
        layers.Conv2D(6, 5, activation=scaled_tanh, name="C1"),
        SubSampling2D(2, activation=scaled_tanh, name="S2"),
        PartialConv2D(5, CONNECTIONS, activation=scaled_tanh, name="C3"),
        SubSampling2D(2, activation=scaled_tanh, name="S4"),
        layers.Conv2D(120, 5, activation=scaled_tanh, name="C5"),
        layers.Flatten(),
        layers.Dense(84, activation=scaled_tanh, name="F6"),
        RadialBasis(10, name="output"),
    ],
    name="lenet5-1998",
)

if __name__ == "__main__":
    model.summary()
