"""Up-sampling against real Keras."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.layers.drawn import DATA_FORMATS, STEPS, called, per_axis, settings_and_sample
from tests.witness import Call, agree, call, kind_of, open_sizes_agree
from weighbridge.formula import equation


@st.composite
def upsamplings(draw: st.DrawFn) -> Call:
    """A call of ``UpSampling1D`` to ``UpSampling3D``; the first takes a single number only."""
    rank = draw(st.integers(1, 3))
    size = STEPS if rank == 1 else per_axis(rank, STEPS)
    optional = {"size": size, "data_format": DATA_FORMATS}
    order = ("size", "data_format")[: 1 if rank == 1 else 2]
    chosen = {name: optional[name] for name in order}
    if rank == 2:  # only images are interpolated
        chosen["interpolation"] = st.sampled_from(("nearest", "bilinear"))
    settings, shape = draw(settings_and_sample(rank, {}, chosen))
    return draw(called(f"UpSampling{rank}D", order, settings, shape))


@given(upsamplings())
def test_keras_agrees(made: Call) -> None:
    """No tensors, output shape, and what cannot be."""
    agree(made)


@given(upsamplings())
def test_open_sizes_contradict_nothing(made: Call) -> None:
    """What is known of an open input is true of every input that fits."""
    open_sizes_agree(made)


def test_a_factor_of_one_is_not_written() -> None:
    """Only the height doubles."""
    output = kind_of(call("UpSampling2D", (2, 1), reads=())).output((7, 5, 3)) or ()

    assert [equation(size) for size in output] == ["7·2 = 14", "5", "3"]
