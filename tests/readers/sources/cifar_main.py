"""CIFAR-10 classifier, started as a program."""
import argparse
import os

import tensorflow as tf
from tensorflow.keras.datasets import cifar10
from tensorflow.keras.layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    MaxPooling2D,
)
from tensorflow.keras.models import Sequential
from tensorflow.keras.regularizers import l2

IMG_ROWS, IMG_COLS, CHANNELS = 32, 32, 3
NB_CLASSES = 10
WEIGHT_DECAY = 1e-4


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--batch-size", type=int, default=64, help="images per step")
    parser.add_argument("--base-filters", type=int, default=32)
    parser.add_argument("-d", "--dropout", type=float, default=0.2)
    parser.add_argument("--no-augment", dest="augment", action="store_false")
    return parser.parse_args()


def build(args):
    model = Sequential(name="cifar_net")
    for i in range(3):
        filters = args.base_filters * 2 ** i
        kwargs = {"input_shape": (IMG_ROWS, IMG_COLS, CHANNELS)} if i == 0 else {}
        model.add(Conv2D(filters, (3, 3), padding="same", kernel_regularizer=l2(WEIGHT_DECAY), **kwargs))
        model.add(Activation("elu"))
        model.add(BatchNormalization())
        model.add(Conv2D(filters, (3, 3), padding="same", kernel_regularizer=l2(WEIGHT_DECAY)))
        model.add(Activation("elu"))
        model.add(BatchNormalization())
        model.add(MaxPooling2D(pool_size=(2, 2)))
        model.add(Dropout(args.dropout + 0.1 * i))
    model.add(Flatten())
    model.add(Dense(NB_CLASSES, activation="softmax"))
    return model


def schedule(epoch):
    rate = 0.001
    if epoch > 75:
        rate = 0.0005
    if epoch > 100:
        rate = 0.0003
    return rate


def main():
    args = parse_args()
    (x_train, y_train), (x_test, y_test) = cifar10.load_data()
    x_train = x_train.astype("float32")
    mean, std = x_train.mean(axis=(0, 1, 2, 3)), x_train.std(axis=(0, 1, 2, 3))
    x_train = (x_train - mean) / (std + 1e-7)
    y_train = tf.keras.utils.to_categorical(y_train, NB_CLASSES)

    model = build(args)
    model.summary()
    model.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
    model.fit(x_train, y_train, batch_size=args.batch_size, epochs=args.epochs,
              callbacks=[tf.keras.callbacks.LearningRateScheduler(schedule)])
    if not os.path.exists("saved_models"):
        print("nothing saved yet")
    loss, accuracy = model.evaluate(x_test, y_test)
    print(f"accuracy: {accuracy:.3f}")


if __name__ == "__main__":
    main()
