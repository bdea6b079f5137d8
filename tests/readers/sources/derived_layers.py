"""Classes that derive from layers and models of Keras, and from one another."""
import keras
from keras import layers, ops
from keras.layers import Dense, Conv2D, Layer


class MaskedDense(Dense):
    """A dense layer whose kernel is halved before use."""

    def call(self, inputs):
        return ops.matmul(inputs, self.kernel * 0.5) + self.bias


class Conv2DSame(Conv2D):
    def __init__(self, filters, kernel_size=3, **kwargs):
        kwargs.setdefault("padding", "same")
        super().__init__(filters, kernel_size, **kwargs)


class StridedConv(Conv2DSame):
    def __init__(self, filters, **kwargs):
        super().__init__(filters, strides=2, **kwargs)


class BaseBlock(Layer):
    activation = "relu"

    def __init__(self, width, **kwargs):
        super().__init__(**kwargs)
        self.width = width
        self.main = self.make_main()

    def make_main(self):
        return Dense(self.width, activation=self.activation)

    def call(self, x):
        return self.main(x)


class WideBlock(BaseBlock):
    activation = "tanh"
    factor = 3

    def make_main(self):
        return Dense(self.width * self.factor, activation=self.activation)

    def call(self, x):
        y = super().call(x)
        return ops.concatenate([x, y], axis=-1)


class Tower(keras.Sequential):
    def __init__(self, widths, name="tower"):
        super().__init__([Dense(w, activation="relu") for w in widths], name=name)


class Classifier(keras.Model):
    def __init__(self, classes=4):
        inputs = keras.Input((16, 16, 2))
        x = Conv2DSame(6)(inputs)
        x = StridedConv(9, name="down")(x)
        x = layers.GlobalAveragePooling2D()(x)
        x = BaseBlock(8)(x)
        x = WideBlock(5, name="wide")(x)
        x = Tower([12, 6])(x)
        outputs = MaskedDense(classes)(x)
        super().__init__(inputs=inputs, outputs=outputs, name="classifier")


model = Classifier()
