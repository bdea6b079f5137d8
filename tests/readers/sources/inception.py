from keras.layers import (Input, Conv2D, MaxPooling2D, AveragePooling2D, GlobalAveragePooling2D,
                          BatchNormalization, Activation, Dense, Dropout, Flatten, concatenate)
from keras.models import Model
import keras.backend as K


def conv2d_bn(x, filters, num_row, num_col, padding='same', strides=(1, 1), name=None):
    if name is not None:
        bn_name = name + '_bn'
        conv_name = name + '_conv'
    else:
        bn_name = None
        conv_name = None
    channel_axis = 1 if K.image_data_format() == 'channels_first' else 3
    x = Conv2D(filters, (num_row, num_col), strides=strides, padding=padding, use_bias=False, name=conv_name)(x)
    x = BatchNormalization(axis=channel_axis, scale=False, name=bn_name)(x)
    return Activation('relu', name=name)(x)


def inception(x, f1, f3r, f3, f5r, f5, proj, tag):
    tower_1 = conv2d_bn(x, f1, 1, 1)
    tower_3 = conv2d_bn(conv2d_bn(x, f3r, 1, 1), f3, 3, 3)
    tower_5 = conv2d_bn(x, f5r, 1, 1)
    tower_5 = conv2d_bn(tower_5, f5, 1, 7)
    tower_5 = conv2d_bn(tower_5, f5, 7, 1)
    pool = MaxPooling2D((3, 3), strides=(1, 1), padding='same')(x)
    pool = conv2d_bn(pool, proj, 1, 1)
    return concatenate([tower_1, tower_3, tower_5, pool], axis=3, name='mixed%s' % tag)


def auxiliary(x, classes, name):
    y = AveragePooling2D((5, 5), strides=(3, 3))(x)
    y = conv2d_bn(y, 16, 1, 1, name=name)
    y = Flatten()(y)
    y = Dense(64, activation='relu')(y)
    y = Dropout(0.7)(y)
    return Dense(classes, activation='softmax', name=name + '_predictions')(y)


img_input = Input(shape=(112, 112, 3))
x = conv2d_bn(img_input, 16, 7, 7, strides=(2, 2), padding='valid', name='stem')
x = MaxPooling2D((3, 3), strides=(2, 2))(x)
TABLE = {
    '3a': (16, 24, 32, 4, 8, 8),
    '3b': (32, 32, 48, 8, 24, 16),
    '4a': (48, 24, 52, 4, 12, 16),
}
aux = None
for tag, widths in TABLE.items():
    if tag.startswith('4') and aux is None:
        aux = auxiliary(x, 9, 'aux')
        x = MaxPooling2D((3, 3), strides=(2, 2), padding='same')(x)
    x = inception(x, *widths, tag=tag)
x = GlobalAveragePooling2D(name='avg_pool')(x)
x = Dense(9, activation='softmax', name='predictions')(x)
model = Model(img_input, [x, aux], name='googlenet')
