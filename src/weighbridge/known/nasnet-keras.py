"""NASNet-A, the mobile network for images of 224×224 and the large one for 331×331, in Keras.

Zoph, Vasudevan, Shlens, Le: "Learning Transferable Architectures for Scalable Image Recognition",
CVPR 2018, figures 2 and 4. Layers have the names of Keras Applications. Needs nothing but Keras 3.
"""

import keras
from keras import layers


def batch_norm(name):
    return layers.BatchNormalization(momentum=0.9997, epsilon=1e-3, name=name)


def pointwise(x, filters, name, norm):
    x = layers.Activation("relu")(x)
    x = layers.Conv2D(filters, 1, use_bias=False, name=name)(x)
    return batch_norm(norm)(x)


def halving_edges(x, kernel_size):
    """Zeros around ``x`` for a stride of 2, one fewer above and left where the size is even."""
    half = kernel_size // 2
    return tuple((half - (0 if size and size % 2 else 1), half) for size in x.shape[1:3])


def separable(x, filters, window, name, stride=1):
    """Two separable convolutions, the first with the stride."""
    x = layers.Activation("relu")(x)
    if stride == 2:
        edges = halving_edges(x, window)
        x = layers.ZeroPadding2D(edges, name=f"separable_conv_1_pad_{name}")(x)
    for i in (1, 2):
        if i == 2:
            x = layers.Activation("relu")(x)
        halves = i == 1 and stride == 2
        x = layers.SeparableConv2D(
            filters,
            window,
            strides=stride if i == 1 else 1,
            padding="valid" if halves else "same",
            use_bias=False,
            name=f"separable_conv_{i}_{name}",
        )(x)
        x = batch_norm(f"separable_conv_{i}_bn_{name}")(x)
    return x


def average(x, name):
    return layers.AveragePooling2D(3, strides=1, padding="same", name=name)(x)


def adjusted(earlier, x, filters, name):
    """What the cell before the last made, in the size and the channels that a cell needs."""
    if earlier is None:
        return x
    if earlier.shape[2] != x.shape[2]:
        y = layers.Activation("relu", name=f"adjust_relu_1_{name}")(earlier)
        paths = [y, layers.Cropping2D(((1, 0), (1, 0)))(layers.ZeroPadding2D(((0, 1), (0, 1)))(y))]
        ends = []
        for i, path in enumerate(paths, start=1):
            path = layers.AveragePooling2D(1, strides=2, name=f"adjust_avg_pool_{i}_{name}")(path)
            convolve = layers.Conv2D(
                filters // 2, 1, use_bias=False, name=f"adjust_conv_{i}_{name}"
            )
            ends.append(convolve(path))
        return batch_norm(f"adjust_bn_{name}")(layers.Concatenate()(ends))
    if earlier.shape[-1] != filters:
        return pointwise(earlier, filters, f"adjust_conv_projection_{name}", f"adjust_bn_{name}")
    return earlier


def normal_cell(x, earlier, filters, name):
    """The channels of five blocks and of the cell before, in an image of the same size."""
    p = adjusted(earlier, x, filters, name)
    h = pointwise(x, filters, f"normal_conv_1_{name}", f"normal_bn_1_{name}")
    blocks = [p]
    for i, (left, right) in enumerate(((h, p), (p, p)), start=1):
        left = separable(left, filters, 5, f"normal_left{i}_{name}")
        right = separable(right, filters, 3, f"normal_right{i}_{name}")
        blocks.append(layers.Add(name=f"normal_add_{i}_{name}")([left, right]))
    left = average(h, f"normal_left3_{name}")
    blocks.append(layers.Add(name=f"normal_add_3_{name}")([left, p]))
    pair = [average(p, f"normal_{side}4_{name}") for side in ("left", "right")]
    blocks.append(layers.Add(name=f"normal_add_4_{name}")(pair))
    left = separable(h, filters, 3, f"normal_left5_{name}")
    blocks.append(layers.Add(name=f"normal_add_5_{name}")([left, h]))
    return layers.Concatenate(name=f"normal_concat_{name}")(blocks)


