import keras
from keras import layers
from keras.layers import BatchNormalization, PReLU

bn_axis = -1
norm = dict(momentum=0.95, epsilon=1e-4)

model = keras.models.Sequential(name="all_sorts")
model.add(keras.layers.Input(shape=(24, 20, 5)))
model.add(layers.Conv2D(10, (3, 5), use_bias=False, activation=None))
model.add(BatchNormalization(bn_axis, **norm))
model.add(layers.LeakyReLU(negative_slope=0.2))
model.add(BatchNormalization(axis=1, center=False))
model.add(PReLU())
model.add(BatchNormalization(scale=False, **norm))
model.add(PReLU(shared_axes=[1]))
model.add(BatchNormalization(center=False, scale=False))
model.add(PReLU("zeros", None, None, (1, 2)))
model.add(layers.ELU(alpha=0.5))
model.add(layers.Activation(keras.activations.gelu))
model.add(layers.Activation("swish", name="swish"))
model.add(layers.Conv2D(8, 1, activation=layers.LeakyReLU(0.3)))
model.add(layers.ReLU(max_value=6))
model.add(layers.GaussianNoise(0.1))
model.add(layers.GaussianDropout(0.1))
model.add(layers.AlphaDropout(0.1))
model.add(layers.Flatten())
model.add(layers.Dense(12, activation=lambda x: x * 0.1))
model.add(layers.ActivityRegularization(l2=1e-4))
model.add(layers.Dense(6, "relu", False))
model.add(layers.Softmax(axis=-1))
