"""Wide, deep and crossed features."""
import keras
from keras import layers, ops


class Cross(layers.Layer):
    def __init__(self, depth=2, use_bias=True, **kwargs):
        super().__init__(**kwargs)
        self.depth = depth
        self.use_bias = use_bias
        self.kernels, self.biases = [], []

    def build(self, input_shape):
        dim = int(input_shape[-1])
        for i in range(self.depth):
            self.kernels.append(self.add_weight(name=f"kernel_{i}", shape=(dim, 1)))
            if self.use_bias:
                self.biases.append(self.add_weight(name=f"bias_{i}", shape=(dim,), initializer="zeros"))
        self.built = True

    def call(self, x0):
        x = x0
        for i, kernel in enumerate(self.kernels):
            x = x0 * ops.matmul(x, kernel) + x
            if self.use_bias:
                x = x + self.biases[i]
        return x


class FactorizationMachine(layers.Layer):
    def __init__(self, factors: int = 4):
        super().__init__()
        self.factors = factors
        self.linear = layers.Dense(1)

    def build(self, input_shape):
        self.v = self.add_weight("v", shape=(input_shape[-1], self.factors)) \
            if False else self.add_weight(shape=(input_shape[-1], self.factors), name="v")

    def call(self, x):
        first = ops.square(ops.matmul(x, self.v))
        second = ops.matmul(ops.square(x), ops.square(self.v))
        return self.linear(x) + 0.5 * ops.sum(first - second, axis=1, keepdims=True)


numeric = keras.Input((13,), name="numeric")
sparse = [keras.Input((1,), dtype="int32", name=f"cat_{i}") for i in range(4)]
vocab = [10, 100, 1_000, 31]
dims = [min(16, 6 * int(v ** 0.25)) for v in vocab]
embedded = [layers.Reshape((-1,))(layers.Embedding(v, d)(s)) for v, d, s in zip(vocab, dims, sparse)]
features = layers.concatenate([numeric, *embedded])

crossed = Cross(3)(features)
deep = features
for units in (64, 32):
    deep = layers.Dense(units)(deep)
    deep = layers.BatchNormalization()(deep)
    deep = layers.ReLU()(deep)
factors = FactorizationMachine()(features)
logit = layers.Dense(1, activation="sigmoid")(layers.concatenate([crossed, deep, factors, numeric]))
model = keras.Model([numeric] + sparse, logit)
