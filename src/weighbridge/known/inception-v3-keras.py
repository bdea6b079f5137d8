"""Inception-v3 for images of 299×299, in Keras.

Szegedy, Vanhoucke, Ioffe, Shlens, Wojna: "Rethinking the Inception Architecture for Computer
Vision", CVPR 2016, table 1, with the widths of Keras Applications, whose names its joints have.
Needs nothing but Keras 3.
"""

import keras
from keras import layers


def conv(x, filters, window, stride=1, padding="same"):
    """A convolution, then batch norm that only shifts."""
    x = layers.Conv2D(filters, window, strides=stride, padding=padding, use_bias=False)(x)
    x = layers.BatchNormalization(scale=False)(x)
    return layers.Activation("relu")(x)


def chain(x, *steps):
    """Convolutions in a row, each given by its channels and its window."""
    for filters, window in steps:
        x = conv(x, filters, window)
    return x


def pooled(x, filters):
    return conv(layers.AveragePooling2D(3, strides=1, padding="same")(x), filters, 1)


def figure5(x, filters, name):
    """Windows of 1×1, 5×5 and twice 3×3 side by side; ``filters`` channels come from pooling."""
    branches = [
        conv(x, 64, 1),
        chain(x, (48, 1), (64, 5)),
        chain(x, (64, 1), (96, 3), (96, 3)),
        pooled(x, filters),
    ]
    return layers.Concatenate(name=name)(branches)


def figure6(x, inner, name):
    """A window of 7×7 as one of 1×7 and one of 7×1."""
    wide, high = (1, 7), (7, 1)
    branches = [
        conv(x, 192, 1),
        chain(x, (inner, 1), (inner, wide), (192, high)),
        chain(x, (inner, 1), (inner, high), (inner, wide), (inner, high), (192, wide)),
        pooled(x, 192),
    ]
    return layers.Concatenate(name=name)(branches)


def figure7(x, number):
    """Branches that fork into 1×3 and 3×1."""
    first = conv(x, 320, 1)
    y = conv(x, 384, 1)
    fork = [conv(y, 384, (1, 3)), conv(y, 384, (3, 1))]
    second = layers.Concatenate(name=f"mixed9_{number}")(fork)
    y = chain(x, (448, 1), (384, 3))
    fork = [conv(y, 384, (1, 3)), conv(y, 384, (3, 1))]
    third = layers.Concatenate()(fork)
    return layers.Concatenate(name=f"mixed{9 + number}")([first, second, third, pooled(x, 192)])


def halving(x, branches, name):
    """Each branch ends in a stride of 2, beside a pool; the image is about half as wide."""
    ends = []
    for *steps, filters in branches:
        ends.append(conv(chain(x, *steps), filters, 3, stride=2, padding="valid"))
    ends.append(layers.MaxPooling2D(3, strides=2)(x))
    return layers.Concatenate(name=name)(ends)


def images(input_shape, input_tensor, size):
    """What the network starts from: a tensor that is there, or images of any or of one size."""
    if input_tensor is not None:
        return input_tensor
    return keras.Input(input_shape or (size, size, 3))


def inception_v3(
    include_top=True,
    input_tensor=None,
    input_shape=None,
    pooling=None,
    classes=1000,
    name="inception_v3",
):
    """Without its top, the network takes images of any size."""
    start = images(input_shape, input_tensor, 299 if include_top else None)
    x = conv(start, 32, 3, stride=2, padding="valid")
    x = conv(x, 32, 3, padding="valid")
    x = conv(x, 64, 3)
    x = layers.MaxPooling2D(3, strides=2)(x)
    x = conv(x, 80, 1, padding="valid")
    x = conv(x, 192, 3, padding="valid")
    x = layers.MaxPooling2D(3, strides=2)(x)

    for i, filters in enumerate((32, 64, 64)):
        x = figure5(x, filters, f"mixed{i}")
    x = halving(x, [(384,), ((64, 1), (96, 3), 96)], "mixed3")
    for i, inner in enumerate((128, 160, 160, 192), start=4):
        x = figure6(x, inner, f"mixed{i}")
    x = halving(x, [((192, 1), 320), ((192, 1), (192, (1, 7)), (192, (7, 1)), 192)], "mixed8")
    for number in range(2):
        x = figure7(x, number)

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
    model = inception_v3()
    model.summary()
