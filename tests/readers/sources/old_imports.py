# Import paths as they were before Keras 2.4.
from keras.models import Model, Sequential
from keras.layers import Input
from keras.layers.core import Dense, Dropout, Flatten
from keras.layers.convolutional import Convolution2D, ZeroPadding2D
from keras.layers.pooling import MaxPooling2D, GlobalAveragePooling2D
from keras.layers.normalization import BatchNormalization
from keras.layers.advanced_activations import LeakyReLU, PReLU, ELU
from keras.layers.merge import add, concatenate

inputs = Input((64, 64, 3))
x = ZeroPadding2D((1, 1))(inputs)
x = Convolution2D(16, 3, strides=2)(x)
x = BatchNormalization(axis=-1)(x)
x = PReLU(shared_axes=[1, 2])(x)
left = Convolution2D(24, 3, padding='same')(x)
left = LeakyReLU(0.1)(left)
right = Convolution2D(24, 5, padding='same')(x)
right = PReLU()(right)
x = add([left, right])
y = MaxPooling2D((2, 2))(x)
z = MaxPooling2D(pool_size=3, strides=2, padding='same')(x)
x = concatenate([y, z], axis=3)
x = ELU()(x)
x = GlobalAveragePooling2D()(x)
x = Dropout(0.3)(x)
out = Dense(7, activation='softmax')(x)
model = Model(inputs, out)
