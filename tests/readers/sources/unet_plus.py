"""Nested U-Net; the grid of nodes is a dict with pairs as keys. Attention gates on one path."""
import keras
from keras.layers import (
    Activation, Add, BatchNormalization, Concatenate, Conv2D, Input, MaxPooling2D, Multiply, UpSampling2D,
)

filters = [8, 16, 32]
deep_supervision = True


def block(x, f, name=None):
    for i in (1, 2):
        x = Conv2D(f, 3, padding="same", use_bias=False, name=f"{name}_conv{i}" if name else None)(x)
        x = BatchNormalization()(x)
        x = Activation("relu")(x)
    return x


def attention_gate(skip, gating, inter):
    theta = Conv2D(inter, 1, use_bias=False)(skip)
    phi = Conv2D(inter, 1)(gating)
    f = Activation("relu")(Add()([theta, phi]))
    psi = Conv2D(1, 1, activation="sigmoid")(f)
    return Multiply()([skip, psi])


image = Input((48, 48, 1))
nodes = {}
x = image
for i, f in enumerate(filters):
    nodes[i, 0] = block(x, f, name=f"x{i}{0}")
    x = MaxPooling2D()(nodes[i, 0])

for j in range(1, len(filters)):
    for i in range(len(filters) - j):
        up = UpSampling2D()(nodes[i + 1, j - 1])
        before = [nodes[i, k] for k in range(j)]
        if (i, j) == (0, 2):
            before[-1] = attention_gate(before[-1], up, 4)
        nodes[(i, j)] = block(Concatenate()(before + [up]), filters[i], name="x%d%d" % (i, j))

outputs = [Conv2D(1, 1, activation="sigmoid", name=f"out{j}")(nodes[0, j]) for j in range(1, len(filters))]
model = keras.Model(image, outputs if deep_supervision else outputs[-1], name="unetpp")
