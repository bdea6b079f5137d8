"""Video and volume layers."""
from keras import Input, Model, layers

clip = Input((16, 32, 32, 3), name="clip")
x = layers.Conv3D(8, (3, 5, 5), strides=(1, 2, 2), padding="same", activation="relu")(clip)
x = layers.BatchNormalization(axis=-1)(x)
x = layers.MaxPooling3D((2, 2, 2))(x)
x = layers.Conv3D(16, 3, dilation_rate=(1, 2, 2), groups=4)(x)
x = layers.PReLU(shared_axes=(1, 2, 3))(x)
x = layers.ZeroPadding3D(((1, 0), (0, 0), (2, 1)))(x)
x = layers.UpSampling3D((1, 2, 2))(x)
x = layers.Cropping3D(((0, 1), (1, 1), (2, 2)))(x)
x = layers.SpatialDropout3D(0.2)(x)
x = layers.AveragePooling3D(2)(x)
wide = layers.GlobalMaxPooling3D()(x)
mean = layers.GlobalAveragePooling3D()(x)
x = layers.Concatenate()([wide, mean])
model = Model(clip, layers.Dense(5)(x))
