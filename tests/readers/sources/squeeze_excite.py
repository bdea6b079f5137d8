"""Channel attention, once with merge layers and once with operators."""
import tensorflow as tf
from tensorflow.keras import Input, Model
from tensorflow.keras.layers import (
    Conv2D, Dense, GlobalAveragePooling2D, GlobalMaxPooling2D, Multiply, Reshape, Permute, add, multiply,
)


def squeeze_excite_block(tensor, ratio=16):
    init = tensor
    filters = init.shape[-1]
    se_shape = (1, 1, filters)

    se = GlobalAveragePooling2D()(init)
    se = Reshape(se_shape)(se)
    se = Dense(filters // ratio, activation="relu", kernel_initializer="he_normal", use_bias=False)(se)
    se = Dense(filters, activation="sigmoid", kernel_initializer="he_normal", use_bias=False)(se)
    return multiply([init, se])


def channel_gate(tensor, ratio=8):
    channels = tensor.shape[3]
    shared_one = Dense(channels // ratio, activation="relu")
    shared_two = Dense(channels)

    average = shared_two(shared_one(GlobalAveragePooling2D(keepdims=True)(tensor)))
    biggest = shared_two(shared_one(GlobalMaxPooling2D(keepdims=True)(tensor)))
    scale = tf.keras.layers.Activation("sigmoid")(add([average, biggest]))
    return Multiply()([tensor, scale])


def operator_gate(tensor):
    pooled = GlobalAveragePooling2D(keepdims=True)(tensor)
    weight = Conv2D(tensor.shape[-1], 1, activation="sigmoid")(pooled)
    return tensor * weight + tensor


inputs = Input((32, 32, 3))
x = Conv2D(32, 3, padding="same")(inputs)
x = squeeze_excite_block(x)
x = Conv2D(48, 3, strides=2)(x)
x = channel_gate(x)
x = operator_gate(x)
x = Permute((3, 1, 2))(x)
x = Reshape((48, -1))(x)
x = Permute((2, 1))(x)
outputs = Dense(4)(x)
model = Model(inputs, outputs)
