from keras import layers, models

latent = 32

encoder_in = layers.Input(shape=(28, 28, 1), name="picture")
x = layers.Conv2D(16, 3, strides=2, padding="same", activation="relu")(encoder_in)
x = layers.Conv2D(32, 3, strides=2, padding="same", activation="relu")(x)
before_flat = x.shape[1:]
x = layers.Flatten()(x)
code = layers.Dense(latent, name="code")(x)
encoder = models.Model(encoder_in, code, name="encoder")

units = 1
for size in before_flat:
    units *= size

decoder_in = layers.Input(shape=(latent,))
x = layers.Dense(units, activation="relu")(decoder_in)
x = layers.Reshape(before_flat)(x)
x = layers.UpSampling2D()(x)
x = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
x = layers.UpSampling2D(size=(2, 2), interpolation="bilinear")(x)
picture = layers.Conv2D(1, 3, padding="same", activation="sigmoid")(x)
decoder = models.Model(decoder_in, picture, name="decoder")

whole_in = layers.Input(shape=(28, 28, 1))
autoencoder = models.Model(whole_in, decoder(encoder(whole_in)), name="autoencoder")
autoencoder.compile(optimizer="adam", loss="binary_crossentropy")
autoencoder.summary()
