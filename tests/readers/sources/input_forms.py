"""Every way of saying what a model reads."""
import keras
from keras import Input, Model, Sequential
from keras.layers import Conv1D, Conv2D, Dense, Embedding, Flatten, GlobalMaxPooling1D, InputLayer

by_input_shape = Sequential([Conv2D(4, 3, input_shape=(12, 10, 3)), Flatten(), Dense(2)])
by_input_dim = Sequential([Dense(5, input_dim=9), Dense(1)])
by_single_number = Sequential([Dense(5, input_shape=(9,)), Dense(1)])
by_layer = Sequential([InputLayer(shape=(7, 3)), Flatten(), Dense(2)])
by_call = Sequential([Input((7, 3)), Flatten(), Dense(2)])

by_add = Sequential()
by_add.add(Input(shape=(20,), dtype="int32"))
by_add.add(Embedding(50, 8))
by_add.add(GlobalMaxPooling1D())
by_add.add(Dense(1))

by_build = Sequential([Dense(6, activation="relu"), Dense(3)])
by_build.build((None, 11))

by_build_named = Sequential([Conv1D(6, 3), Dense(3)])
by_build_named.build(input_shape=(None, 15, 2))

by_call_on_input = Sequential([Dense(6), Dense(3)])
by_call_on_input(Input((13,)))

open_sizes = Input(shape=(None, None, 3), name="image")
open_model = Model(open_sizes, Conv2D(8, 3, padding="same")(open_sizes))

fixed_batch = keras.Input(batch_shape=(4, 6), name="rows")
fixed_model = Model(inputs=fixed_batch, outputs=Dense(2)(fixed_batch), name="fixed")

sized_batch = keras.Input((6,), batch_size=4)
model = Model(inputs=[sized_batch], outputs=[Dense(2)(sized_batch)])
