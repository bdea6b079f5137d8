"""Arithmetic and slices on symbolic tensors."""
import keras
from keras import layers, ops

image = keras.Input((8, 8, 6), name="image")
first = image[:, :, :, 0:2]
rest = image[..., 2:]
y = layers.Conv2D(4, 1)(first)
z = y + rest
z = z * 0.5
z = 1.0 - z
z = -z
z = z / (ops.abs(z) + 1e-3)
z = z ** 2
corner = z[:, 0, 0]
row = z[:, -1]
pooled = ops.mean(z, axis=[1, 2])
joined = ops.concatenate([corner, pooled], axis=-1)
stacked = ops.stack([corner, pooled], axis=1)
flat = ops.reshape(row, (-1, 32))
gate = ops.sigmoid(layers.Dense(32)(joined))
out = layers.Dense(3, name="out")(flat * gate)
aux = layers.Dense(2, name="aux")(ops.max(stacked, axis=1))
model = keras.Model(image, [out, aux], name="operators")