def reduction_cell(x, earlier, filters, name):
    """The channels of four blocks in an image half as wide."""
    p = adjusted(earlier, x, filters, name)
    h = pointwise(x, filters, f"reduction_conv_1_{name}", f"reduction_bn_1_{name}")
    padded = layers.ZeroPadding2D(halving_edges(h, 3), name=f"reduction_pad_1_{name}")(h)

    left = separable(h, filters, 5, f"reduction_left1_{name}", stride=2)
    right = separable(p, filters, 7, f"reduction_right1_{name}", stride=2)
    first = layers.Add(name=f"reduction_add_1_{name}")([left, right])

    left = layers.MaxPooling2D(3, strides=2, name=f"reduction_left2_{name}")(padded)
    right = separable(p, filters, 7, f"reduction_right2_{name}", stride=2)
    second = layers.Add(name=f"reduction_add_2_{name}")([left, right])

    left = layers.AveragePooling2D(3, strides=2, name=f"reduction_left3_{name}")(padded)
    right = separable(p, filters, 5, f"reduction_right3_{name}", stride=2)
    third = layers.Add(name=f"reduction_add3_{name}")([left, right])

    fourth = layers.Add()([second, average(first, f"reduction_left4_{name}")])
    left = separable(first, filters, 3, f"reduction_left4_{name}")
    right = layers.MaxPooling2D(3, strides=2, name=f"reduction_right5_{name}")(padded)
    fifth = layers.Add(name=f"reduction_add4_{name}")([left, right])
    ends = [second, third, fourth, fifth]
    return layers.Concatenate(name=f"reduction_concat_{name}")(ends)


def cells(x, filters, depth, skip):
    """Two reductions, then three rows of ``depth`` cells with a reduction between them."""
    before = None
    for number, part in ((1, 4), (2, 2)):
        x, before = reduction_cell(x, before, filters // part, f"stem_{number}"), x
    for row in range(3):
        if row > 0:
            filters, name = 2 * filters, f"reduce_{row * depth}"
            # Past a reduction the large network reads what the cell before it had read.
            reduced = reduction_cell(x, before, filters, name)
            x, before = reduced, before if skip else x
        for i in range(depth):
            x, before = normal_cell(x, before, filters, str(row * depth + i + (row > 0))), x
    return x


def nasnet(
    size,
    width,
    depth,
    stem,
    skip,
    include_top=True,
    input_tensor=None,
    input_shape=None,
    pooling=None,
    classes=1000,
    name=None,
):
    """Without its top, the network takes images of any size."""
    start = input_tensor
    if input_tensor is None:
        side = size if include_top else None
        start = keras.Input(input_shape or (side, side, 3))
    x = layers.Conv2D(stem, 3, strides=2, use_bias=False, name="stem_conv1")(start)
    x = batch_norm("stem_bn1")(x)
    x = cells(x, width // 24, depth, skip)
    x = layers.Activation("relu")(x)
    if include_top:
        x = layers.GlobalAveragePooling2D()(x)
        x = layers.Dense(classes, activation="softmax", name="predictions")(x)
    elif pooling == "avg":
        x = layers.GlobalAveragePooling2D()(x)
    elif pooling == "max":
        x = layers.GlobalMaxPooling2D()(x)
    inputs = start if input_tensor is None else keras.utils.get_source_inputs(start)
    return keras.Model(inputs, x, name=name)


def nasnet_mobile(name="nasnet_mobile", input_shape=None, **settings):
    """Of its own size also without its top."""
    shape = input_shape or (224, 224, 3)
    return nasnet(224, 1056, 4, 32, False, input_shape=shape, name=name, **settings)


def nasnet_large(name="nasnet_large", **settings):
    return nasnet(331, 4032, 6, 96, True, name=name, **settings)


if __name__ == "__main__":
    model = nasnet_mobile()
    model.summary()
