"""ConvNeXt for images of 224×224, in Keras.

Liu, Mao, Wu, Feichtenhofer, Darrell, Xie: "A ConvNet for the 2020s", CVPR 2022, section 3 and table
9. Layers have the names of Keras Applications, which normalises images in the network and gives a
network without its top one more layer norm. Needs nothing but Keras 3.
"""

import keras
from keras import layers


@keras.saving.register_keras_serializable(package="weighbridge")
class LayerScale(layers.Layer):
    """Each channel times a weight of its own."""

    def __init__(self, start, width, **kwargs):
        super().__init__(**kwargs)
        self.start, self.width = start, width

    def build(self, input_shape):
        initial = keras.initializers.Constant(self.start)
        self.gamma = self.add_weight(name="gamma", shape=(self.width,), initializer=initial)

    def call(self, inputs):
        return inputs * self.gamma

    def get_config(self):
        return {**super().get_config(), "start": self.start, "width": self.width}


def layer_norm(name=None):
    return layers.LayerNormalization(epsilon=1e-6, name=name)


def block(x, width, name):
    """A wide depthwise convolution, then two dense layers on each pixel; added to the input."""
    y = layers.Conv2D(width, 7, padding="same", groups=width, name=f"{name}_depthwise_conv")(x)
    y = layer_norm(f"{name}_layernorm")(y)
    y = layers.Dense(4 * width, name=f"{name}_pointwise_conv_1")(y)
    y = layers.Activation("gelu", name=f"{name}_gelu")(y)
    y = layers.Dense(width, name=f"{name}_pointwise_conv_2")(y)
    y = LayerScale(1e-6, width, name=f"{name}_layer_scale")(y)
    y = layers.Activation("linear", name=f"{name}_identity")(y)
    return x + y


def shrinking(widths, name):
    """What cuts the image into patches before each stage: of 4×4 pixels at first, then of 2×2."""
    stem = [
        layers.Conv2D(widths[0], 4, strides=4, name=f"{name}_stem_conv"),
        layer_norm(f"{name}_stem_layernorm"),
    ]
    parts = [keras.Sequential(stem, name=f"{name}_stem")]
    for i, width in enumerate(widths[1:]):
        part = [
            layer_norm(f"{name}_downsampling_layernorm_{i}"),
            layers.Conv2D(width, 2, strides=2, name=f"{name}_downsampling_conv_{i}"),
        ]
        parts.append(keras.Sequential(part, name=f"{name}_downsampling_block_{i}"))
    return parts


def images(input_shape, input_tensor, size):
    """What the network starts from: a tensor that is there, or images of any or of one size."""
    if input_tensor is not None:
        return input_tensor
    return keras.Input(input_shape or (size, size, 3))


def normalised(x, name):
    """Images whose values go from 0 to 255, brought close to 0."""
    mean = [0.485 * 255, 0.456 * 255, 0.406 * 255]
    variance = [(0.229 * 255) ** 2, (0.224 * 255) ** 2, (0.225 * 255) ** 2]
    name = f"{name}_prestem_normalization"
    return layers.Normalization(mean=mean, variance=variance, name=name)(x)


def convnext(
    depths,
    widths,
    name,
    include_top=True,
    include_preprocessing=True,
    input_tensor=None,
    input_shape=None,
    pooling=None,
    classes=1000,
):
    """Without its top, the network takes images of any size."""
    x = start = images(input_shape, input_tensor, 224 if include_top else None)
    if include_preprocessing and (input_shape is None or input_shape[-1] == 3):
        x = normalised(x, name)
    for i, part in enumerate(shrinking(widths, name)):
        x = part(x)
        for j in range(depths[i]):
            x = block(x, widths[i], f"{name}_stage_{i}_block_{j}")
    if include_top:
        x = layers.GlobalAveragePooling2D(name=f"{name}_head_gap")(x)
        x = layer_norm(f"{name}_head_layernorm")(x)
        x = layers.Dense(classes, activation="softmax", name=f"{name}_head_dense")(x)
    else:
        if pooling == "avg":
            x = layers.GlobalAveragePooling2D()(x)
        elif pooling == "max":
            x = layers.GlobalMaxPooling2D()(x)
        x = layer_norm()(x)
    inputs = start if input_tensor is None else keras.utils.get_source_inputs(start)[0]
    return keras.Model(inputs, x, name=name)


def convnext_tiny(name="convnext_tiny", **settings):
    return convnext((3, 3, 9, 3), (96, 192, 384, 768), name, **settings)


def convnext_small(name="convnext_small", **settings):
    return convnext((3, 3, 27, 3), (96, 192, 384, 768), name, **settings)


def convnext_base(name="convnext_base", **settings):
    return convnext((3, 3, 27, 3), (128, 256, 512, 1024), name, **settings)


def convnext_large(name="convnext_large", **settings):
    return convnext((3, 3, 27, 3), (192, 384, 768, 1536), name, **settings)


def convnext_xlarge(name="convnext_xlarge", **settings):
    return convnext((3, 3, 27, 3), (256, 512, 1024, 2048), name, **settings)


if __name__ == "__main__":
    model = convnext_tiny()
    model.summary()
