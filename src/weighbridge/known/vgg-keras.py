"""The VGG networks for images of 224×224, in Keras.

Simonyan, Zisserman: "Very Deep Convolutional Networks for Large-Scale Image Recognition", ICLR
2015, table 1, columns D and E. Layers have the names of Keras Applications. Needs nothing but
Keras 3.
"""

import keras
from keras import layers


def block(x, number, depth, filters):
    """``depth`` convolutions of 3×3, and the image halved."""
    for i in range(1, depth + 1):
        x = layers.Conv2D(
            filters, 3, padding="same", activation="relu", name=f"block{number}_conv{i}"
        )(x)
    return layers.MaxPooling2D(2, strides=2, name=f"block{number}_pool")(x)


def images(input_shape, input_tensor, size):
    """What the network starts from: a tensor that is there, or images of any or of one size."""
    if input_tensor is not None:
        return input_tensor
    return keras.Input(input_shape or (size, size, 3))


def vgg(
    depths,
    include_top=True,
    input_tensor=None,
    input_shape=None,
    pooling=None,
    classes=1000,
    name=None,
):
    """Without its top, the network takes images of any size."""
    x = start = images(input_shape, input_tensor, 224 if include_top else None)
    for number, (depth, filters) in enumerate(zip(depths, (64, 128, 256, 512, 512)), start=1):
        x = block(x, number, depth, filters)
    if include_top:
        x = layers.Flatten(name="flatten")(x)
        x = layers.Dense(4096, activation="relu", name="fc1")(x)
        x = layers.Dense(4096, activation="relu", name="fc2")(x)
        x = layers.Dense(classes, activation="softmax", name="predictions")(x)
    elif pooling == "avg":
        x = layers.GlobalAveragePooling2D()(x)
    elif pooling == "max":
        x = layers.GlobalMaxPooling2D()(x)
    inputs = start if input_tensor is None else keras.utils.get_source_inputs(start)
    return keras.Model(inputs, x, name=name)


def vgg16(name="vgg16", **settings):
    return vgg((2, 2, 3, 3, 3), name=name, **settings)


def vgg19(name="vgg19", **settings):
    return vgg((2, 2, 4, 4, 4), name=name, **settings)


if __name__ == "__main__":
    model = vgg16()
    model.summary()
