"""A network written as text, and as JSON."""
import json

import keras
from keras import layers

SPEC = "c32k3s2 b r p2 | c64k3 b r d0.25 | f u48 r u10"
HEAD = json.loads('{"units": [20, 4], "final": {"activation": "softmax", "use_bias": true}}')


def parse(token):
    kind, rest = token[0], token[1:]
    if kind == "c":
        filters, rest = rest.split("k")
        kernel, _, stride = rest.partition("s")
        return layers.Conv2D(int(filters), int(kernel), strides=int(stride or 1), padding="same")
    elif kind == "b":
        return layers.BatchNormalization()
    elif kind == "r":
        return layers.ReLU()
    elif kind == "p":
        return layers.MaxPooling2D(int(rest))
    elif kind == "d":
        return layers.Dropout(float(rest))
    elif kind == "f":
        return layers.Flatten()
    elif kind == "u":
        return layers.Dense(int(rest))
    raise KeyError(f"unknown token {token!r}")


model = keras.Sequential(name=SPEC.split("|")[0].strip().replace(" ", "_"))
model.add(keras.Input((28, 28, 1)))
for part in SPEC.split("|"):
    for token in part.strip().split():
        model.add(parse(token))
*hidden, last = HEAD["units"]
for units in hidden:
    model.add(layers.Dense(units))
model.add(layers.Dense(last, **HEAD["final"]))
