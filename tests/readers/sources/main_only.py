import sys

import keras
from keras import layers


def create_model(units, rate=0.5):
    net = keras.Sequential()
    net.add(keras.Input(shape=(15,)))
    for u in units:
        net.add(layers.Dense(u))
        net.add(layers.BatchNormalization())
        net.add(layers.LeakyReLU())
        net.add(layers.Dropout(rate))
    net.add(layers.Dense(1))
    return net


def main(argv=None):
    units = [64, 32]
    net = create_model(units)
    net.compile("adam", "mse")
    net.summary()
    return 0


if __name__ == "__main__":
    sys.exit(main())
