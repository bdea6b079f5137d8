"""MobileNetV2 for images of 224×224, in Keras.

Sandler, Howard, Zhu, Zhmoginov, Chen: "MobileNetV2: Inverted Residuals and Linear Bottlenecks",
CVPR 2018, table 2. Layers have the names of Keras Applications. Needs nothing but Keras 3.
"""

import keras
from keras import layers

# Expansion, output channels, blocks, stride of the first of them.
STAGES = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)


def make_divisible(channels, divisor=8):
    """The multiple of ``divisor`` nearest to ``channels``, not more than a tenth below it."""
    rounded = max(divisor, int(channels + divisor / 2) // divisor * divisor)
    if rounded < 0.9 * channels:
        rounded += divisor
    return rounded


def batch_norm(name):
    return layers.BatchNormalization(epsilon=1e-3, momentum=0.999, name=name)


def halving_pad(x, kernel_size, name):
    """Zeros around ``x`` for a stride of 2, one fewer above and left where the size is even."""
    half = kernel_size // 2
    edges = tuple((half - (0 if size and size % 2 else 1), half) for size in x.shape[1:3])
    return layers.ZeroPadding2D(edges, name=name)(x)


def inverted_residual(x, filters, stride, expansion, name):
    """A depthwise convolution on widened channels, and the input added where that fits."""
    before = x
    n_in = x.shape[-1]
    if expansion > 1:
        x = layers.Conv2D(expansion * n_in, 1, use_bias=False, name=name + "expand")(x)
        x = batch_norm(name + "expand_BN")(x)
        x = layers.ReLU(6.0, name=name + "expand_relu")(x)
    if stride == 2:
        x = halving_pad(x, 3, name=name + "pad")
    x = layers.DepthwiseConv2D(
        3,
        strides=stride,
        padding="same" if stride == 1 else "valid",
        use_bias=False,
        name=name + "depthwise",
    )(x)
    x = batch_norm(name + "depthwise_BN")(x)
    x = layers.ReLU(6.0, name=name + "depthwise_relu")(x)
    x = layers.Conv2D(filters, 1, use_bias=False, name=name + "project")(x)
    x = batch_norm(name + "project_BN")(x)
    if stride == 1 and n_in == filters:
        x = layers.Add(name=name + "add")([before, x])
    return x


def mobilenet_v2(
    alpha=1.0,
    include_top=True,
    input_tensor=None,
    input_shape=None,
    pooling=None,
    classes=1000,
    name=None,
):
    """``alpha`` scales all channels; the last layer before the classifier only grows."""
    size = 224 if include_top else None
    start = input_tensor
    if input_tensor is None:
        start = keras.Input(input_shape or (size, size, 3))
    x = layers.Conv2D(
        make_divisible(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="Conv1"
    )(start)
    x = batch_norm("bn_Conv1")(x)
    x = layers.ReLU(6.0, name="Conv1_relu")(x)
    number = 0
    for expansion, filters, depth, stride in STAGES:
        for i in range(depth):
            prefix = f"block_{number}_" if number else "expanded_conv_"
            filters_here = make_divisible(int(filters * alpha))
            x = inverted_residual(x, filters_here, stride if i == 0 else 1, expansion, prefix)
            number += 1
    last = make_divisible(1280 * alpha) if alpha > 1 else 1280
    x = layers.Conv2D(last, 1, use_bias=False, name="Conv_1")(x)
    x = batch_norm("Conv_1_bn")(x)
    x = layers.ReLU(6.0, name="out_relu")(x)
    if include_top:
        x = layers.GlobalAveragePooling2D()(x)
        x = layers.Dense(classes, activation="softmax", name="predictions")(x)
    elif pooling == "avg":
        x = layers.GlobalAveragePooling2D()(x)
    elif pooling == "max":
        x = layers.GlobalMaxPooling2D()(x)
    inputs = start if input_tensor is None else keras.utils.get_source_inputs(start)
    rows = input_shape[0] if input_shape else size
    return keras.Model(inputs, x, name=name or f"mobilenetv2_{alpha:0.2f}_{rows}")


if __name__ == "__main__":
    model = mobilenet_v2()
    model.summary()
