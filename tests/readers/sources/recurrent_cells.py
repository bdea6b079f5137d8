"""Recurrent layers put together from cells, and images that follow one another."""
import keras
from keras import Input, Model, layers
from keras.layers import GRU, RNN, GRUCell, LSTMCell, SimpleRNN, StackedRNNCells


def stacked(units):
    return RNN([LSTMCell(u, dropout=0.1) for u in units], return_sequences=True)


text = Input((30,), name="text")
x = layers.Embedding(1000, 24)(text)
x = stacked([16, 16, 8])(x)
x = RNN(StackedRNNCells([GRUCell(8, reset_after=False), GRUCell(4)]))(x)

film = Input((10, 16, 16, 1), name="film")
y = layers.ConvLSTM2D(6, 3, padding="same", return_sequences=True)(film)
y = layers.BatchNormalization()(y)
y = layers.TimeDistributed(layers.MaxPooling2D())(y)
y = layers.TimeDistributed(layers.Flatten())(y)
shared = layers.TimeDistributed(layers.Dense(12))
y = shared(shared(layers.Dense(12)(y)))
y = SimpleRNN(5, use_bias=False, go_backwards=True)(y)

z = layers.RepeatVector(7)(layers.concatenate([x, y]))
z, state = GRU(9, return_sequences=True, return_state=True)(z)
z = layers.concatenate([layers.GlobalMaxPooling1D()(z), state])
model = Model([text, film], layers.Dense(2)(z))
model.summary()
