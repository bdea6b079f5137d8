"""DenseNet for images of 224×224, in Keras.

Huang, Liu, van der Maaten, Weinberger: "Densely Connected Convolutional Networks", CVPR 2017,
table 1. Layers have the names of Keras Applications. Needs nothing but Keras 3.
"""

import keras
from keras import layers


def batch_norm(name):
    return layers.BatchNormalization(epsilon=1.001e-5, name=name)


def dense_layer(x, growth, name):
    """``growth`` new channels, joined to those there are."""
    y = batch_norm(f"{name}_0_bn")(x)
    y = layers.Activation("relu", name=f"{name}_0_relu")(y)
    y = layers.Conv2D(4 * growth, 1, use_bias=False, name=f"{name}_1_conv")(y)
    y = batch_norm(f"{name}_1_bn")(y)
    y = layers.Activation("relu", name=f"{name}_1_relu")(y)
    y = layers.Conv2D(growth, 3, padding="same", use_bias=False, name=f"{name}_2_conv")(y)
    return layers.Concatenate(name=f"{name}_concat")([x, y])


def transition(x, name):
    """Half as many channels in an image half as wide."""
    x = batch_norm(f"{name}_bn")(x)
    x = layers.Activation("relu", name=f"{name}_relu")(x)
    x = layers.Conv2D(x.shape[-1] // 2, 1, use_bias=False, name=f"{name}_conv")(x)
    return layers.AveragePooling2D(2, strides=2, name=f"{name}_pool")(x)


def images(input_shape, input_tensor, size):
    """What the network starts from: a tensor that is there, or images of any or of one size."""
    if input_tensor is not None:
        return input_tensor
    return keras.Input(input_shape or (size, size, 3))


def densenet(
    depths,
    growth=32,
    include_top=True,
    input_tensor=None,
    input_shape=None,
    pooling=None,
    classes=1000,
    name=None,
):
    """Without its top, the network takes images of any size."""
    start = images(input_shape, input_tensor, 224 if include_top else None)
    x = layers.ZeroPadding2D(((3, 3), (3, 3)))(start)
    x = layers.Conv2D(64, 7, strides=2, use_bias=False, name="conv1_conv")(x)
    x = batch_norm("conv1_bn")(x)
    x = layers.Activation("relu", name="conv1_relu")(x)
    x = layers.ZeroPadding2D(((1, 1), (1, 1)))(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1")(x)
    for number, depth in enumerate(depths, start=2):
        for i in range(depth):
            x = dense_layer(x, growth, name=f"conv{number}_block{i + 1}")
        if number - 1 < len(depths):
            x = transition(x, name=f"pool{number}")
    x = batch_norm("bn")(x)
    x = layers.Activation("relu", name="relu")(x)
    if include_top:
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
        x = layers.Dense(classes, activation="softmax", name="predictions")(x)
    elif pooling == "avg":
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    elif pooling == "max":
        x = layers.GlobalMaxPooling2D(name="max_pool")(x)
    inputs = start if input_tensor is None else keras.utils.get_source_inputs(start)
    return keras.Model(inputs, x, name=name)


def densenet121(name="densenet121", **settings):
    return densenet((6, 12, 24, 16), name=name, **settings)


def densenet169(name="densenet169", **settings):
    return densenet((6, 12, 32, 32), name=name, **settings)


def densenet201(name="densenet201", **settings):
    return densenet((6, 12, 48, 32), name=name, **settings)


if __name__ == "__main__":
    model = densenet121()
    model.summary()
