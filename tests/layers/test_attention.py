"""Attention without projections, against real Keras."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.drawn import mostly
from tests.witness import Call, agree, call, kind_of, open_sizes_agree
from weighbridge.errors import Impossible
from weighbridge.formula import equation
from weighbridge.model import Shape, sizes

sizes_ = st.integers(1, 5)
shapes = st.lists(sizes_, min_size=2, max_size=3).map(tuple)


@st.composite
def calls(draw: st.DrawFn) -> Call:
    named = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "use_scale": st.booleans(),
                "score_mode": mostly(("dot", "concat"), ("cosine",)),
                "dropout": st.sampled_from((0, 0.5)),
                "seed": st.just(1),
            },
        )
    )
    native = draw(st.sampled_from(("Attention", "AdditiveAttention")))
    if native == "AdditiveAttention":
        named.pop("score_mode", None)
    several = draw(mostly((2, 3), (1, 4)))
    inputs: list[Shape] = draw(st.lists(shapes, min_size=several, max_size=several))
    return call(native, reads=inputs, **named)


@settings(max_examples=60)
@given(calls())
def test_keras_agrees(made: Call) -> None:
    agree(made)


@settings(max_examples=30)
@given(calls())
def test_open_sizes_contradict_nothing(made: Call) -> None:
    open_sizes_agree(made)


def test_a_product_of_matrices_and_another() -> None:
    """Queries (7, 16) against keys (9, 16), then weighted sums of values (9, 12)."""
    kind = kind_of(call("Attention", reads=()))
    shapes = ((7, 16), (9, 12), (9, 16))
    work = kind.macs(shapes, None)

    assert work is not None
    assert equation(work) == "7·9·16 + 7·9·12 = 1,764"
    assert sizes(kind.output(*shapes)) == (7, 12)


def test_sums_of_tanh_are_work_where_they_are_weighted() -> None:
    weighted = kind_of(call("AdditiveAttention", reads=()))
    plain = kind_of(call("AdditiveAttention", use_scale=False, reads=()))
    shapes = ((7, 16), (9, 16))

    assert weighted.macs(shapes, None) == kind_of(call("Attention", reads=())).macs(shapes, None)
    less = plain.macs(shapes, None)
    assert less is not None
    assert equation(less) == "7·9·16 = 1,008"


def test_scores_come_out_when_asked_for() -> None:
    kind = kind_of(call("Attention", reads=()))
    query, value = object(), object()
    called = kind.called(([query, value],), {"mask": [object()], "return_attention_scores": True})

    assert [sizes(dims) for dims in called.outputs((7, 16), (9, 16), (9,))] == [(7, 16), (7, 9)]


def test_samples_that_do_not_lie_first_have_no_more_work() -> None:
    kind = kind_of(call("Attention", reads=()))

    assert kind.macs(((16,), (16,)), None) is None


@pytest.mark.parametrize("inputs", [[(5, 4)], [(5, 4)] * 4, [(), (5, 4)]])
def test_what_cannot_be_is_said(inputs: list[Shape]) -> None:
    with pytest.raises(Impossible, match=r"list|vectors"):
        kind_of(call("Attention", reads=())).output(*inputs)
