"""Inception-ResNet-v2 for images of 299×299, in Keras.

Szegedy, Ioffe, Vanhoucke, Alemi: "Inception-v4, Inception-ResNet and the Impact of Residual
Connections on Learning", AAAI 2017, with the stem and the widths of Keras Applications, whose layer
names these are. Needs nothing but Keras 3.
"""

import keras
from keras import layers

WIDE, HIGH = (1, 7), (7, 1)


@keras.saving.register_keras_serializable(package="weighbridge")
class CustomScaleLayer(layers.Layer):
    """The input, and a part of the change to it."""

    def __init__(self, scale, **kwargs):
        super().__init__(**kwargs)
        self.scale = scale

    def call(self, inputs):
        before, change = inputs
        return before + change * self.scale

    def get_config(self):
        return {**super().get_config(), "scale": self.scale}


def conv(x, filters, window, stride=1, padding="same", name=None):
    """A convolution, then batch norm that only shifts."""
    convolve = layers.Conv2D(
        filters, window, strides=stride, padding=padding, use_bias=False, name=name
    )
    x = convolve(x)
    x = layers.BatchNormalization(scale=False, name=name and f"{name}_bn")(x)
    return layers.Activation("relu", name=name and f"{name}_ac")(x)


def chain(x, *steps):
    """Convolutions in a row, each given by its channels and its window."""
    for filters, window in steps:
        x = conv(x, filters, window)
    return x


def residual(x, branches, scale, name, last=False):
    """Branches side by side, brought to the channels of the input and added to it."""
    ends = [chain(x, *steps) for steps in branches]
    y = layers.Concatenate(name=f"{name}_mixed")(ends)
    y = layers.Conv2D(x.shape[-1], 1, name=f"{name}_conv")(y)
    x = CustomScaleLayer(scale)([x, y])
    return x if last else layers.Activation("relu", name=f"{name}_ac")(x)


def halving(x, branches, name):
    """Each branch ends in a stride of 2, beside a pool; the image is about half as wide."""
    ends = []
    for *steps, filters in branches:
        ends.append(conv(chain(x, *steps), filters, 3, stride=2, padding="valid"))
    ends.append(layers.MaxPooling2D(3, strides=2)(x))
    return layers.Concatenate(name=name)(ends)


def stem(x):
    x = conv(x, 32, 3, stride=2, padding="valid")
    x = conv(x, 32, 3, padding="valid")
    x = conv(x, 64, 3)
    x = layers.MaxPooling2D(3, strides=2)(x)
    x = conv(x, 80, 1, padding="valid")
    x = conv(x, 192, 3, padding="valid")
    x = layers.MaxPooling2D(3, strides=2)(x)
    branches = [
        conv(x, 96, 1),
        chain(x, (48, 1), (64, 5)),
        chain(x, (64, 1), (96, 3), (96, 3)),
        conv(layers.AveragePooling2D(3, strides=1, padding="same")(x), 64, 1),
    ]
    return layers.Concatenate(name="mixed_5b")(branches)


def body(x):
    """Ten blocks at a height of 35, twenty at 17 and ten at 8, for images of 299×299."""
    block35 = [((32, 1),), ((32, 1), (32, 3)), ((32, 1), (48, 3), (64, 3))]
    block17 = [((192, 1),), ((128, 1), (160, WIDE), (192, HIGH))]
    block8 = [((192, 1),), ((192, 1), (224, (1, 3)), (256, (3, 1)))]
    for i in range(1, 11):
        x = residual(x, block35, 0.17, f"block35_{i}")
    x = halving(x, [(384,), ((256, 1), (256, 3), 384)], "mixed_6a")
    for i in range(1, 21):
        x = residual(x, block17, 0.1, f"block17_{i}")
    x = halving(x, [((256, 1), 384), ((256, 1), 288), ((256, 1), (288, 3), 320)], "mixed_7a")
    for i in range(1, 10):
        x = residual(x, block8, 0.2, f"block8_{i}")
    x = residual(x, block8, 1.0, "block8_10", last=True)
    return conv(x, 1536, 1, name="conv_7b")


def inception_resnet_v2(
    include_top=True,
    input_tensor=None,
    input_shape=None,
    pooling=None,
    classes=1000,
    name="inception_resnet_v2",
):
    """Without its top, the network takes images of any size."""
    start = input_tensor
    if input_tensor is None:
        size = 299 if include_top else None
        start = keras.Input(input_shape or (size, size, 3))
    x = body(stem(start))
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
    model = inception_resnet_v2()
    model.summary()
