"""EfficientNetV2 B0 to B3, S, M and L, in Keras.

Tan, Le: "EfficientNetV2: Smaller Models and Faster Training", ICML 2021, table 4. Layers have the
names of Keras Applications, which rescales images in the network. Needs nothing but Keras 3.
"""

import math

import keras
from keras import layers

# Whether its two convolutions are fused, expansion, output channels, blocks, stride of the first.
BASE = (
    (True, 1, 16, 1, 1),
    (True, 4, 32, 2, 2),
    (True, 4, 48, 2, 2),
    (False, 4, 96, 3, 2),
    (False, 6, 112, 5, 1),
    (False, 6, 192, 8, 2),
)
SMALL = (
    (True, 1, 24, 2, 1),
    (True, 4, 48, 4, 2),
    (True, 4, 64, 4, 2),
    (False, 4, 128, 6, 2),
    (False, 6, 160, 9, 1),
    (False, 6, 256, 15, 2),
)
MEDIUM = (
    (True, 1, 24, 3, 1),
    (True, 4, 48, 5, 2),
    (True, 4, 80, 5, 2),
    (False, 4, 160, 7, 2),
    (False, 6, 176, 14, 1),
    (False, 6, 304, 18, 2),
    (False, 6, 512, 5, 1),
)
LARGE = (
    (True, 1, 32, 4, 1),
    (True, 4, 64, 7, 2),
    (True, 4, 96, 7, 2),
    (False, 4, 192, 10, 2),
    (False, 6, 224, 19, 1),
    (False, 6, 384, 25, 2),
    (False, 6, 640, 7, 1),
)


