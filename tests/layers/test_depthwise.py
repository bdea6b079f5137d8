"""Depthwise and separable convolutions against real Keras."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.drawn import (
    DATA_FORMATS,
    PADDINGS,
    STEPS,
    WINDOWS,
    called,
    mostly,
    per_axis,
    settings_and_sample,
)
from tests.witness import Call, agree, call, flops, kind_of, open_sizes_agree
from weighbridge.formula import equation, symbolic, total, value
from weighbridge.model import sizes

DEPTHWISE = (
    "kernel_size", "strides", "padding", "depth_multiplier", "data_format",
    "dilation_rate", "activation", "use_bias",
)  # fmt: skip
SEPARABLE = (
    "filters", "kernel_size", "strides", "padding", "data_format",
    "dilation_rate", "depth_multiplier", "activation", "use_bias",
)  # fmt: skip


@st.composite
def convolutions(draw: st.DrawFn) -> Call:
    """A call of ``DepthwiseConv`` or ``SeparableConv``, 1D or 2D, with any settings."""
    rank, separable = draw(st.integers(1, 2)), draw(st.booleans())
    demanded = {"filters": mostly((1, 2, 4), (0, -2))} if separable else {}
    settings, shape = draw(
        settings_and_sample(
            rank,
            {**demanded, "kernel_size": per_axis(rank, WINDOWS)},
            {
                "strides": per_axis(rank, STEPS),
                "padding": st.one_of(PADDINGS, PADDINGS.map(str.upper)),
                "depth_multiplier": mostly((1, 2, 3), (0, -1)),
                "data_format": DATA_FORMATS,
                "dilation_rate": per_axis(rank, STEPS),
                "activation": st.sampled_from((None, "relu")),
                "use_bias": st.booleans(),
            },
        )
    )
    if not separable:
        return draw(called(f"DepthwiseConv{rank}D", DEPTHWISE, settings, shape))
    native = draw(st.sampled_from(("SeparableConv", "SeparableConvolution")))
    order = SEPARABLE if native == "SeparableConv" else SEPARABLE[:2]
    return draw(called(f"{native}{rank}D", order, settings, shape))


@given(convolutions())
def test_keras_agrees(made: Call) -> None:
    """Tensors, trainable split, output shape, and what cannot be."""
    agree(made)


@given(convolutions())
def test_open_sizes_contradict_nothing(made: Call) -> None:
    """What is known of an open input is true of every input that fits."""
    open_sizes_agree(made)


@pytest.mark.parametrize(
    "made",
    [
        call("DepthwiseConv2D", 3, depth_multiplier=2, use_bias=False, reads=(14, 14, 6)),
        call("SeparableConv1D", 8, 3, 2, use_bias=False, reads=(15, 6)),
        call("SeparableConv2D", 8, 3, depth_multiplier=2, use_bias=False, reads=(9, 14, 6)),
    ],
    ids=lambda made: made.text,
)
def test_two_flops_for_each_mac(made: Call) -> None:
    """As many as the compiler counts for real Keras' own program, where nothing is padded."""
    kind = kind_of(made)

    macs = kind.macs(made.incoming, sizes(kind.output(*made.incoming)))

    assert macs is not None
    assert 2 * (value(macs) or 0) == flops(made)


def test_depth_multiplier_of_one_is_not_written() -> None:
    """The first depthwise layer of MobileNet, Howard et al. 2017, table 1, here with a bias."""
    expected = kind_of(call("DepthwiseConv2D", 3, reads=())).tensors((112, 112, 32)) or ()

    assert equation(total(t.dims for t in expected)) == "(3·3 + 1)·32 = 320"
    assert symbolic(total(t.dims for t in expected)) == "(k_h·k_w + 1)·C_in"


def test_separable_keeps_its_two_stages_apart() -> None:
    """Chollet 2017: a spatial convolution of each channel, then a mixing of the channels."""
    made = call("SeparableConv2D", 64, 3, depth_multiplier=2, reads=(32, 32, 16))
    expected = kind_of(made).tensors((32, 32, 16)) or ()

    assert equation(total(t.dims for t in expected)) == "3·3·16·2 + (16·2 + 1)·64 = 2,400"
