"""Tiny detector: leaky convolutions from a table, two scales, decorators and composition."""
from functools import reduce, wraps

from keras.layers import Add, BatchNormalization, Concatenate, Conv2D, Input, LeakyReLU, MaxPooling2D
from keras.layers import UpSampling2D, ZeroPadding2D
from keras.models import Model
from keras.regularizers import l2


def compose(*funcs):
    """Composes functions, from left to right."""
    if funcs:
        return reduce(lambda f, g: lambda *a, **kw: g(f(*a, **kw)), funcs)
    else:
        raise ValueError('Composition of empty sequence not supported.')


@wraps(Conv2D)
def DarknetConv2D(*args, **kwargs):
    darknet_conv_kwargs = {'kernel_regularizer': l2(5e-4)}
    darknet_conv_kwargs['padding'] = 'valid' if kwargs.get('strides') == (2, 2) else 'same'
    darknet_conv_kwargs.update(kwargs)
    return Conv2D(*args, **darknet_conv_kwargs)


def DarknetConv2D_BN_Leaky(*args, **kwargs):
    no_bias_kwargs = {'use_bias': False}
    no_bias_kwargs.update(kwargs)
    return compose(
        DarknetConv2D(*args, **no_bias_kwargs),
        BatchNormalization(),
        LeakyReLU(0.1))


def resblock_body(x, num_filters, num_blocks):
    x = ZeroPadding2D(((1, 0), (1, 0)))(x)
    x = DarknetConv2D_BN_Leaky(num_filters, (3, 3), strides=(2, 2))(x)
    for i in range(num_blocks):
        y = compose(
            DarknetConv2D_BN_Leaky(num_filters // 2, (1, 1)),
            DarknetConv2D_BN_Leaky(num_filters, (3, 3)))(x)
        x = Add()([x, y])
    return x


def tiny_body(inputs, num_anchors, num_classes):
    x = DarknetConv2D_BN_Leaky(8, (3, 3))(inputs)
    x = resblock_body(x, 16, 1)
    x1 = compose(
        MaxPooling2D(pool_size=(2, 2), strides=(2, 2), padding='same'),
        DarknetConv2D_BN_Leaky(24, (3, 3)),
        MaxPooling2D(pool_size=(2, 2), strides=(2, 2), padding='same'),
        DarknetConv2D_BN_Leaky(32, (3, 3)))(x)
    x2 = compose(
        MaxPooling2D(pool_size=(2, 2), strides=(2, 2), padding='same'),
        DarknetConv2D_BN_Leaky(48, (3, 3)),
        MaxPooling2D(pool_size=(2, 2), strides=(1, 1), padding='same'),
        DarknetConv2D_BN_Leaky(32, (1, 1)))(x1)
    y1 = compose(
        DarknetConv2D_BN_Leaky(64, (3, 3)),
        DarknetConv2D(num_anchors * (num_classes + 5), (1, 1)))(x2)
    x2 = compose(
        DarknetConv2D_BN_Leaky(16, (1, 1)),
        UpSampling2D(2))(x2)
    y2 = compose(
        Concatenate(),
        DarknetConv2D_BN_Leaky(64, (3, 3)),
        DarknetConv2D(num_anchors * (num_classes + 5), (1, 1)))([x2, x1])
    return Model(inputs, [y1, y2])


anchors = "10,14,  23,27,  37,58,  81,82,  135,169,  344,319"
anchors = [float(x) for x in anchors.split(',')]
class_names = """person
bicycle
car""".splitlines()

model = tiny_body(Input(shape=(96, 96, 3)), len(anchors) // 4, len(class_names))
print('{} anchors and {} classes loaded.'.format(len(anchors), len(class_names)))
