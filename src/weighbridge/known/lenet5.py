"""LeNet-5 as it is built today: every filter sees all input maps, pooling has no parameters.

The original of 1998, with its partial connection table and trainable sub-sampling, is in
lenet5-1998.py.
"""

import keras
from keras import layers

model = keras.Sequential(
    [
        layers.Input((32, 32, 1)),
        layers.Conv2D(6, 5, activation="tanh"),
        layers.AveragePooling2D(2, 2),
        layers.Activation("tanh"),
        layers.Conv2D(16, 5, activation="tanh"),
        layers.AveragePooling2D(2, 2),
        layers.Activation("tanh"),
        layers.Conv2D(120, 5, activation="tanh"),
        layers.Flatten(),
        layers.Dense(84, activation="tanh"),
        layers.Dense(10, activation="softmax"),
    ],
    name="lenet5",
)

if __name__ == "__main__":
    model.summary()
