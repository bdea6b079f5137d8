"""One-dimensional residual network with growing dilation."""
import keras
from keras import layers as kl

n_channels, n_timesteps = 12, 1000
conv1d = lambda f, k=3, **kw: kl.Conv1D(filters=f, kernel_size=k, padding=kw.pop("padding", "causal"), **kw)
act = lambda: kl.Activation("relu")


def tcn_block(x, filters, dilation, name):
    prev = x
    for i in (0, 1):
        x = conv1d(filters, dilation_rate=dilation, name=f"{name}_c{i}")(x)
        x = act()(x)
        x = kl.SpatialDropout1D(rate=0.05)(x)
    if prev.shape[-1] != filters:
        prev = conv1d(filters, 1, padding="same", name=name + "_match")(prev)
    return kl.add([prev, x]), x


inp = kl.Input(batch_shape=(None, n_timesteps, n_channels))
x = kl.SeparableConv1D(16, 7, strides=2, padding="same", depth_multiplier=1)(inp)
x = kl.DepthwiseConv1D(5, strides=2, depth_multiplier=2)(x)
skips = []
for s in range(2):
    for d in [2 ** i for i in range(4)]:
        x, skip = tcn_block(x, 16 + 8 * s, d, name=f"stack{s}_dil{d}")
        if s == 1:
            skips.append(skip)
x = kl.add(skips)
x = kl.Lambda(lambda t: t[:, -1, :])(x)
out = kl.Dense(5, activation="softmax")(x)
model = keras.models.Model(inp, out)
