"""A decoder that uses the transposed kernel of the encoder, and a layer used twice."""
import keras
from keras import layers, ops


class DenseTranspose(layers.Layer):
    def __init__(self, dense, activation=None, **kwargs):
        self.activation = keras.activations.get(activation)
        super().__init__(**kwargs)
        self.dense = dense

    def build(self, batch_input_shape):
        self.biases = self.add_weight(name="bias", shape=(self.dense.kernel.shape[0],), initializer="zeros")
        super().build(batch_input_shape)

    def call(self, inputs):
        z = ops.matmul(inputs, ops.transpose(self.dense.kernel))
        return self.activation(z + self.biases)


dense_1 = layers.Dense(100, activation="selu")
dense_2 = layers.Dense(30, activation="selu")

tied_encoder = keras.models.Sequential([
    keras.Input((28, 28)),
    layers.Flatten(),
    dense_1,
    dense_2,
], name="encoder")

tied_decoder = keras.models.Sequential([
    keras.Input((30,)),
    DenseTranspose(dense_2, activation="selu"),
    DenseTranspose(dense_1, activation="sigmoid"),
    layers.Reshape([28, 28]),
], name="decoder")

tied_ae = keras.models.Sequential([keras.Input((28, 28)), tied_encoder, tied_decoder], name="tied")