def scaled(channels, width):
    """The multiple of 8 nearest to ``width`` times as many channels."""
    return max(8, int(channels * width + 4) // 8 * 8)


def batch_norm(name):
    return layers.BatchNormalization(momentum=0.9, name=name)


def conv(x, filters, window, stride, name, norm):
    """A convolution and its batch norm, whose names begin alike."""
    x = layers.Conv2D(filters, window, strides=stride, padding="same", use_bias=False, name=name)(x)
    return batch_norm(norm)(x)


def squeeze_excite(x, squeezed, name):
    """Each channel times a number from 0 to 1 that follows from the means of all channels."""
    n_in = x.shape[-1]
    y = layers.GlobalAveragePooling2D(name=name + "se_squeeze")(x)
    y = layers.Reshape((1, 1, n_in), name=name + "se_reshape")(y)
    y = layers.Conv2D(squeezed, 1, activation="swish", name=name + "se_reduce")(y)
    y = layers.Conv2D(n_in, 1, activation="sigmoid", name=name + "se_expand")(y)
    return layers.Multiply(name=name + "se_excite")([x, y])


def fused(x, expansion, filters, stride, name):
    """A 3×3 convolution that widens the channels, then one of 1×1; not widening, it is alone."""
    n_in = x.shape[-1]
    if expansion == 1:
        x = conv(x, filters, 3, stride, name + "project_conv", name + "project_bn")
        return layers.Activation("swish", name=name + "project_activation")(x)
    x = conv(x, expansion * n_in, 3, stride, name + "expand_conv", name + "expand_bn")
    x = layers.Activation("swish", name=name + "expand_activation")(x)
    return conv(x, filters, 1, 1, name + "project_conv", name + "project_bn")


def separate(x, expansion, filters, stride, name):
    """A depthwise convolution on widened channels, which are then weighed."""
    n_in = x.shape[-1]
    x = conv(x, expansion * n_in, 1, 1, name + "expand_conv", name + "expand_bn")
    x = layers.Activation("swish", name=name + "expand_activation")(x)
    x = layers.DepthwiseConv2D(
        3, strides=stride, padding="same", use_bias=False, name=name + "dwconv2"
    )(x)
    x = batch_norm(name + "bn")(x)
    x = layers.Activation("swish", name=name + "activation")(x)
    x = squeeze_excite(x, max(1, n_in // 4), name)
    return conv(x, filters, 1, 1, name + "project_conv", name + "project_bn")


def block(x, kind, expansion, filters, stride, drop, name):
    """What ``kind`` makes of the input, which is added where that fits."""
    y = kind(x, expansion, filters, stride, name)
    if stride == 1 and x.shape[-1] == filters:
        if drop > 0:
            y = layers.Dropout(drop, noise_shape=(None, 1, 1, 1), name=name + "drop")(y)
        y = layers.Add(name=name + "add")([y, x])
    return y


def blocks(x, stages, width, depth):
    """All stages, ``width`` times as wide and ``depth`` times as deep."""
    total, done = sum(stage[3] for stage in stages), 0
    for number, (is_fused, expansion, filters, repeats, stride) in enumerate(stages, start=1):
        for i in range(math.ceil(depth * repeats)):
            x = block(
                x,
                fused if is_fused else separate,
                expansion,
                scaled(filters, width),
                stride if i == 0 else 1,
                0.2 * done / total,
                name=f"block{number}{chr(ord('a') + i)}_",
            )
            done += 1
    return x


def preprocessed(x, as_imagenet):
    """Images whose values go from 0 to 255, brought close to 0."""
    if not as_imagenet:
        return layers.Rescaling(1 / 128, offset=-1)(x)
    x = layers.Rescaling(1 / 255)(x)
    mean, variance = [0.485, 0.456, 0.406], [0.229**2, 0.224**2, 0.225**2]
    return layers.Normalization(mean=mean, variance=variance, axis=-1)(x)


def efficientnet_v2(
    stages,
    size,
    width=1.0,
    depth=1.0,
    first=32,
    include_top=True,
    input_tensor=None,
    input_shape=None,
    pooling=None,
    classes=1000,
    include_preprocessing=True,
    name=None,
):
    """Without its top, the network takes images of any size."""
    side = size if include_top else None
    shape = input_shape or (side, side, 3)
    x = start = keras.Input(shape) if input_tensor is None else input_tensor
    if include_preprocessing:
        x = preprocessed(x, stages == BASE and shape[-1] == 3)
    x = conv(x, scaled(first, width), 3, 2, "stem_conv", "stem_bn")
    x = layers.Activation("swish", name="stem_activation")(x)
    x = blocks(x, stages, width, depth)
    x = conv(x, scaled(1280, width), 1, 1, "top_conv", "top_bn")
    x = layers.Activation("swish", name="top_activation")(x)
    if include_top:
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
        x = layers.Dropout(0.2, name="top_dropout")(x)
        x = layers.Dense(classes, activation="softmax", name="predictions")(x)
    elif pooling == "avg":
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    elif pooling == "max":
        x = layers.GlobalMaxPooling2D(name="max_pool")(x)
    inputs = start if input_tensor is None else keras.utils.get_source_inputs(start)
    return keras.Model(inputs, x, name=name)


def efficientnet_v2_b0(name="efficientnetv2-b0", **settings):
    return efficientnet_v2(BASE, 224, name=name, **settings)


def efficientnet_v2_b1(name="efficientnetv2-b1", **settings):
    return efficientnet_v2(BASE, 240, 1.0, 1.1, name=name, **settings)


def efficientnet_v2_b2(name="efficientnetv2-b2", **settings):
    return efficientnet_v2(BASE, 260, 1.1, 1.2, name=name, **settings)


def efficientnet_v2_b3(name="efficientnetv2-b3", **settings):
    return efficientnet_v2(BASE, 300, 1.2, 1.4, name=name, **settings)


def efficientnet_v2_s(name="efficientnetv2-s", **settings):
    return efficientnet_v2(SMALL, 384, first=24, name=name, **settings)


def efficientnet_v2_m(name="efficientnetv2-m", **settings):
    return efficientnet_v2(MEDIUM, 480, first=24, name=name, **settings)


def efficientnet_v2_l(name="efficientnetv2-l", **settings):
    return efficientnet_v2(LARGE, 480, name=name, **settings)


if __name__ == "__main__":
    model = efficientnet_v2_b0()
    model.summary()
