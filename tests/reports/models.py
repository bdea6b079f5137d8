"""Models put together by hand, so that reports are tested without a reader."""

from __future__ import annotations

from weighbridge import layers
from weighbridge._record import replace
from weighbridge.errors import kebab
from weighbridge.model import (
    Call,
    Container,
    Input,
    Kind,
    Layer,
    Model,
    Origin,
    Port,
    Shape,
    Tensor,
    Unknown,
    Use,
)
from weighbridge.weighing import UnknownLayer

KERAS = Origin("python", "lenet.py", producer="keras")


def kind(native: str, *positional: object, **named: object) -> Kind:
    """The kind of a Keras constructor call."""
    return layers.make("keras", native, positional, named)


def layer(native: str, *positional: object, name: str = "", **named: object) -> Layer:
    """A Keras layer, named as Keras names the first of its class."""
    path = name or kebab(native).replace("-", "_")
    return Layer(path, kind(native, *positional, **named), native=native)


def chain(name: str, reads: Shape | None, *stack: Layer, origin: Origin = KERAS) -> Model:
    """A Sequential model of ``stack``; without ``reads`` it has no input yet."""
    calls = [Call(Input(shape=reads), outputs=(reads,))] if reads is not None else []
    if calls:
        for each in stack:
            calls.append(Call(each.kind, each.path, (Port(len(calls) - 1),)))
    outputs = (Port(len(calls) - 1),) if calls else ()
    return Model(name, stack, tuple(calls), outputs, origin, native="Sequential")


def lenet5() -> Model:
    """LeNet-5 as people write it: 61,706 parameters."""
    return chain(
        "lenet5",
        (32, 32, 1),
        layer("Conv2D", 6, 5, name="conv2d"),
        layer("AveragePooling2D", 2, 2, name="average_pooling2d"),
        layer("Activation", "tanh", name="activation"),
        layer("Conv2D", 16, 5, name="conv2d_1"),
        layer("AveragePooling2D", 2, 2, name="average_pooling2d_1"),
        layer("Activation", "tanh", name="activation_1"),
        layer("Conv2D", 120, 5, name="conv2d_2"),
        layer("Flatten", name="flatten"),
        layer("Dense", 84, name="dense"),
        layer("Dense", 10, name="dense_1"),
    )


CONNECTIONS = (
    *[tuple(sorted((i, (i + 1) % 6, (i + 2) % 6))) for i in range(6)],
    *[tuple(sorted((i + j) % 6 for j in range(4))) for i in range(6)],
    (0, 1, 3, 4),
    (1, 2, 4, 5),
    (0, 2, 3, 5),
    (0, 1, 2, 3, 4, 5),
)
"""Which maps of S2 each map of C3 reads: LeCun et al. 1998, table I."""


def lenet5_1998() -> Model:
    """The first layers of the network of the paper; C3 sees its input through a table."""
    c3 = kind("Conv2D", 16, 5)
    partial = Layer("C3", replace(c3, table=CONNECTIONS), native="PartialConv2D")
    first = layer("Conv2D", 6, 5, name="C1")
    return chain("lenet5-1998", (32, 32, 1), first, layer("AveragePooling2D", name="S2"), partial)


def everything() -> Model:
    """A layer of each basis; frozen, tied and stored tensors; names that need escaping."""
    kernel = Tensor("conv/kernel:0", (3, 3, 3, 8), role="kernel")
    conv = replace(layer("Conv2D", 8, 3, name="50%_of|it"), tensors=(kernel, Tensor("b", (8,))))
    norm = replace(layer("BatchNormalization", name="norm*"), trainable=False)
    off = replace(layer("Dense", 4, name="off"), tensors=(Tensor("off.kernel", (8, 5)),))
    tied = Tensor("twin.kernel", (8, 5), tied_to="off.kernel")
    twin = replace(layer("Dense", 4, name="twin"), tensors=(tied, Tensor("twin.bias", (4,))))
    odd = Layer("odd", Unknown(native="Odd<T>"), "Odd<T>", (Tensor("odd.w", (7, 2), "float16"),))
    lost = Layer("lost", Unknown(native="Lost", because="its class is not in the file"), "Lost")
    stack = (conv, norm, layer("GlobalAveragePooling2D", name="pool"), off, twin, odd, lost)
    finding = UnknownLayer("", "line 7 is not followed", "x = magic(x)\n    ^^^^^^^^")
    return replace(chain("every & each", (10, 10, 3), *stack), findings=(finding,))


def nested() -> Model:
    """Two inputs through one encoder, joined: a shared container with two calls."""
    a, b = (Layer(name, Input(shape=(8,)), "InputLayer") for name in ("a", "b"))
    inner = (layer("Dense", 4, name="encoder.hidden"), layer("Dropout", 0.5, name="encoder.drop"))
    add, last = layer("Add"), layer("Dense", 2, name="last")
    calls = (
        Call(a.kind, "a"),
        Call(b.kind, "b"),
        Call(inner[0].kind, inner[0].path, (Port(0),)),
        Call(inner[1].kind, inner[1].path, (Port(2),)),
        Call(inner[0].kind, inner[0].path, (Port(1),)),
        Call(inner[1].kind, inner[1].path, (Port(4),)),
        Call(add.kind, "add", (Port(3), Port(5))),
        Call(last.kind, "last", (Port(6),)),
    )
    uses = (Use((Port(0),), (Port(3),)), Use((Port(1),), (Port(5),)))
    return Model(
        "pair",
        (a, b, *inner, add, last),
        calls,
        (Port(7),),
        KERAS,
        containers=(Container("encoder", "Sequential", uses=uses),),
        native="Functional",
    )
