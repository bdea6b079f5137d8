"""U-Net with the contracting and the expanding path as loops over lists."""
from tensorflow.keras import layers as L
from tensorflow.keras import Model


def conv_block(x, filters, kernel_size=3, batchnorm=True, dropout=0.0):
    for _ in range(2):
        x = L.Conv2D(filters, kernel_size, padding="same", use_bias=not batchnorm,
                     kernel_initializer="he_normal")(x)
        if batchnorm:
            x = L.BatchNormalization()(x)
        x = L.Activation("relu")(x)
    if dropout > 0:
        x = L.Dropout(dropout)(x)
    return x


def unet(input_size=(128, 128, 3), n_filters=16, depth=4, n_classes=1, batchnorm=True):
    inputs = L.Input(input_size)
    skips = []
    x = inputs
    for level in range(depth):
        x = conv_block(x, n_filters * 2 ** level, batchnorm=batchnorm)
        skips.append(x)
        x = L.MaxPooling2D((2, 2))(x)

    x = conv_block(x, n_filters * 2 ** depth, batchnorm=batchnorm, dropout=0.3)

    for level, skip in zip(reversed(range(depth)), reversed(skips)):
        x = L.UpSampling2D((2, 2), interpolation="bilinear" if level % 2 == 0 else "nearest")(x)
        x = L.Conv2D(n_filters * 2 ** level, 2, padding="same")(x) if level else x
        x = L.concatenate([x, skip])
        x = conv_block(x, n_filters * 2 ** level, batchnorm=batchnorm)

    activation = "sigmoid" if n_classes == 1 else "softmax"
    outputs = L.Conv2D(n_classes, 1, activation=activation, name="mask")(x)
    return Model(inputs=[inputs], outputs=[outputs], name=f"unet_d{depth}_f{n_filters}")


model = unet()
