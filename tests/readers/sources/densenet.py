import keras
from keras import layers as KL

GROWTH = 12


def dense_block(x, blocks, name):
    for i in range(blocks):
        x = conv_block(x, GROWTH, name=name + "_block" + str(i + 1))
    return x


def transition_block(x, reduction, name):
    x = KL.BatchNormalization(epsilon=1.001e-5, name=name + "_bn")(x)
    x = KL.Activation("relu", name=name + "_relu")(x)
    x = KL.Conv2D(int(x.shape[-1] * reduction), 1, use_bias=False, name=name + "_conv")(x)
    x = KL.AveragePooling2D(2, strides=2, name=name + "_pool")(x)
    return x


def conv_block(x, growth_rate, name):
    x1 = KL.BatchNormalization(epsilon=1.001e-5, name=name + "_0_bn")(x)
    x1 = KL.Activation("relu", name=name + "_0_relu")(x1)
    x1 = KL.Conv2D(4 * growth_rate, 1, use_bias=False, name=name + "_1_conv")(x1)
    x1 = KL.BatchNormalization(epsilon=1.001e-5, name=name + "_1_bn")(x1)
    x1 = KL.Activation("relu", name=name + "_1_relu")(x1)
    x1 = KL.Conv2D(growth_rate, 3, padding="same", use_bias=False, name=name + "_2_conv")(x1)
    return KL.Concatenate(axis=-1, name=name + "_concat")([x, x1])


class DenseNetBuilder(object):
    """Keeps the settings and the model."""

    def __init__(self, blocks, input_shape, classes, compression=.5):
        self.blocks = blocks
        self.input_shape = input_shape
        self.classes = classes
        self.compression = compression
        self.model = None

    def build(self):
        img = keras.Input(self.input_shape)
        x = KL.Conv2D(2 * GROWTH, 3, padding="same", use_bias=False, name="conv1")(img)
        last = len(self.blocks) - 1
        for index, count in enumerate(self.blocks):
            x = dense_block(x, count, name=f"conv{index + 2}")
            if index != last:
                x = transition_block(x, self.compression, name=f"pool{index + 2}")
        x = KL.BatchNormalization(name="bn")(x)
        x = KL.Activation("relu", name="relu")(x)
        x = KL.GlobalAveragePooling2D(name="avg_pool")(x)
        x = KL.Dense(self.classes, activation="softmax", name="predictions")(x)
        self.model = keras.Model(img, x, name=self.title)
        return self

    @property
    def title(self):
        return "densenet{}".format(2 * sum(self.blocks) + len(self.blocks) + 1)


builder = DenseNetBuilder([3, 3, 2], (32, 32, 3), classes=10).build()
builder.model.summary()
