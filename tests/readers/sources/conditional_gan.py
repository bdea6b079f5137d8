"""Conditional GAN, functions that return models; the discriminator is frozen inside the GAN."""
from tensorflow.keras.layers import (
    BatchNormalization, Concatenate, Conv2D, Dense, Dropout, Embedding, Flatten, Input, LeakyReLU, Reshape,
    UpSampling2D, multiply,
)
from tensorflow.keras.models import Model, Sequential
from tensorflow.keras.optimizers import Adam


def define_discriminator(in_shape=(28, 28, 1), n_classes=10):
    in_label = Input(shape=(1,))
    li = Embedding(n_classes, 50)(in_label)
    n_nodes = in_shape[0] * in_shape[1]
    li = Dense(n_nodes)(li)
    li = Reshape((in_shape[0], in_shape[1], 1))(li)
    in_image = Input(shape=in_shape)
    merge = Concatenate()([in_image, li])
    fe = Conv2D(16, (3, 3), strides=(2, 2), padding="same")(merge)
    fe = LeakyReLU(0.2)(fe)
    fe = Conv2D(16, (3, 3), strides=(2, 2), padding="same")(fe)
    fe = LeakyReLU(negative_slope=0.2)(fe)
    fe = Flatten()(fe)
    fe = Dropout(0.4)(fe)
    out_layer = Dense(1, activation="sigmoid")(fe)
    model = Model([in_image, in_label], out_layer, name="discriminator")
    opt = Adam(learning_rate=0.0002, beta_1=0.5)
    model.compile(loss="binary_crossentropy", optimizer=opt, metrics=["accuracy"])
    return model


def define_generator(latent_dim, n_classes=10):
    label = Input(shape=(1,), dtype="int32")
    noise = Input(shape=(latent_dim,))
    code = Flatten()(Embedding(n_classes, latent_dim)(label))
    gen = Dense(16 * 7 * 7)(multiply([noise, code]))
    gen = LeakyReLU(0.2)(gen)
    gen = Reshape((7, 7, 16))(gen)
    body = Sequential(name="upsampler")
    for _ in range(2):
        body.add(UpSampling2D())
        body.add(Conv2D(16, 4, padding="same"))
        body.add(BatchNormalization())
        body.add(LeakyReLU(0.2))
    gen = body(gen)
    out_layer = Conv2D(1, (7, 7), activation="tanh", padding="same")(gen)
    return Model([noise, label], out_layer, name="generator")


def define_gan(g_model, d_model):
    d_model.trainable = False
    gen_noise, gen_label = g_model.input
    gen_output = g_model.output
    gan_output = d_model([gen_output, gen_label])
    return Model([gen_noise, gen_label], gan_output, name="gan")


latent_dim = 60
d_model = define_discriminator()
g_model = define_generator(latent_dim)
gan_model = define_gan(g_model, d_model)
