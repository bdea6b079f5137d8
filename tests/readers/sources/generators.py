"""Layers that come out of generators."""
import keras
from keras import layers


def convolutions(filters, *, start=16):
    current = start
    while current <= filters:
        yield layers.Conv2D(current, 3, padding="same")
        yield layers.ReLU()
        current *= 2


def network():
    yield keras.Input((20, 20, 1))
    yield from convolutions(64)
    yield layers.GlobalAveragePooling2D()
    yield layers.Dense(2)


def pairs(values):
    for a, b in zip(values[:-1], values[1:]):
        yield a, b


model = keras.Sequential(list(network()))
for before, after in pairs([2, 5, 7]):
    model.add(layers.Dense(after, name=f"from_{before}_to_{after}"))
