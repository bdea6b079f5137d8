"""Layers chosen by name, from tables, by getattr and through maps of functions."""
import collections
import functools
import itertools
import math

from tensorflow import keras
from tensorflow.keras import layers

Spec = collections.namedtuple("Spec", ["kind", "args"])

NET = [
    ("conv", {"filters": 12, "kernel_size": 3}),
    ("pool", {}),
    ("conv", {"filters": 24, "kernel_size": 3, "strides": 2}),
    ("act", {"name": "relu"}),
    ("flat", {}),
    ("fc", {"units": 30}),
]
MAKERS = {
    "conv": lambda **kw: layers.Conv2D(padding="same", **kw),
    "pool": lambda pool_size=2: layers.MaxPooling2D(pool_size),
    "act": lambda name: layers.Activation(name),
    "flat": layers.Flatten,
    "fc": layers.Dense,
}


def apply(x, step):
    kind, kwargs = step
    return MAKERS[kind](**kwargs)(x)


inputs = keras.Input((20, 20, 2))
x = functools.reduce(apply, NET, inputs)

for kind, args in map(lambda pair: Spec(*pair), [("Dense", (18,)), ("Dropout", (0.1,)), ("Dense", (9, "tanh"))]):
    x = getattr(layers, kind)(*args)(x)

for units in itertools.chain([8], (7, 6)):
    x = layers.Dense(units)(x)
for a, b in itertools.product((1, 2), repeat=2):
    x = layers.Dense(a + 2 * b)(x)
widths = [math.ceil(9 / 2), round(5.4), int(math.log2(16)), math.prod([2, 3])]
for width, bias in zip(widths, itertools.cycle([True, False])):
    x = layers.Dense(width, use_bias=bias)(x)
model = keras.Model(inputs, x)
