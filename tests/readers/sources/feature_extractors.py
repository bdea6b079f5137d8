import keras
from keras import layers

inputs = keras.Input((64, 64, 3))
x = inputs
for i, filters in enumerate((8, 16, 32), 1):
    x = layers.Conv2D(filters, 3, padding="same", activation="relu", name=f"conv{i}")(x)
    x = layers.MaxPooling2D(2, name=f"pool{i}")(x)
x = layers.Flatten(name="flat")(x)
x = layers.Dense(64, name="fc1")(x)
classifier = keras.Model(inputs, layers.Dense(10, name="fc2")(x), name="classifier")

layer_outputs = [layer.output for layer in classifier.layers[1:4]]
activation_model = keras.Model(inputs=classifier.input, outputs=layer_outputs)

headless = keras.Model(classifier.inputs, classifier.get_layer("fc1").output, name="headless")
by_index = keras.Model(classifier.input, classifier.get_layer(index=-2).output)
cut = keras.Model(classifier.input, classifier.layers[-4].output, name="cut")

seq = keras.Sequential([keras.Input((10,)), layers.Dense(8, name="a"), layers.Dense(4, name="b")], name="seq")
part = keras.Model(seq.inputs, seq.layers[0].output, name="part")
seq.pop()
seq.add(layers.Dense(2, name="c"))

# The pyramid on top of three levels.
levels = [classifier.get_layer(name).output for name in ("pool1", "pool2", "pool3")]
pyramid = levels.pop()
pyramid = layers.Conv2D(12, 1, name="lateral3")(pyramid)
while levels:
    side = levels.pop()
    side = layers.Conv2D(12, 1, name=f"lateral{len(levels) + 1}")(side)
    pyramid = layers.Add()([layers.UpSampling2D()(pyramid), side])
model = keras.Model(classifier.input, pyramid, name="pyramid")
