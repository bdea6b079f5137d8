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


def vgg(depths, classes=1000, input_shape=(224, 224, 3), name=None):
    inputs = keras.Input(input_shape)
    x = inputs
    for number, (depth, filters) in enumerate(zip(depths, (64, 128, 256, 512, 512)), start=1):
        x = block(x, number, depth, filters)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(4096, activation="relu", name="fc1")(x)
    x = layers.Dense(4096, activation="relu", name="fc2")(x)
    outputs = layers.Dense(classes, activation="softmax", name="predictions")(x)
    return keras.Model(inputs, outputs, name=name)


def vgg16(**settings):
    return vgg((2, 2, 3, 3, 3), name="vgg16", **settings)


def vgg19(**settings):
    return vgg((2, 2, 4, 4, 4), name="vgg19", **settings)


if __name__ == "__main__":
    model = vgg16()
    model.summary()
