"""EfficientNet B0 to B7, in Keras.

Tan, Le: "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", ICML 2019,
table 1 and section 3.3. Layers have the names of Keras Applications, which rescales and normalises
images in the network. Needs nothing but Keras 3.
"""

import math

import keras
from keras import layers

# Window, expansion, output channels, blocks, stride of the first of them; of B0.
STAGES = (
    (3, 1, 16, 1, 1),
    (3, 6, 24, 2, 2),
    (5, 6, 40, 2, 2),
    (3, 6, 80, 3, 2),
    (5, 6, 112, 3, 1),
    (5, 6, 192, 4, 2),
    (3, 6, 320, 1, 1),
)


def make_divisible(channels, divisor=8):
    """The multiple of ``divisor`` nearest to ``channels``, not more than a tenth below it."""
    rounded = max(divisor, int(channels + divisor / 2) // divisor * divisor)
    if rounded < 0.9 * channels:
        rounded += divisor
    return rounded


def halving_pad(x, kernel_size, name):
    """Zeros around ``x`` for a stride of 2, one fewer above and left where the size is even."""
    half = kernel_size // 2
    edges = tuple((half - (0 if size and size % 2 else 1), half) for size in x.shape[1:3])
    return layers.ZeroPadding2D(edges, name=name)(x)


def squeeze_excite(x, squeezed, name):
    """Each channel times a number from 0 to 1 that follows from the means of all channels."""
    n_in = x.shape[-1]
    y = layers.GlobalAveragePooling2D(name=name + "se_squeeze")(x)
    y = layers.Reshape((1, 1, n_in), name=name + "se_reshape")(y)
    y = layers.Conv2D(squeezed, 1, activation="swish", name=name + "se_reduce")(y)
    y = layers.Conv2D(n_in, 1, activation="sigmoid", name=name + "se_expand")(y)
    return layers.Multiply(name=name + "se_excite")([x, y])


def inverted_residual(x, kernel_size, expansion, filters, stride, drop, name):
    """A depthwise convolution on widened channels, and the input added where that fits."""
    before = x
    n_in = x.shape[-1]
    if expansion > 1:
        x = layers.Conv2D(expansion * n_in, 1, use_bias=False, name=name + "expand_conv")(x)
        x = layers.BatchNormalization(name=name + "expand_bn")(x)
        x = layers.Activation("swish", name=name + "expand_activation")(x)
    if stride == 2:
        x = halving_pad(x, kernel_size, name=name + "dwconv_pad")
    x = layers.DepthwiseConv2D(
        kernel_size,
        strides=stride,
        padding="same" if stride == 1 else "valid",
        use_bias=False,
        name=name + "dwconv",
    )(x)
    x = layers.BatchNormalization(name=name + "bn")(x)
    x = layers.Activation("swish", name=name + "activation")(x)
    x = squeeze_excite(x, max(1, n_in // 4), name)
    x = layers.Conv2D(filters, 1, use_bias=False, name=name + "project_conv")(x)
    x = layers.BatchNormalization(name=name + "project_bn")(x)
    if stride == 1 and n_in == filters:
        if drop > 0:
            x = layers.Dropout(drop, noise_shape=(None, 1, 1, 1), name=name + "drop")(x)
        x = layers.Add(name=name + "add")([x, before])
    return x


def blocks(x, width, depth):
    """All stages, ``width`` times as wide and ``depth`` times as deep as those of B0."""
    depths = [math.ceil(depth * stage[3]) for stage in STAGES]
    total, done = sum(depths), 0
    for number, (stage, repeats) in enumerate(zip(STAGES, depths), start=1):
        kernel_size, expansion, filters, _, stride = stage
        for i in range(repeats):
            x = inverted_residual(
                x,
                kernel_size,
                expansion,
                make_divisible(filters * width),
                stride if i == 0 else 1,
                0.2 * done / total,
                name=f"block{number}{chr(ord('a') + i)}_",
            )
            done += 1
    return x


def efficientnet(
    width,
    depth,
    size,
    dropout,
    include_top=True,
    weights=None,
    input_tensor=None,
    input_shape=None,
    pooling=None,
    classes=1000,
    name=None,
):
    """Weights of "imagenet", which are not loaded here, need their images rescaled once more."""
    start = input_tensor
    if input_tensor is None:
        side = size if include_top else None
        start = keras.Input(input_shape or (side, side, 3))
    x = layers.Rescaling(1 / 255)(start)
    x = layers.Normalization(axis=-1)(x)
    if weights == "imagenet":
        x = layers.Rescaling([1 / math.sqrt(deviation) for deviation in (0.229, 0.224, 0.225)])(x)
    x = halving_pad(x, 3, name="stem_conv_pad")
    x = layers.Conv2D(make_divisible(32 * width), 3, strides=2, use_bias=False, name="stem_conv")(x)
    x = layers.BatchNormalization(name="stem_bn")(x)
    x = layers.Activation("swish", name="stem_activation")(x)
    x = blocks(x, width, depth)
    x = layers.Conv2D(make_divisible(1280 * width), 1, use_bias=False, name="top_conv")(x)
    x = layers.BatchNormalization(name="top_bn")(x)
    x = layers.Activation("swish", name="top_activation")(x)
    if include_top:
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
        x = layers.Dropout(dropout, name="top_dropout")(x)
        x = layers.Dense(classes, activation="softmax", name="predictions")(x)
    elif pooling == "avg":
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    elif pooling == "max":
        x = layers.GlobalMaxPooling2D(name="max_pool")(x)
    inputs = start if input_tensor is None else keras.utils.get_source_inputs(start)
    return keras.Model(inputs, x, name=name)


def efficientnet_b0(name="efficientnetb0", **settings):
    return efficientnet(1.0, 1.0, 224, 0.2, name=name, **settings)


def efficientnet_b1(name="efficientnetb1", **settings):
    return efficientnet(1.0, 1.1, 240, 0.2, name=name, **settings)


def efficientnet_b2(name="efficientnetb2", **settings):
    return efficientnet(1.1, 1.2, 260, 0.3, name=name, **settings)


def efficientnet_b3(name="efficientnetb3", **settings):
    return efficientnet(1.2, 1.4, 300, 0.3, name=name, **settings)


def efficientnet_b4(name="efficientnetb4", **settings):
    return efficientnet(1.4, 1.8, 380, 0.4, name=name, **settings)


def efficientnet_b5(name="efficientnetb5", **settings):
    return efficientnet(1.6, 2.2, 456, 0.4, name=name, **settings)


def efficientnet_b6(name="efficientnetb6", **settings):
    return efficientnet(1.8, 2.6, 528, 0.5, name=name, **settings)


def efficientnet_b7(name="efficientnetb7", **settings):
    return efficientnet(2.0, 3.1, 600, 0.5, name=name, **settings)


if __name__ == "__main__":
    model = efficientnet_b0()
    model.summary()
