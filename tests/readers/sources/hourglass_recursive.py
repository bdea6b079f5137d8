"""A stacked hourglass, built by a function that calls itself."""
from tensorflow.keras import Input, Model
from tensorflow.keras.layers import *


def bottleneck(x, filters, name):
    skip = x if x.shape[-1] == filters else Conv2D(filters, 1, name=name + "_skip")(x)
    y = Conv2D(filters // 2, 1, activation="relu", name=name + "_a")(x)
    y = Conv2D(filters // 2, 3, activation="relu", padding="same", name=name + "_b")(y)
    y = Conv2D(filters, 1, name=name + "_c")(y)
    return Add(name=name + "_sum")([skip, y])


def hourglass(x, level, filters, name="hg"):
    up = bottleneck(x, filters, f"{name}{level}_up")
    low = MaxPooling2D(2)(x)
    low = bottleneck(low, filters, f"{name}{level}_low1")
    if level > 1:
        low = hourglass(low, level - 1, filters, name)
    else:
        low = bottleneck(low, filters, f"{name}{level}_mid")
    low = bottleneck(low, filters, f"{name}{level}_low2")
    return Add()([up, UpSampling2D(2)(low)])


def heatmaps(joints=16, stacks=2, filters=16):
    image = Input((64, 64, 3))
    x = Conv2D(filters, 7, strides=2, padding="same", activation="relu")(image)
    outputs = []
    for s in range(stacks):
        before = x
        x = hourglass(x, 3, filters, name=f"s{s}_")
        x = Conv2D(filters, 1, activation="relu")(x)
        maps = Conv2D(joints, 1, name=f"maps{s}")(x)
        outputs.append(maps)
        if s < stacks - 1:
            x = Add()([before, Conv2D(filters, 1)(x), Conv2D(filters, 1)(maps)])
    return Model(image, outputs)


model = heatmaps()
