"""MobileNet, the first, for images of 224×224, in Keras.

Howard et al.: "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications",
2017, table 1. Layers have the names of Keras Applications. Needs nothing but Keras 3.
"""

import keras
from keras import layers

# Output channels and stride of each separable convolution.
BLOCKS = (
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    *[(512, 1)] * 5,
    (1024, 2),
    (1024, 1),
)


def separable(x, filters, stride, depth_multiplier, number):
    """A 3×3 convolution of each channel by itself, then one of 1×1 over all of them."""
    if stride == 2:
        x = layers.ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{number}")(x)
    x = layers.DepthwiseConv2D(
        3,
        strides=stride,
        padding="same" if stride == 1 else "valid",
        depth_multiplier=depth_multiplier,
        use_bias=False,
        name=f"conv_dw_{number}",
    )(x)
    x = layers.BatchNormalization(name=f"conv_dw_{number}_bn")(x)
    x = layers.ReLU(6.0, name=f"conv_dw_{number}_relu")(x)
    x = layers.Conv2D(filters, 1, use_bias=False, name=f"conv_pw_{number}")(x)
    x = layers.BatchNormalization(name=f"conv_pw_{number}_bn")(x)
    return layers.ReLU(6.0, name=f"conv_pw_{number}_relu")(x)


def mobilenet(
    alpha=1.0,
    depth_multiplier=1,
    include_top=True,
    input_tensor=None,
    input_shape=None,
    pooling=None,
    classes=1000,
    name=None,
):
    """``alpha`` scales all channels; each gives ``depth_multiplier`` where it is by itself."""
    size = 224 if include_top else None
    start = input_tensor
    if input_tensor is None:
        start = keras.Input(input_shape or (size, size, 3))
    filters = int(32 * alpha)
    x = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False, name="conv1")(start)
    x = layers.BatchNormalization(name="conv1_bn")(x)
    x = layers.ReLU(6.0, name="conv1_relu")(x)
    for number, (filters, stride) in enumerate(BLOCKS, start=1):
        x = separable(x, int(filters * alpha), stride, depth_multiplier, number)
    if include_top:
        x = layers.GlobalAveragePooling2D(keepdims=True)(x)
        x = layers.Dropout(0.001, name="dropout")(x)
        x = layers.Conv2D(classes, 1, name="conv_preds")(x)
        x = layers.Reshape((classes,), name="reshape_2")(x)
        x = layers.Activation("softmax", name="predictions")(x)
    elif pooling == "avg":
        x = layers.GlobalAveragePooling2D()(x)
    elif pooling == "max":
        x = layers.GlobalMaxPooling2D()(x)
    inputs = start if input_tensor is None else keras.utils.get_source_inputs(start)
    rows = input_shape[0] if input_shape else size
    return keras.Model(inputs, x, name=name or f"mobilenet_{alpha:0.2f}_{rows}")


if __name__ == "__main__":
    model = mobilenet()
    model.summary()
