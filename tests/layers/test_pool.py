"""Pooling against real Keras, and LeNet-5's trained sub-sampling against the paper."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.drawn import (
    DATA_FORMATS,
    PADDINGS,
    STEPS,
    WINDOWS,
    Options,
    called,
    mostly,
    per_axis,
    samples,
    settings_and_sample,
)
from tests.witness import Call, agree, call, kind_of, open_sizes_agree
from weighbridge.errors import Impossible
from weighbridge.formula import equation, total, value
from weighbridge.model import Shape, sizes


@st.composite
def pools(draw: st.DrawFn) -> Call:
    """A call of a pooling layer, under any of its names."""
    rank = draw(st.integers(1, 3))
    settings, shape = draw(
        settings_and_sample(
            rank,
            {"pool_size": per_axis(rank, WINDOWS)},
            {
                "strides": st.one_of(st.none(), per_axis(rank, STEPS)),
                "padding": PADDINGS,
                "data_format": DATA_FORMATS,
                "name": st.just("s2"),
            },
        )
    )
    native = draw(st.sampled_from(("MaxPooling", "MaxPool", "AveragePooling", "AvgPool")))
    order = ("pool_size", "strides", "padding", "data_format", "name")
    return draw(called(f"{native}{rank}D", order, settings, shape))


@st.composite
def global_pools(draw: st.DrawFn) -> Call:
    """A call of a global pooling layer, under any of its names."""
    rank = draw(st.integers(1, 3))
    optional: Options = {"data_format": DATA_FORMATS, "keepdims": st.booleans()}
    settings, shape = draw(settings_and_sample(rank, {}, optional))
    native = draw(st.sampled_from(("MaxPooling", "MaxPool", "AveragePooling", "AvgPool")))
    return draw(called(f"Global{native}{rank}D", ("data_format", "keepdims"), settings, shape))


@st.composite
def adaptive_pools(draw: st.DrawFn) -> Call:
    """A call of an adaptive pooling layer. Keras checks neither zero nor the number of axes."""
    rank = draw(st.integers(1, 3))
    output_size = draw(per_axis(rank, mostly((1, 2, 5), (-1,))))
    data_format = draw(DATA_FORMATS)
    shape = draw(samples(rank, data_format).filter(lambda shape: len(shape) == rank + 1))
    native = draw(st.sampled_from(("Max", "Average")))
    settings = {"output_size": output_size, "data_format": data_format}
    order = ("output_size", "data_format")
    return draw(called(f"Adaptive{native}Pooling{rank}D", order, settings, shape))


@given(st.one_of(pools(), global_pools(), adaptive_pools()))
def test_keras_agrees(made: Call) -> None:
    """No tensors, output shape, and what cannot be."""
    agree(made)


@given(st.one_of(pools(), global_pools(), adaptive_pools()))
def test_open_sizes_contradict_nothing(made: Call) -> None:
    """What is known of an open input is true of every input that fits."""
    open_sizes_agree(made)


def test_no_work_is_counted() -> None:
    """Comparing and averaging multiply nothing by a weight."""
    kind = kind_of(call("AveragePooling2D", 2, reads=()))

    for outgoing in ((14, 14, 6), None):
        macs = kind.macs(((28, 28, 6),), outgoing)
        links = kind.connections(((28, 28, 6),), outgoing)
        assert macs is not None
        assert links is not None
        assert value(macs) == value(links) == 0


@pytest.mark.parametrize("native", ["MaxPooling2D", "AveragePooling2D"])
def test_keras_2_takes_more(native: str) -> None:
    """Keras 2 has a default pool size of 2 everywhere, and takes "SAME" for "same"."""
    shape = kind_of(call(native, padding="SAME", reads=())).output((7, 7, 3))

    assert sizes(shape) == (4, 4, 3)


@pytest.mark.parametrize(
    ("reads", "parameters", "connections"),
    [
        ((28, 28, 6), "2·6 = 12", "(2·2 + 1)·6·14·14 = 5,880"),
        ((10, 10, 16), "2·16 = 32", "(2·2 + 1)·16·5·5 = 2,000"),
    ],
    ids=["S2", "S4"],
)
def test_sub_sampling_of_lenet(reads: Shape, parameters: str, connections: str) -> None:
    """S2 and S4 of LeCun et al. 1998, section II.B."""
    kind = kind_of(call("SubSampling2D", pool_size=(2, 2), reads=()), "weighbridge")
    outgoing = sizes(kind.output(reads))
    links = kind.connections((reads,), outgoing)

    assert equation(total(t.dims for t in kind.tensors(reads) or ())) == parameters
    assert links is not None
    assert equation(links) == connections
    assert kind.macs((reads,), outgoing) == kind_of(call("MaxPooling2D", reads=())).macs((), None)
    assert [equation(part.each) for part in kind.parts(reads)] == ["2"]


def test_a_pool_larger_than_its_input() -> None:
    """The message says what reaches how far."""
    with pytest.raises(Impossible, match=r"reaches over 3 values, its input .* only 2"):
        kind_of(call("MaxPooling2D", 3, reads=())).output((2, 8, 1))
