"""ResNet with activations before its convolutions, for images of 224×224, in Keras.

He, Zhang, Ren, Sun: "Identity Mappings in Deep Residual Networks", ECCV 2016, figure 1 (b). As in
Keras Applications, whose layer names these are, a stack takes its stride in its last block. Needs
nothing but Keras 3.
"""

import keras
from keras import layers


def batch_norm(name):
    return layers.BatchNormalization(epsilon=1.001e-5, name=name)


def block(x, filters, stride=1, project=False, name=None):
    """A 3×3 convolution between two of 1×1, and the input added to what they make of it."""
    y = batch_norm(f"{name}_preact_bn")(x)
    y = layers.Activation("relu", name=f"{name}_preact_relu")(y)
    shortcut = x
    if project:
        shortcut = layers.Conv2D(4 * filters, 1, strides=stride, name=f"{name}_0_conv")(y)
    elif stride > 1:
        shortcut = layers.MaxPooling2D(1, strides=stride)(x)

    y = layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_1_conv")(y)
    y = batch_norm(f"{name}_1_bn")(y)
    y = layers.Activation("relu", name=f"{name}_1_relu")(y)
    y = layers.ZeroPadding2D(1, name=f"{name}_2_pad")(y)
    y = layers.Conv2D(filters, 3, strides=stride, use_bias=False, name=f"{name}_2_conv")(y)
    y = batch_norm(f"{name}_2_bn")(y)
    y = layers.Activation("relu", name=f"{name}_2_relu")(y)
    y = layers.Conv2D(4 * filters, 1, name=f"{name}_3_conv")(y)
    return layers.Add(name=f"{name}_out")([shortcut, y])


def stack(x, filters, depth, stride=2, name=None):
    """Blocks in a row; the first widens the channels, the last halves the image."""
    for i in range(1, depth + 1):
        stride_here = stride if i == depth else 1
        x = block(x, filters, stride_here, project=i == 1, name=f"{name}_block{i}")
    return x


def images(input_shape, input_tensor, size):
    """What the network starts from: a tensor that is there, or images of any or of one size."""
    if input_tensor is not None:
        return input_tensor
    return keras.Input(input_shape or (size, size, 3))


def resnet_v2(
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
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1_pool")(x)
    for i, depth in enumerate(depths):
        x = stack(x, 64 * 2**i, depth, stride=1 if i == 3 else 2, name=f"conv{i + 2}")
    x = batch_norm("post_bn")(x)
    x = layers.Activation("relu", name="post_relu")(x)
    if include_top:
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
        x = layers.Dense(classes, activation="softmax", name="predictions")(x)
    elif pooling == "avg":
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    elif pooling == "max":
        x = layers.GlobalMaxPooling2D(name="max_pool")(x)
    inputs = start if input_tensor is None else keras.utils.get_source_inputs(start)
    return keras.Model(inputs, x, name=name)


def resnet50_v2(name="resnet50v2", **settings):
    return resnet_v2((3, 4, 6, 3), name=name, **settings)


def resnet101_v2(name="resnet101v2", **settings):
    return resnet_v2((3, 4, 23, 3), name=name, **settings)


def resnet152_v2(name="resnet152v2", **settings):
    return resnet_v2((3, 8, 36, 3), name=name, **settings)


if __name__ == "__main__":
    model = resnet50_v2()
    model.summary()
