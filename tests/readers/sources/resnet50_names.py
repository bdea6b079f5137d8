# Bottleneck residual network with explicit layer names.
import string

from keras import backend, layers
from keras.models import Model


def identity_block(input_tensor, kernel_size, filters, stage, block):
    f1, f2, f3 = filters
    bn_axis = 3 if backend.image_data_format() == 'channels_last' else 1
    conv_name_base = 'res' + str(stage) + block + '_branch'
    bn_name_base = 'bn' + str(stage) + block + '_branch'

    x = layers.Conv2D(f1, (1, 1), name=conv_name_base + '2a')(input_tensor)
    x = layers.BatchNormalization(axis=bn_axis, name=bn_name_base + '2a')(x)
    x = layers.Activation('relu')(x)
    x = layers.Conv2D(f2, kernel_size, padding='same', name=conv_name_base + '2b')(x)
    x = layers.BatchNormalization(axis=bn_axis, name=bn_name_base + '2b')(x)
    x = layers.Activation('relu')(x)
    x = layers.Conv2D(f3, (1, 1), name=conv_name_base + '2c')(x)
    x = layers.BatchNormalization(axis=bn_axis, name=bn_name_base + '2c')(x)
    x = layers.add([x, input_tensor])
    return layers.Activation('relu')(x)


def conv_block(input_tensor, kernel_size, filters, stage, block, strides=(2, 2)):
    f1, f2, f3 = filters
    bn_axis = 3 if backend.image_data_format() == 'channels_last' else 1
    conv_name_base = 'res' + str(stage) + block + '_branch'
    bn_name_base = 'bn' + str(stage) + block + '_branch'

    x = layers.Conv2D(f1, (1, 1), strides=strides, name=conv_name_base + '2a')(input_tensor)
    x = layers.BatchNormalization(axis=bn_axis, name=bn_name_base + '2a')(x)
    x = layers.Activation('relu')(x)
    x = layers.Conv2D(f2, kernel_size, padding='same', name=conv_name_base + '2b')(x)
    x = layers.BatchNormalization(axis=bn_axis, name=bn_name_base + '2b')(x)
    x = layers.Activation('relu')(x)
    x = layers.Conv2D(f3, (1, 1), name=conv_name_base + '2c')(x)
    x = layers.BatchNormalization(axis=bn_axis, name=bn_name_base + '2c')(x)
    shortcut = layers.Conv2D(f3, (1, 1), strides=strides, name=conv_name_base + '1')(input_tensor)
    shortcut = layers.BatchNormalization(axis=bn_axis, name=bn_name_base + '1')(shortcut)
    x = layers.add([x, shortcut])
    return layers.Activation('relu')(x)


def ResNet(blocks=(3, 4, 6, 3), classes=1000, width=64, input_shape=None, include_top=True, pooling='avg'):
    img_input = layers.Input(shape=input_shape or (224, 224, 3))
    x = layers.ZeroPadding2D(padding=(3, 3), name='conv1_pad')(img_input)
    x = layers.Conv2D(width, (7, 7), strides=(2, 2), padding='valid', name='conv1')(x)
    x = layers.BatchNormalization(name='bn_conv1')(x)
    x = layers.Activation('relu')(x)
    x = layers.ZeroPadding2D(padding=(1, 1), name='pool1_pad')(x)
    x = layers.MaxPooling2D((3, 3), strides=(2, 2))(x)

    for stage, repeats in enumerate(blocks, start=2):
        w = width * 2 ** (stage - 2)
        widths = [w, w, 4 * w]
        first = (1, 1) if stage == 2 else (2, 2)
        x = conv_block(x, 3, widths, stage=stage, block='a', strides=first)
        for letter in string.ascii_lowercase[1:repeats]:
            x = identity_block(x, 3, widths, stage=stage, block=letter)

    if include_top:
        x = layers.GlobalAveragePooling2D(name='avg_pool')(x)
        x = layers.Dense(classes, activation='softmax', name='fc')(x)
    elif pooling == 'avg':
        x = layers.GlobalAveragePooling2D()(x)
    else:
        x = layers.GlobalMaxPooling2D()(x)
    return Model(img_input, x, name='resnet50')


model = ResNet((2, 2, 1), classes=20, width=8, input_shape=(96, 96, 3))
