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


def images(input_shape, input_tensor, size):
    """What the network starts from: a tensor that is there, or images of any or of one size."""
    if input_tensor is not None:
        return input_tensor
    return keras.Input(input_shape or (size, size, 3))


def resnet(
    depths,
    include_top=True,
    input_tensor=None,
    input_shape=None,
    pooling=None,
    classes=1000,
    name=None,
):
    """Without its top, the network takes images of any size."""
    start = images(input_shape, input_tensor, 224 if include_top else None)
    x = layers.ZeroPadding2D(3, name="conv1_pad")(start)
    x = layers.Conv2D(64, 7, strides=2, name="conv1_conv")(x)
    x = batch_norm(name="conv1_bn")(x)
    x = layers.Activation("relu", name="conv1_relu")(x)
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1_pool")(x)
    for i, depth in enumerate(depths):
        x = stack(x, 64 * 2**i, depth, stride=1 if i == 0 else 2, name=f"conv{i + 2}")
    if include_top:
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
        x = layers.Dense(classes, activation="softmax", name="predictions")(x)
    elif pooling == "avg":
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    elif pooling == "max":
        x = layers.GlobalMaxPooling2D(name="max_pool")(x)
    inputs = start if input_tensor is None else keras.utils.get_source_inputs(start)
    return keras.Model(inputs, x, name=name)


def resnet50(name="resnet50", **settings):
    return resnet((3, 4, 6, 3), name=name, **settings)


def resnet101(name="resnet101", **settings):
    return resnet((3, 4, 23, 3), name=name, **settings)


def resnet152(name="resnet152", **settings):
    return resnet((3, 8, 36, 3), name=name, **settings)


if __name__ == "__main__":
    model = resnet50()
    model.summary()
