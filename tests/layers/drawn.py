"""Hypothesis strategies for constructor calls: settings in every form that Keras takes.

Now and then one that Keras does not take is among them, so that refusals are compared as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.witness import Call
from weighbridge.model import Shape

T = TypeVar("T")
Options = Mapping[str, SearchStrategy[Any]]
"""Settings by name, and what to draw for each."""

DATA_FORMATS = st.sampled_from((None, "channels_last", "channels_first"))


_RARE = 13  # any number but the ends, which Hypothesis prefers


def mostly(usual: Sequence[T], seldom: Sequence[T]) -> SearchStrategy[T]:
    """One of ``usual``; once in about twenty draws one of ``seldom``."""
    return st.sampled_from(range(20)).flatmap(
        lambda n: st.sampled_from(seldom if n == _RARE else usual)
    )


STEPS = mostly((1, 1, 2, 3), (0, -1))
WINDOWS = mostly((1, 2, 3, 4), (0, -1))
PADDINGS = mostly(("valid", "same"), ("causal", "full"))


def per_axis(rank: int, sizes: SearchStrategy[int]) -> SearchStrategy[object]:
    """One number for all axes, or one for each, seldom a number too many."""
    several = st.lists(sizes, min_size=rank, max_size=rank)
    forms = (sizes, several, several.map(tuple))
    too_many = st.lists(sizes, min_size=rank + 1, max_size=rank + 1)
    return mostly(forms, (too_many,)).flatmap(lambda form: form)


@st.composite
def samples(
    draw: DrawFn,
    rank: int,
    data_format: object,
    channels: Sequence[int] = (1, 2, 3, 4, 6),
    longest: int = 9,
) -> Shape:
    """The shape of a sample with ``rank`` spatial axes, some of them open, seldom one too many."""
    extra = draw(mostly((0,), (1,)))
    length = st.one_of(st.none(), *(st.integers(1, longest),) * 3)
    spatial = draw(st.tuples(*(length,) * (rank + extra)))
    depth = draw(st.sampled_from(channels))
    return (depth, *spatial) if data_format == "channels_first" else (*spatial, depth)


@st.composite
def called(
    draw: DrawFn, native: str, order: Sequence[str], named: dict[str, object], shape: Shape
) -> Call:
    """The call with some of its first arguments given by position, in the constructor's order."""
    most = next((i for i, name in enumerate(order) if name not in named), len(order))
    places = order[: draw(st.integers(0, most))]
    rest = {name: value for name, value in named.items() if name not in places}
    return Call(native, tuple(named[name] for name in places), rest, (shape,))


@st.composite
def settings_and_sample(
    draw: DrawFn,
    rank: int,
    demanded: Options,
    optional: Options,
    longest: int = 9,
) -> tuple[dict[str, object], Shape]:
    """Settings, some of the optional ones left out, and a sample that they may fit."""
    settings = draw(st.fixed_dictionaries(dict(demanded), optional=dict(optional)))
    return settings, draw(samples(rank, settings.get("data_format"), longest=longest))
