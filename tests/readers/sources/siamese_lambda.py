import numpy as np
import keras
from keras import ops
from keras.layers import Input, Conv2D, MaxPooling2D, Flatten, Dense, Lambda, Dropout
from keras.models import Model, Sequential


def embedding_network(shape, dim=48):
    net = Sequential(name="embedder")
    net.add(Input(shape))
    net.add(Conv2D(16, (7, 7), activation="relu"))
    net.add(MaxPooling2D())
    net.add(Conv2D(32, (3, 3), activation="relu"))
    net.add(MaxPooling2D())
    net.add(Flatten())
    net.add(Dropout(0.1))
    net.add(Dense(dim, activation="sigmoid"))
    return net


def distance(vectors):
    a, b = vectors
    return ops.sqrt(ops.maximum(ops.sum(ops.square(a - b), axis=1, keepdims=True), 1e-7))


def contrastive(margin=1.0):
    def loss(y_true, y_pred):
        return ops.mean(y_true * ops.square(y_pred) + (1 - y_true) * ops.square(ops.maximum(margin - y_pred, 0)))

    return loss


base = embedding_network((105, 105, 1))
left = Input((105, 105, 1), name="left")
right = Input((105, 105, 1), name="right")
code_left, code_right = base(left), base(right)
gap = Lambda(distance, output_shape=(1,), name="gap")([code_left, code_right])
verdict = Dense(1, activation="sigmoid")(gap)
model = Model([left, right], verdict, name="siamese")
model.compile(loss=contrastive(), optimizer="adam")
