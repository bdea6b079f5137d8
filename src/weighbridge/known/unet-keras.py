"""U-Net for one-channel images of 572×572, in Keras, without padding as in the paper.

Ronneberger, Fischer, Brox: "U-Net: Convolutional Networks for Biomedical Image Segmentation",
MICCAI 2015, figure 1. Needs nothing but Keras 3.
"""

import keras
from keras import layers


def double_conv(x, filters):
    """Two convolutions of 3×3; each takes two pixels off the height and the width."""
    for _ in range(2):
        x = layers.Conv2D(filters, 3, activation="relu")(x)
    return x


def cropped(x, like):
    """The middle of ``x``, as large as ``like``."""
    height, width = x.shape[1] - like.shape[1], x.shape[2] - like.shape[2]
    edges = ((height // 2, height - height // 2), (width // 2, width - width // 2))
    return layers.Cropping2D(edges)(x)


def unet(input_shape=(572, 572, 1), classes=2, widths=(64, 128, 256, 512, 1024)):
    inputs = keras.Input(input_shape)
    x, skips = inputs, []
    for filters in widths[:-1]:
        x = double_conv(x, filters)
        skips.append(x)
        x = layers.MaxPooling2D(2)(x)
    x = double_conv(x, widths[-1])
    while skips:
        skip = skips.pop()
        x = layers.Conv2DTranspose(skip.shape[-1], 2, strides=2)(x)
        x = layers.Concatenate()([cropped(skip, x), x])
        x = double_conv(x, skip.shape[-1])
    outputs = layers.Conv2D(classes, 1, activation="softmax")(x)
    return keras.Model(inputs, outputs, name="unet")


if __name__ == "__main__":
    model = unet()
    model.summary()
