import keras
from keras.models import Sequential
from keras.layers import Conv2D, MaxPooling2D, Flatten, Dense, Dropout, BatchNormalization, Activation

cfgs = {
    'A': [64, 'M', 128, 'M', 256, 256, 'M', 512, 512, 'M', 512, 512, 'M'],
    'D': [64, 64, 'M', 128, 128, 'M', 256, 256, 256, 'M', 512, 512, 512, 'M', 512, 512, 512, 'M'],
}


class VGG:
    def __init__(self, cfg='A', batch_norm=False, num_classes=1000, width=1.0):
        self.batch_norm = batch_norm
        self.width = width
        self.net = Sequential(name='vgg_' + cfg.lower() + ('_bn' if batch_norm else ''))
        self.net.add(keras.Input((64, 64, 3)))
        self._make_layers(cfgs[cfg])
        self._make_head(num_classes)

    def _make_layers(self, cfg):
        for v in cfg:
            if v == 'M':
                self.net.add(MaxPooling2D(pool_size=2, strides=2))
                continue
            assert isinstance(v, int)
            self.net.add(Conv2D(int(v * self.width), 3, padding='same'))
            if self.batch_norm:
                self.net.add(BatchNormalization())
            self.net.add(Activation('relu'))

    def _make_head(self, num_classes):
        self.net.add(Flatten())
        for _ in range(2):
            self.net.add(Dense(128, activation='relu'))
            self.net.add(Dropout(0.5))
        self.net.add(Dense(num_classes, activation='softmax'))


def vgg11_bn(**kwargs):
    return VGG('A', batch_norm=True, **kwargs).net


def vgg16(**kwargs):
    """Sixteen layers with weights."""
    return VGG('D', **kwargs).net


small = vgg11_bn(num_classes=10, width=1 / 8)
model = vgg16(num_classes=5, width=.25)
