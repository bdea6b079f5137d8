"""What else the language has: while, try, global, nonlocal, match, walrus, star-expressions."""
import keras
from keras import layers

USE_BN = True
VERBOSE = False
counter = 0
backbone, *options = "tiny", 3, "relu"
depth, activation = options


def next_name(kind):
    global counter
    counter += 1
    return f"{kind}_{counter:02d}"


def make_scale(start):
    current = start

    def grow(factor=2):
        nonlocal current
        value, current = current, current * factor
        return value

    return grow


def head(kind, x):
    match kind:
        case "tiny" | "small":
            return layers.GlobalAveragePooling2D()(x)
        case "large":
            return layers.Flatten()(x)
        case _:
            raise ValueError(kind)


try:
    import efficientnet_from_nowhere as backbone_library
except ImportError:
    backbone_library = None

try:
    width = {"tiny": 6}["huge"]
except KeyError:
    width = 6
else:
    width = 100
finally:
    depth = depth + 0

inputs = keras.Input(shape=(33, 33, 3))
x = inputs
scale = make_scale(width)
while (filters := scale()) < 60:
    if filters == 12:
        continue
    x = layers.Conv2D(filters, 3, padding="same", name=next_name("conv"))(x)
    if USE_BN and not VERBOSE:
        x = layers.BatchNormalization(name=next_name("bn"))(x)
    x = layers.Activation(activation)(x)
    if x.shape[1] < 4:
        break
    x = layers.MaxPooling2D(2, padding="same")(x)

for i in range(10):
    if i >= depth:
        break
    if i % 2 == 1:
        continue
    x = layers.Conv2D(8 << i, 1, name=next_name("point"))(x)
else:
    x = layers.Dropout(0.9)(x)

assert depth == 3, "three by default"
widths = [w for w in (30, None, 20, 0, 10) if w]
widths[1:2] = [15, 25]
widths = sorted(set(widths), reverse=True)
del widths[-1]
total = sum(widths) // len(widths) + max(widths) % 7 - min(widths) ** 0
x = head(backbone, x)
towers = [layers.Dense(w, name=f"tower_{w}")(x) for w in widths]
lengths = {f"d{i}": t.shape[-1] for i, t in enumerate(towers)}
x = layers.Concatenate()([*towers, x]) if len(towers) > 1 else towers[0]
x = layers.Dense(total if lengths["d0"] == 30 else 1)(x)
outputs = (lambda t, n=2: layers.Dense(n)(t))(x)
model = keras.Model(inputs, outputs, name="_".join(["net", backbone, str(depth)]).upper())
