"""MobileNetV3 for images of any size, in Keras: the small and the large network.

Howard et al.: "Searching for MobileNetV3", ICCV 2019, tables 1 and 2. Layers have the names of
Keras Applications. Needs nothing but Keras 3.
"""

import keras
from keras import layers

# Window, expansion, output channels, whether channels are weighed, whether activations are the
# paper's hard swish, stride.
SMALL = (
    (3, 1, 16, True, False, 2),
    (3, 72 / 16, 24, False, False, 2),
    (3, 88 / 24, 24, False, False, 1),
    (5, 4, 40, True, True, 2),
    (5, 6, 40, True, True, 1),
    (5, 6, 40, True, True, 1),
    (5, 3, 48, True, True, 1),
    (5, 3, 48, True, True, 1),
    (5, 6, 96, True, True, 2),
    (5, 6, 96, True, True, 1),
    (5, 6, 96, True, True, 1),
)
LARGE = (
    (3, 1, 16, False, False, 1),
    (3, 4, 24, False, False, 2),
    (3, 3, 24, False, False, 1),
    (5, 3, 40, True, False, 2),
    (5, 3, 40, True, False, 1),
    (5, 3, 40, True, False, 1),
    (3, 6, 80, False, True, 2),
    (3, 2.5, 80, False, True, 1),
    (3, 2.3, 80, False, True, 1),
    (3, 2.3, 80, False, True, 1),
    (3, 6, 112, True, True, 1),
    (3, 6, 112, True, True, 1),
    (5, 6, 160, True, True, 2),
    (5, 6, 160, True, True, 1),
    (5, 6, 160, True, True, 1),
)


def make_divisible(channels, divisor=8):
    """The multiple of ``divisor`` nearest to ``channels``, not more than a tenth below it."""
    rounded = max(divisor, int(channels + divisor / 2) // divisor * divisor)
    if rounded < 0.9 * channels:
        rounded += divisor
    return rounded


def batch_norm(name):
    return layers.BatchNormalization(epsilon=1e-3, momentum=0.999, name=name)


def activate(x, hard_swish):
    return layers.Activation("hard_swish")(x) if hard_swish else layers.ReLU()(x)


def halving_pad(x, kernel_size, name):
    """Zeros around ``x`` for a stride of 2, one fewer above and left where the size is even."""
    half = kernel_size // 2
    edges = tuple((half - (0 if size and size % 2 else 1), half) for size in x.shape[1:3])
    return layers.ZeroPadding2D(edges, name=name)(x)


def squeeze_excite(x, name):
    """Each channel times a number from 0 to 1 that follows from the means of all channels."""
    n_in = x.shape[-1]
    y = layers.GlobalAveragePooling2D(keepdims=True, name=name + "avg_pool")(x)
    y = layers.Conv2D(make_divisible(n_in / 4), 1, name=name + "conv")(y)
    y = layers.ReLU(name=name + "relu")(y)
    y = layers.Conv2D(n_in, 1, name=name + "conv_1")(y)
    y = layers.ReLU(6.0)(y + 3.0) * (1 / 6)
    return layers.Multiply(name=name + "mul")([x, y])


def inverted_residual(x, kernel_size, widened, filters, weigh, hard_swish, stride, name):
    """A depthwise convolution on widened channels, and the input added where that fits."""
    before = x
    n_in = x.shape[-1]
    if widened:
        x = layers.Conv2D(widened, 1, use_bias=False, name=name + "expand")(x)
        x = batch_norm(name + "expand_bn")(x)
        x = activate(x, hard_swish)
    if stride == 2:
        x = halving_pad(x, kernel_size, name=name + "depthwise_pad")
    x = layers.DepthwiseConv2D(
        kernel_size,
        strides=stride,
        padding="same" if stride == 1 else "valid",
        use_bias=False,
        name=name + "depthwise",
    )(x)
    x = batch_norm(name + "depthwise_bn")(x)
    x = activate(x, hard_swish)
    if weigh:
        x = squeeze_excite(x, name + "squeeze_excite_")
    x = layers.Conv2D(filters, 1, use_bias=False, name=name + "project")(x)
    x = batch_norm(name + "project_bn")(x)
    if stride == 1 and n_in == filters:
        x = layers.Add(name=name + "add")([before, x])
    return x


def classifier(x, width, classes, dropout_rate, hard_swish):
    x = layers.GlobalAveragePooling2D(keepdims=True)(x)
    x = layers.Conv2D(width, 1, name="conv_2")(x)
    x = activate(x, hard_swish)
    if dropout_rate > 0:
        x = layers.Dropout(dropout_rate)(x)
    x = layers.Conv2D(classes, 1, name="logits")(x)
    x = layers.Flatten()(x)
    return layers.Activation("softmax", name="predictions")(x)


def mobilenet_v3(
    blocks,
    last,
    alpha=1.0,
    minimalistic=False,
    include_top=True,
    input_tensor=None,
    input_shape=None,
    pooling=None,
    classes=1000,
    dropout_rate=0.2,
    include_preprocessing=True,
    name=None,
):
    """``alpha`` scales all channels; ``minimalistic`` has small windows, and channels as equals."""
    start = input_tensor
    if input_tensor is None:
        start = keras.Input(input_shape or (None, None, 3))
    x = start
    if include_preprocessing:
        x = layers.Rescaling(1 / 127.5, offset=-1.0)(x)
    x = layers.Conv2D(16, 3, strides=2, padding="same", use_bias=False, name="conv")(x)
    x = batch_norm("conv_bn")(x)
    x = activate(x, not minimalistic)
    for i, (kernel_size, expansion, filters, weigh, hard_swish, stride) in enumerate(blocks):
        x = inverted_residual(
            x,
            3 if minimalistic else kernel_size,
            make_divisible(x.shape[-1] * expansion) if i > 0 else None,
            make_divisible(filters * alpha),
            weigh and not minimalistic,
            hard_swish and not minimalistic,
            stride,
            name=f"expanded_conv_{i}_" if i > 0 else "expanded_conv_",
        )
    x = layers.Conv2D(make_divisible(6 * x.shape[-1]), 1, use_bias=False, name="conv_1")(x)
    x = batch_norm("conv_1_bn")(x)
    x = activate(x, not minimalistic)
    if include_top:
        width = make_divisible(last * alpha) if alpha > 1 else last
        x = classifier(x, width, classes, dropout_rate, not minimalistic)
    elif pooling == "avg":
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    elif pooling == "max":
        x = layers.GlobalMaxPooling2D(name="max_pool")(x)
    inputs = start if input_tensor is None else keras.utils.get_source_inputs(start)
    return keras.Model(inputs, x, name=name)


def mobilenet_v3_small(name="MobileNetV3Small", **settings):
    return mobilenet_v3(SMALL, 1024, name=name, **settings)


def mobilenet_v3_large(name="MobileNetV3Large", **settings):
    return mobilenet_v3(LARGE, 1280, name=name, **settings)


if __name__ == "__main__":
    model = mobilenet_v3_large()
    model.summary()
