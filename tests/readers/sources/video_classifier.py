"""Frames of a video through one small CNN, a recurrent layer over what it sees in each."""
import keras
from keras import layers
from keras.models import Sequential

frames, size, classes = 20, 64, 5


def frame_encoder(trainable=True):
    inputs = keras.Input((size, size, 3))
    x = layers.Conv2D(16, 3, strides=2, activation="relu")(inputs)
    y = layers.Conv2D(16, 3, padding="same")(x)
    x = layers.add([x, layers.BatchNormalization()(y)])
    outputs = layers.GlobalAveragePooling2D()(x)
    encoder = keras.Model(inputs, outputs, name="encoder")
    encoder.trainable = trainable
    return encoder


model = Sequential(
    [
        keras.Input((frames, size, size, 3)),
        layers.TimeDistributed(frame_encoder(trainable=False)),
        layers.TimeDistributed(layers.Dense(32, activation="relu")),
        layers.Bidirectional(layers.LSTM(64, return_sequences=True)),
        layers.Bidirectional(layers.GRU(32), merge_mode="sum", backward_layer=layers.GRU(32, go_backwards=True)),
        layers.Dropout(0.5),
        layers.Dense(classes, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy")
model.summary()
