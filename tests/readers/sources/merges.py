import keras
from keras.layers import (
    Add, Average, Concatenate, Conv1D, Cropping1D, Dense, Dot, Flatten, Input, Maximum, Minimum,
    Multiply, Permute, RepeatVector, Reshape, Subtract, UpSampling1D, ZeroPadding1D, average, dot, maximum,
    minimum, subtract,
)

sequence = Input((10, 4), name="sequence")
query = Input((4,), name="query")

repeated = RepeatVector(10)(query)
both = Concatenate()([sequence, repeated])
alone = Add()([sequence, repeated])
less = Subtract()([alone, sequence])
less = subtract([less, alone])
product = Multiply()([less, alone])
mean = Average()([product, alone, less])
mean = average([mean, product])
upper = Maximum()([mean, product])
lower = Minimum()([mean, product])
scores = Dot(axes=(2, 1))([upper, query])
scores = Dense(10, activation="softmax")(scores)
context = Dot(axes=1)([scores, lower])
similar = dot([context, query], axes=-1, normalize=True)

swapped = Permute((2, 1))(both)
narrow = Conv1D(6, 1)(swapped)
longer = UpSampling1D(3)(narrow)
longer = ZeroPadding1D((2, 1))(longer)
shorter = Cropping1D(cropping=(3, 4))(longer)
high = maximum([shorter, shorter])
low = minimum([high, shorter])
top = Reshape(target_shape=(-1,))(low)
joined = Concatenate(axis=1)([top, context, similar, Flatten()(upper)])
model = keras.Model([sequence, query], Dense(1)(joined))
