from keras.layers import Add, Dense, Dot, Embedding, Flatten, Input, Lambda
from keras.models import Model
from keras.regularizers import l2


def EmbeddingLayer(n_items, n_factors):
    def layer(x):
        x = Embedding(n_items, n_factors, embeddings_initializer='he_normal', embeddings_regularizer=l2(1e-6))(x)
        x = Flatten()(x)
        return x
    return layer


def Recommender(n_users, n_movies, n_factors, min_rating, max_rating):
    user = Input(shape=(1,))
    u = EmbeddingLayer(n_users, n_factors)(user)
    ub = EmbeddingLayer(n_users, 1)(user)

    movie = Input(shape=(1,))
    m = EmbeddingLayer(n_movies, n_factors)(movie)
    mb = EmbeddingLayer(n_movies, 1)(movie)

    x = Dot(axes=1)([u, m])
    x = Add()([x, ub, mb])
    x = Dense(1, activation='sigmoid')(x)
    x = Lambda(lambda x: x * (max_rating - min_rating) + min_rating)(x)
    model = Model(inputs=[user, movie], outputs=x)
    model.compile(loss='mean_squared_error', optimizer='adam')
    return model


model = Recommender(610, 9724, 50, 0.5, 5.0)
