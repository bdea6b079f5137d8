"""ResNet for images of 224×224, in Keras.

He, Zhang, Ren, Sun: "Deep Residual Learning for Image Recognition", CVPR 2016, table 1. As in Keras
Applications, whose layer names these are, convolutions have biases and a block takes its stride in
its first 1×1 convolution. Needs nothing but Keras 3.
"""

from functools import partial

import keras
from keras import layers

# Channels are the last axis; the small number is what batch norm adds to a variance.
batch_norm = partial(layers.BatchNormalization, axis=-1, epsilon=1.001e-5)


def block(x, filters, stride=1, project=False, name=None):
    """A 3×3 convolution between two of 1×1, and the input added to what they make of it."""
    shortcut = x
    if project:
        shortcut = layers.Conv2D(4 * filters, 1, strides=stride, name=name + "_0_conv")(x)
        shortcut = batch_norm(name=name + "_0_bn")(shortcut)

    x = layers.Conv2D(filters, 1, strides=stride, name=name + "_1_conv")(x)
    x = batch_norm(name=name + "_1_bn")(x)
    x = layers.Activation("relu", name=name + "_1_relu")(x)
    x = layers.Conv2D(filters, 3, padding="same", name=name + "_2_conv")(x)
    x = batch_norm(name=name + "_2_bn")(x)
    x = layers.Activation("relu", name=name + "_2_relu")(x)
    x = layers.Conv2D(4 * filters, 1, name=name + "_3_conv")(x)
    x = batch_norm(name=name + "_3_bn")(x)
    x = layers.Add(name=name + "_add")([shortcut, x])
    return layers.Activation("relu", name=name + "_out")(x)


def stack(x, filters, depth, stride=2, name=None):
    """Blocks in a row; the first brings the input to their size."""
    x = block(x, filters, stride=stride, project=True, name=f"{name}_block1")
    for i in range(2, depth + 1):
        x = block(x, filters, name=f"{name}_block{i}")
    return x


def resnet(depths, classes=1000, input_shape=(224, 224, 3), name=None):
    inputs = keras.Input(input_shape)
    x = layers.ZeroPadding2D(3, name="conv1_pad")(inputs)
    x = layers.Conv2D(64, 7, strides=2, name="conv1_conv")(x)
    x = batch_norm(name="conv1_bn")(x)
    x = layers.Activation("relu", name="conv1_relu")(x)
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1_pool")(x)
    for i, depth in enumerate(depths):
        x = stack(x, 64 * 2**i, depth, stride=1 if i == 0 else 2, name=f"conv{i + 2}")
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    outputs = layers.Dense(classes, activation="softmax", name="predictions")(x)
    return keras.Model(inputs, outputs, name=name)


def resnet50(**settings):
    return resnet((3, 4, 6, 3), name="resnet50", **settings)


def resnet101(**settings):
    return resnet((3, 4, 23, 3), name="resnet101", **settings)


def resnet152(**settings):
    return resnet((3, 8, 36, 3), name="resnet152", **settings)


if __name__ == "__main__":
    model = resnet50()
    model.summary()
