import tensorflow as tf
from tensorflow.keras.layers import Input, Dense, Embedding, Flatten, Concatenate, Dropout, concatenate
from tensorflow.keras.models import Model

NUM_USERS = 6_040
NUM_ITEMS = 3_706
FACTORS = 32

user_input = Input(shape=(1,), name="user_id")
item_input = Input(shape=(1,), name="item_id")
side_input = Input(shape=(18,), name="genres")

user = Flatten(name="user_flat")(Embedding(NUM_USERS + 1, FACTORS, name="user_emb")(user_input))
item = Flatten(name="item_flat")(Embedding(NUM_ITEMS + 1, FACTORS, name="item_emb")(item_input))

merged = Concatenate(name="joined")([user, item, side_input])
hidden = merged
for units in [128, 64, 32]:
    hidden = Dense(units, activation="relu", name="fc_%d" % units)(hidden)
    hidden = Dropout(0.2)(hidden)

rating = Dense(1, name="rating")(hidden)
clicked = Dense(1, activation="sigmoid", name="clicked")(concatenate([hidden, side_input]))

model = Model(inputs=[user_input, item_input, side_input], outputs=[rating, clicked], name="recommender")
model.compile(
    optimizer="adam",
    loss={"rating": "mse", "clicked": "binary_crossentropy"},
    loss_weights={"rating": 1.0, "clicked": 0.3},
)
