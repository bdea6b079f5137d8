"""Several models of one function, joined; triplets; clones."""
import keras
from keras import layers
from keras.models import Model, Sequential, clone_model


def member(index, width):
    inputs = keras.Input((12,), name=f"in_{index}")
    x = layers.Dense(width, activation="relu", name="hidden")(inputs)
    return Model(inputs, layers.Dense(3, name="logits")(x), name=f"member_{index}")


members = [member(i, width) for i, width in enumerate([8, 8, 16])]
for m in members[:2]:
    m.trainable = False
shared = keras.Input((12,), name="features")
votes = [m(shared) for m in members]
ensemble = Model(shared, layers.Average()(votes), name="ensemble")

base = Sequential([keras.Input((20, 2)), layers.Conv1D(4, 5), layers.Flatten(), layers.Dense(6)], name="base")
anchor, positive, negative = (keras.Input((20, 2), name=n) for n in ("anchor", "positive", "negative"))
triplet = Model(
    inputs=[anchor, positive, negative],
    outputs=layers.Concatenate(axis=1)([base(anchor), base(positive), base(negative)]),
    name="triplet",
)
embedder = triplet.get_layer("base")
classifier = Sequential([embedder, layers.Dense(2, activation="softmax")], name="classifier")
chain = Sequential([Sequential([layers.Dense(4), layers.Dense(5)], name="inner"), layers.Dense(6)], name="outer")
chain.build((None, 3))

copied = clone_model(ensemble)
model = Model([shared, anchor], [copied(shared), classifier(anchor)], name="everything")
