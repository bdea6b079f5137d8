"""Transfer: a base that is frozen, in part or as a whole, and a new head."""
from keras import Input, Model, Sequential, layers


def make_base():
    inputs = Input((48, 48, 3))
    x = layers.Conv2D(8, 3, activation="relu", name="block1_conv1")(inputs)
    x = layers.BatchNormalization(name="block1_bn")(x)
    x = layers.MaxPooling2D(name="block1_pool")(x)
    x = layers.Conv2D(16, 3, activation="relu", name="block2_conv1")(x)
    x = layers.BatchNormalization(name="block2_bn")(x)
    x = layers.MaxPooling2D(name="block2_pool")(x)
    x = layers.Conv2D(24, 3, activation="relu", name="block3_conv1")(x)
    return Model(inputs, x, name="base")


base = make_base()
base.trainable = False

frozen = Sequential([base, layers.GlobalAveragePooling2D(), layers.Dense(5, name="fc")])

second = make_base()
for layer in second.layers[:-2]:
    layer.trainable = False
x = layers.Flatten()(second.output)
partly = Model(inputs=second.input, outputs=layers.Dense(3)(x), name="partly")

third = make_base()
third.trainable = True
set_trainable = False
for layer in third.layers:
    if layer.name == "block2_conv1":
        set_trainable = True
    if set_trainable:
        layer.trainable = True
    else:
        layer.trainable = False
for layer in third.layers:
    if isinstance(layer, layers.BatchNormalization):
        layer.trainable = False

features = Model(third.inputs, third.get_layer("block2_pool").output, name="features")

model = Sequential(name="tuned")
model.add(third)
model.add(layers.Flatten())
model.add(layers.Dense(32, activation="relu", trainable=False))
model.add(layers.Dense(1, activation="sigmoid"))
model.layers[-1].trainable = True
for i, layer in enumerate(model.layers):
    print(i, layer.name, layer.trainable)
