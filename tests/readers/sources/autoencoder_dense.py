# Denoising autoencoder; encoder and decoder are taken out of the trained model afterwards.
from tensorflow import keras

encoding_dim = 36
input_img = keras.Input(shape=(784,))
encoded = keras.layers.Dense(encoding_dim, activation='relu')(input_img)
decoded = keras.layers.Dense(784, activation='sigmoid')(encoded)

autoencoder = keras.Model(input_img, decoded)

encoder = keras.Model(input_img, encoded)

encoded_input = keras.Input(shape=(encoding_dim,))
decoder_layer = autoencoder.layers[-1]
decoder = keras.Model(encoded_input, decoder_layer(encoded_input))

autoencoder.compile(optimizer='adam', loss='binary_crossentropy')

(x_train, _), (x_test, _) = keras.datasets.mnist.load_data()
x_train = x_train.reshape((len(x_train), -1))
autoencoder.fit(x_train, x_train, epochs=50, batch_size=256, shuffle=True)

encoded_imgs = encoder.predict(x_test.reshape((len(x_test), -1)))
decoded_imgs = decoder.predict(encoded_imgs)
