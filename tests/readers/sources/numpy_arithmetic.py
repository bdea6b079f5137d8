import numpy as np
from keras import layers, models

np.random.seed(7)
input_shape = (14, 14, 3)
n_pixels = np.prod(input_shape)
sizes = np.array([64, 32, 16])
rates = np.linspace(0.1, 0.5, num=len(sizes))
scale = np.sqrt(16.0)

inp = layers.Input(shape=input_shape)
x = layers.Flatten()(inp)
for size, rate in zip(sizes, rates):
    x = layers.Dense(int(size), activation="relu")(x)
    x = layers.Dropout(float(rate))(x)
x = layers.Dense(int(np.ceil(np.log2(n_pixels))))(x)
x = layers.Dense(int(scale) + int(np.floor(7.9)) + max(sizes.tolist()) + sizes.shape[0] + len(sizes))(x)
for k in np.arange(3, 9, 2):
    x = layers.Dense(int(k))(x)
x = layers.Dense(int(n_pixels))(x)
x = layers.Reshape(input_shape)(x)
model = models.Model(inp, x)
