"""Small models to weigh, made by hand or drawn at random."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from weighbridge._record import replace
from weighbridge.layers.batch_norm import BatchNorm
from weighbridge.layers.dense import Dense
from weighbridge.layers.dropout import Dropout
from weighbridge.layers.radial_basis import RadialBasis
from weighbridge.model import Call, Input, Kind, Layer, Model, Origin, Port, Shape, Tensor, Unknown
from weighbridge.weighing import Row, Weighing, weigh

if TYPE_CHECKING:
    from weighbridge.amount import Amount

KERAS = Origin("test", producer="keras")
TORCH = Origin("test", producer="torch")


def chain(shape: Shape | None, *layers: Layer, origin: Origin = KERAS) -> Model:
    """A model whose layers are called one after the other."""
    calls = [Call(Input(shape=shape))]
    for i, layer in enumerate(layers):
        calls.append(Call(layer.kind, layer.path, (Port(i),)))
    return Model("test", layers, tuple(calls), (Port(len(layers)),), origin)


def weigh_one(layer: Layer, shape: Shape | None, origin: Origin = KERAS) -> Row:
    """The row of a model of one layer."""
    (row,) = weigh(chain(shape, layer, origin=origin)).rows
    return row


def exactly(*amounts: Amount) -> tuple[int, ...]:
    """The amounts as plain numbers; fails where something is missing."""
    return tuple(map(int, amounts))


def slugs(weighing: Weighing) -> list[str]:
    """Its findings, by name."""
    return [finding.slug for finding in weighing.findings]


F6 = Dense(units=84)
"""A layer of LeNet-5: 84 units on 120 inputs, (120 + 1)·84 = 10,164 parameters."""
F6_TENSORS = (Tensor("kernel", (120, 84)), Tensor("bias", (84,)))


kinds: st.SearchStrategy[Kind] = st.one_of(
    st.builds(Dense, units=st.integers(1, 5), bias=st.booleans()),
    st.builds(BatchNorm, scale=st.booleans(), shift=st.booleans(), renorm=st.booleans()),
    st.builds(Dropout, rate=st.sampled_from([0, 0.5, None])),
    st.builds(RadialBasis, units=st.integers(1, 5)),
    st.just(Unknown(native="Odd")),
)
stored = st.builds(
    Tensor,
    name=st.just("w"),
    shape=st.lists(st.integers(1, 5), max_size=2).map(tuple),
    dtype=st.sampled_from(["float32", "float16"]),
    role=st.sampled_from(["", "kernel", "mean", "seed"]),
    trainable=st.sampled_from([None, True, False]),
    buffer=st.booleans(),
    tied_to=st.sampled_from([None, None, "other.w"]),
)
paths = st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(".".join)


@st.composite
def models(draw: st.DrawFn) -> Model:
    """A chain of layers, with and without tensors, not all of them called."""
    layers = [
        Layer(
            path,
            draw(kinds),
            tensors=draw(st.none() | st.lists(stored, max_size=3).map(tuple)),
            trainable=draw(st.booleans()),
            inferred=draw(st.booleans()),
        )
        for path in draw(st.lists(paths, min_size=1, max_size=6, unique=True))
    ]
    lengths = st.lists(st.none() | st.integers(1, 5), min_size=1, max_size=3)
    shape = draw(st.none() | lengths.map(tuple))
    model = chain(shape, *layers, origin=draw(st.sampled_from([KERAS, TORCH])))
    return replace(model, calls=model.calls[: draw(st.sampled_from([0, 1, 2, 9]))])
