"""Xception for images of 299×299, in Keras.

Chollet: "Xception: Deep Learning with Depthwise Separable Convolutions", CVPR 2017, figure 5.
Layers have the names of Keras Applications. Needs nothing but Keras 3.
"""

import keras
from keras import layers


def relu(x, name):
    return layers.Activation("relu", name=f"{name}_act")(x)


def separable(x, filters, name):
    x = layers.SeparableConv2D(filters, 3, padding="same", use_bias=False, name=name)(x)
    return layers.BatchNormalization(name=f"{name}_bn")(x)


def halving(x, widths, number, active=True):
    """Two separable convolutions and a pool, added to every second pixel of the input."""
    name = f"block{number}"
    shortcut = layers.Conv2D(widths[1], 1, strides=2, padding="same", use_bias=False)(x)
    shortcut = layers.BatchNormalization()(shortcut)
    if active:
        x = relu(x, f"{name}_sepconv1")
    x = separable(x, widths[0], f"{name}_sepconv1")
    x = relu(x, f"{name}_sepconv2")
    x = separable(x, widths[1], f"{name}_sepconv2")
    x = layers.MaxPooling2D(3, strides=2, padding="same", name=f"{name}_pool")(x)
    return layers.Add()([x, shortcut])


def middle(x, number):
    """Three separable convolutions, added to their input."""
    before = x
    for i in range(1, 4):
        name = f"block{number}_sepconv{i}"
        x = relu(x, name)
        x = separable(x, 728, name)
    return layers.Add()([x, before])


def images(input_shape, input_tensor, size):
    """What the network starts from: a tensor that is there, or images of any or of one size."""
    if input_tensor is not None:
        return input_tensor
    return keras.Input(input_shape or (size, size, 3))


def xception(
    include_top=True,
    input_tensor=None,
    input_shape=None,
    pooling=None,
    classes=1000,
    name="xception",
):
    """Without its top, the network takes images of any size."""
    x = start = images(input_shape, input_tensor, 299 if include_top else None)
    for i, (filters, stride) in enumerate(((32, 2), (64, 1)), start=1):
        x = layers.Conv2D(filters, 3, strides=stride, use_bias=False, name=f"block1_conv{i}")(x)
        x = layers.BatchNormalization(name=f"block1_conv{i}_bn")(x)
        x = relu(x, f"block1_conv{i}")

    x = halving(x, (128, 128), 2, active=False)
    x = halving(x, (256, 256), 3)
    x = halving(x, (728, 728), 4)
    for number in range(5, 13):
        x = middle(x, number)
    x = halving(x, (728, 1024), 13)
    for i, filters in enumerate((1536, 2048), start=1):
        x = separable(x, filters, f"block14_sepconv{i}")
        x = relu(x, f"block14_sepconv{i}")

    if include_top:
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
        x = layers.Dense(classes, activation="softmax", name="predictions")(x)
    elif pooling == "avg":
        x = layers.GlobalAveragePooling2D()(x)
    elif pooling == "max":
        x = layers.GlobalMaxPooling2D()(x)
    inputs = start if input_tensor is None else keras.utils.get_source_inputs(start)
    return keras.Model(inputs, x, name=name)


if __name__ == "__main__":
    model = xception()
    model.summary()
