"""Only defines things; nothing is called here."""
from tensorflow.keras.layers import Conv2D, Dense, Flatten, Input, MaxPool2D
from tensorflow.keras.models import Model


def conv(x, filters):
    return Conv2D(filters, 3, activation="relu")(x)


def build_model(input_shape=(36, 36, 1), num_classes=4):
    inputs = Input(input_shape)
    x = conv(inputs, 6)
    x = MaxPool2D()(x)
    x = conv(x, 12)
    x = Flatten()(x)
    return Model(inputs, Dense(num_classes)(x))
