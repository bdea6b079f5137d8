"""Grouped convolutions and channel shuffling, once by hand and once by `groups`."""
import numpy as np
from tensorflow.keras import backend as K
from tensorflow.keras import layers, models


def channel_shuffle(x, groups):
    height, width, in_channels = K.int_shape(x)[1:]
    channels_per_group = in_channels // groups
    pre_shape = [height, width, groups, channels_per_group]
    x = layers.Reshape(pre_shape)(x)
    x = layers.Permute((1, 2, 4, 3))(x)
    return layers.Reshape([height, width, in_channels])(x)


def group_conv(x, in_channels, out_channels, groups, kernel=1):
    if groups == 1:
        return layers.Conv2D(out_channels, kernel, padding="same", use_bias=False)(x)
    ig = in_channels // groups
    group_list = []
    assert out_channels % groups == 0
    for i in range(groups):
        offset = i * ig
        group = layers.Lambda(lambda z, offset=offset: z[:, :, :, offset:offset + ig],
                              name="split%d_%d" % (groups, i))(x)
        group_list.append(layers.Conv2D(int(0.5 + out_channels / groups), kernel, padding="same", use_bias=False)(group))
    return layers.Concatenate()(group_list)


def unit(x, out_channels, groups, strides=2):
    in_channels = K.int_shape(x)[-1]
    y = layers.Conv2D(out_channels // 4, 1, groups=groups, use_bias=False)(x)
    y = layers.BatchNormalization()(y)
    y = layers.ReLU()(y)
    y = channel_shuffle(y, groups)
    y = layers.DepthwiseConv2D((3, 3), padding="same", use_bias=False, strides=strides)(y)
    y = layers.BatchNormalization()(y)
    y = layers.Conv2D(out_channels if strides == 1 else out_channels - in_channels, 1, groups=groups)(y)
    if strides < 2:
        return layers.ReLU()(layers.Add()([y, x]))
    avg = layers.AveragePooling2D(pool_size=3, strides=2, padding="same")(x)
    return layers.ReLU()(layers.Concatenate()([y, avg]))


base = np.array([12, 24, 48])
repeats = np.array([1, 2])
inputs = layers.Input((32, 32, 3))
x = group_conv(inputs, 3, int(base[0]), 3, kernel=3)
for stage in range(len(repeats)):
    x = unit(x, int(base[stage + 1]), groups=4 if stage else 3)
    for _ in range(int(repeats[stage]) - 1):
        x = unit(x, int(base[stage + 1]), groups=4, strides=1)
x = layers.GlobalMaxPooling2D()(x)
x = layers.Dense(int(np.prod(repeats) * 3))(x)
model = models.Model(inputs, x, name="shuffle")
