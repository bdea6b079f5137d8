from keras.layers import Input, Convolution2D, MaxPooling2D, Activation, concatenate, Dropout
from keras.layers import GlobalAveragePooling2D
from keras.models import Model

sq1x1 = "squeeze1x1"
exp1x1 = "expand1x1"
exp3x3 = "expand3x3"
relu = "relu_"


# Modular function for fire nodes
def fire_module(x, fire_id, squeeze=16, expand=64):
    s_id = 'fire' + str(fire_id) + '_'
    channel_axis = 3

    x = Convolution2D(squeeze, (1, 1), padding='valid', name=s_id + sq1x1)(x)
    x = Activation('relu', name=s_id + relu + sq1x1)(x)

    left = Convolution2D(expand, (1, 1), padding='valid', name=s_id + exp1x1)(x)
    left = Activation('relu', name=s_id + relu + exp1x1)(left)

    right = Convolution2D(expand, (3, 3), padding='same', name=s_id + exp3x3)(x)
    right = Activation('relu', name=s_id + relu + exp3x3)(right)

    return concatenate([left, right], axis=channel_axis, name=s_id + 'concat')


def SqueezeNet(input_shape=None, classes=1000):
    img_input = Input(shape=input_shape)
    x = Convolution2D(64, (3, 3), strides=(2, 2), padding='valid', name='conv1')(img_input)
    x = Activation('relu', name='relu_conv1')(x)
    x = MaxPooling2D(pool_size=(3, 3), strides=(2, 2), name='pool1')(x)

    fire_id, squeeze = 2, 16
    while fire_id <= 9:
        x = fire_module(x, fire_id=fire_id, squeeze=squeeze, expand=squeeze * 4)
        if fire_id in (3, 5):
            x = MaxPooling2D(pool_size=(3, 3), strides=(2, 2), name='pool' + str(fire_id))(x)
        if not fire_id % 2:
            pass
        else:
            squeeze += 16
        fire_id += 1

    x = Dropout(0.5, name='drop9')(x)
    x = Convolution2D(classes, (1, 1), padding='valid', name='conv10')(x)
    x = Activation('relu', name='relu_conv10')(x)
    x = GlobalAveragePooling2D()(x)
    out = Activation('softmax', name='loss')(x)
    return Model(img_input, out, name='squeezenet')


model = SqueezeNet((97, 97, 3), classes=13)
