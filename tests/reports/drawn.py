"""Hypothesis strategies for weighings: layers of every basis, under names that need escaping."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.reports.models import KERAS, chain, kind
from weighbridge._record import replace
from weighbridge.model import Layer, Model, Origin, Tensor, Unknown
from weighbridge.weighing import Weighing, weigh

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

ORIGINS = (KERAS, Origin("torch", producer="torch"), Origin("weights", "a b.bin"))
PLAIN = st.text("abcxyz_019", min_size=1, max_size=12)
"""Names as people write them."""
WILD = st.text("aä漢_*|<>&$%#{}~^\\`\"'[]()-=,;:!? \t\n\x1b\u202e0", min_size=1, max_size=12)
"""Names as strangers may write them."""
SIZES = st.integers(1, 3_000)


@st.composite
def layers(draw: DrawFn, path: str) -> Layer:
    """A layer whose tensors are as its settings call for, or not, or not there."""
    made = draw(
        st.sampled_from(("Dense", "Dense", "BatchNormalization", "Dropout", "Embedding", "Odd"))
    )
    settings = {"Dense": (draw(SIZES),), "Dropout": (0.5,), "Embedding": (draw(SIZES), 3)}
    if made == "Odd":
        what = Layer(path, Unknown(native=made), made, dtype="float16")
    else:
        what = Layer(path, kind(made, *settings.get(made, ())), made)
    tensors = draw(st.none() | st.lists(st.lists(SIZES, max_size=3), max_size=3))
    if tensors is not None:
        stored = (
            Tensor(f"{path}.{i}", tuple(shape), dtype=draw(st.sampled_from(("float32", "int8"))))
            for i, shape in enumerate(tensors)
        )
        what = replace(what, tensors=tuple(stored))
    return replace(what, trainable=draw(st.booleans()))


@st.composite
def models(draw: DrawFn, names: SearchStrategy[str] = PLAIN) -> Model:
    """A row of layers, with or without a known input, of one framework or another."""
    paths = draw(st.lists(names, unique=True, max_size=6))
    stack = [draw(layers(path)) for path in paths]
    reads = draw(st.none() | st.tuples(st.none() | SIZES, SIZES))
    origin = draw(st.sampled_from(ORIGINS))
    return chain(draw(names), reads, *stack, origin=origin)


def weighings(names: SearchStrategy[str] = PLAIN) -> SearchStrategy[Weighing]:
    """The same on the scales."""
    return models(names).map(weigh)


DOCUMENTS = st.one_of(weighings(), weighings(WILD))
