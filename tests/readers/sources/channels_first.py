import keras
from keras import backend as K
from keras.models import Sequential
from keras.layers import *

img_rows, img_cols = 28, 28
data_format = 'channels_first'
if K.image_data_format() == data_format:
    shape = (1, img_rows, img_cols)
else:
    shape = (1, img_rows, img_cols)

model = Sequential()
model.add(Input(shape))
model.add(Conv2D(20, 5, padding='same', data_format=data_format))
model.add(Activation('relu'))
model.add(BatchNormalization(axis=1))
model.add(MaxPooling2D(pool_size=(2, 2), strides=(2, 2), data_format=data_format))
model.add(DepthwiseConv2D(3, depth_multiplier=2, data_format=data_format))
model.add(SeparableConv2D(30, 3, data_format=data_format, strides=2))
model.add(PReLU(shared_axes=[2, 3]))
model.add(ZeroPadding2D(((1, 0), (2, 1)), data_format=data_format))
model.add(Cropping2D(((0, 1), (1, 1)), data_format=data_format))
model.add(UpSampling2D((2, 3), data_format=data_format))
model.add(SpatialDropout2D(0.1, data_format=data_format))
model.add(AveragePooling2D((2, 2), padding='same', data_format=data_format))
model.add(GlobalMaxPooling2D(data_format=data_format, keepdims=True))
model.add(Flatten(data_format=data_format))
model.add(Dense(10, activation='softmax'))
