"""Residual blocks as closures, partials and dictionaries of settings."""
from functools import partial

import keras
from keras import layers

CONFIG = {
    "stem": dict(filters=16, kernel_size=7, strides=2),
    "stages": [
        {"filters": 16, "blocks": 2, "strides": 1},
        {"filters": 32, "blocks": 2, "strides": 2},
        {"filters": 64, "blocks": 1, "strides": 2, "dilation_rate": 2},
    ],
    "head": {"units": (64, 12), "activations": ("relu", "softmax")},
}

Conv = partial(layers.Conv2D, padding="same", use_bias=False, kernel_initializer="he_uniform")
Norm = partial(layers.BatchNormalization, momentum=0.9, epsilon=1e-5)


def compose(*functions):
    def composed(x):
        for function in functions:
            x = function(x)
        return x

    return composed


def conv_norm(filters, kernel_size, *, act=True, **kwargs):
    steps = [Conv(filters, kernel_size, **kwargs), Norm()]
    if act:
        steps.append(layers.ReLU())
    return compose(*steps)


def residual(filters, strides=1, **options):
    def block(x):
        shortcut = x
        if strides != 1 or x.shape[-1] != filters:
            shortcut = conv_norm(filters, 1, act=False, strides=strides)(x)
        y = conv_norm(filters, 3, strides=strides)(x)
        y = conv_norm(filters, 3, act=False, **options)(y)
        return layers.ReLU()(layers.Add()([y, shortcut]))

    return block


inputs = keras.Input((64, 64, 3))
stem = CONFIG["stem"]
x = conv_norm(stem["filters"], stem["kernel_size"], strides=stem["strides"])(inputs)
x = layers.MaxPool2D(3, 2, "same")(x)
for stage in CONFIG["stages"]:
    options = {k: v for k, v in stage.items() if k not in ("filters", "blocks", "strides")}
    for b in range(stage["blocks"]):
        x = residual(stage["filters"], stage["strides"] if b == 0 else 1, **options)(x)
x = layers.GlobalAvgPool2D()(x)
for units, activation in zip(*CONFIG["head"].values()):
    x = layers.Dense(units, activation)(x)
model = keras.Model(inputs, x)
