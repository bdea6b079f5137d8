"""Hypothesis strategies for constructor calls of ``torch.nn`` modules, some of which it refuses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.layers.drawn import Options, called, mostly
from tests.witness import Call
from weighbridge.model import Shape

STEPS = mostly((1, 1, 2, 3), (0, -1))
WINDOWS = mostly((1, 2, 3, 4), (0, -1))
BORDERS = mostly((0, 0, 1, 2), (-1, 3))
COUNTS = mostly((1, 2, 4, 6), (0, -2))


def per_axis(rank: int, sizes: SearchStrategy[Any]) -> SearchStrategy[object]:
    """One number for all axes, or one for each; seldom a number too many, or with a point."""
    too_many = st.lists(sizes, min_size=rank + 1, max_size=rank + 1)
    return mostly((fitting(rank, sizes),), (too_many, st.just(2.0))).flatmap(lambda form: form)


def fitting(rank: int, sizes: SearchStrategy[Any]) -> SearchStrategy[object]:
    """One number for all axes, or one for each."""
    several = st.lists(sizes, min_size=rank, max_size=rank)
    return st.one_of(sizes, several, several.map(tuple))


@st.composite
def samples(
    draw: DrawFn, rank: int, channels: Sequence[int] = (1, 2, 4), longest: int = 9
) -> Shape:
    """Channels and ``rank`` spatial axes, seldom one too many."""
    extra = draw(mostly((0,), (1,)))
    lengths = (st.integers(1, longest),) * (rank + extra)
    return (draw(st.sampled_from(channels)), *draw(st.tuples(*lengths)))


@st.composite
def modules(
    draw: DrawFn,
    native: str,
    shape: SearchStrategy[Shape],
    demanded: Options,
    optional: Options | None = None,
) -> Call:
    """A call of ``native`` with its settings in the constructor's order, some by position."""
    options = optional or {}
    settings = draw(st.fixed_dictionaries(dict(demanded), optional=dict(options)))
    return draw(called(native, (*demanded, *options), settings, draw(shape)))
