"""Structured inputs and outputs."""
import keras
from keras import layers

FEATURES = {
    "age": (1,),
    "income": (1,),
    "history": (12, 3),
}
CATEGORIES = {"city": 200, "job": 40}

inputs = {name: keras.Input(shape=shape, name=name) for name, shape in FEATURES.items()}
for name in CATEGORIES:
    inputs[name] = keras.Input(shape=(), dtype="int64", name=name)

encoded = []
for name, tensor in inputs.items():
    if name in CATEGORIES:
        encoded.append(layers.Embedding(CATEGORIES[name], 8, name=f"{name}_embedding")(tensor))
    elif len(tensor.shape) == 3:
        encoded.append(layers.GlobalAveragePooling1D()(layers.Conv1D(4, 3)(tensor)))
    else:
        encoded.append(tensor)

x = layers.concatenate(encoded)
x = layers.Dense(16, activation="relu")(x)
outputs = {
    "price": layers.Dense(1, name="price")(x),
    "kind": layers.Dense(4, activation="softmax", name="kind")(x),
}
model = keras.Model(inputs=inputs, outputs=outputs)
