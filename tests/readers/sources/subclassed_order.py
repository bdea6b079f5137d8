"""Layers in lists that grow, in dicts and tuples, made in build(), in nested Sequentials."""
import keras
from keras import layers, ops


class Encoder(keras.Model):
    def __init__(self, widths, **kwargs):
        super().__init__(**kwargs)
        self.stages = []
        self.norm = layers.BatchNormalization(name="norm")
        for i, width in enumerate(widths):
            self.stages.append(layers.Conv1D(width, 3, padding="same", name=f"stage{i}"))
        self.pools = tuple(layers.MaxPooling1D(2) for _ in widths)
        self.extra = {"gate": layers.Dense(4, activation="sigmoid", name="gate")}
        self.head = None
        self.features = keras.Sequential(
            [layers.Dense(9, activation="relu"), layers.Dropout(0.1)], name="features"
        )

    def build(self, input_shape):
        self.head = layers.Dense(input_shape[-1], name="head")
        self.extra["late"] = layers.Dense(2, name="late")
        super().build(input_shape)

    def encode(self, x, training=None):
        for stage, pool in zip(self.stages, self.pools):
            x = pool(ops.relu(stage(x)))
        return self.norm(x, training=training)

    def call(self, inputs, training=None, mask=None):
        x = self.encode(inputs, training=training)
        x = self.features(ops.max(x, axis=1), training=training)
        gate = self.extra["gate"](x)
        late = self.extra["late"](gate)
        return {"head": self.head(ops.concatenate([x, late], axis=1)), "gate": gate}


sequence = keras.Input((16, 5))
encoder = Encoder([6, 8], name="encoder")
parts = encoder(sequence)
out = layers.Concatenate()([parts["head"], parts["gate"]])
model = keras.Model(sequence, layers.Dense(1)(out))
