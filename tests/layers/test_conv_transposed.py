"""Transposed convolutions against real Keras."""

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
from tests.witness import Call, agree, call, kind_of, open_sizes_agree
from weighbridge.formula import equation, symbolic, total
from weighbridge.layers import Untold, make
from weighbridge.model import sizes

ORDER = (
    "filters", "kernel_size", "strides", "padding", "output_padding",
    "data_format", "dilation_rate", "activation", "use_bias",
)  # fmt: skip


@st.composite
def convolutions(draw: st.DrawFn) -> Call:
    """A call of ``Conv1DTranspose`` to ``Conv3DTranspose`` with any settings."""
    rank = draw(st.integers(1, 3))
    settings, shape = draw(
        settings_and_sample(
            rank,
            {
                "filters": mostly((1, 2, 4), (0, -2)),
                "kernel_size": per_axis(rank, WINDOWS),
            },
            {
                "strides": per_axis(rank, STEPS),
                "padding": PADDINGS,
                "output_padding": st.one_of(st.none(), per_axis(rank, mostly((0, 0, 1), (2, -1)))),
                "data_format": DATA_FORMATS,
                "dilation_rate": per_axis(rank, mostly((1, 1, 2), (0,))),
                "activation": st.sampled_from((None, "relu")),
                "use_bias": st.booleans(),
            },
        )
    )
    native = draw(st.sampled_from(("Conv", "Convolution")))
    order = ORDER if rank < 3 else (*ORDER[:4], ORDER[5], ORDER[4], *ORDER[6:])
    return draw(called(f"{native}{rank}DTranspose", order, settings, shape))


@given(convolutions())
def test_keras_agrees(made: Call) -> None:
    """Tensors, output shape, and what cannot be."""
    agree(made)


@given(convolutions())
def test_open_sizes_contradict_nothing(made: Call) -> None:
    """What is known of an open input is true of every input that fits."""
    open_sizes_agree(made)


def test_first_up_convolution_of_dcgan() -> None:
    """Radford et al. 2016, figure 1: 4×4 places of 1,024 channels become 8×8 of 512.

    The work follows the 4·4 places that come in, not the 8·8 that go out.
    """
    kind = kind_of(call("Conv2DTranspose", 512, 5, 2, padding="same", reads=()))
    tensors = kind.tensors((4, 4, 1024)) or ()
    macs = kind.macs(((4, 4, 1024),), (8, 8, 512))
    links = kind.connections(((4, 4, 1024),), (8, 8, 512))

    assert equation(total(t.dims for t in tensors)) == "(5·5·1024 + 1)·512 = 13,107,712"
    assert symbolic(total(t.dims for t in tensors)) == "(k_h·k_w·C_in + 1)·C_out"
    assert sizes(kind.output((4, 4, 1024))) == (8, 8, 512)
    assert macs is not None
    assert equation(macs) == "5·5·512·1024·4·4 = 209,715,200"
    assert links is not None
    assert equation(links) == "5·5·512·1024·4·4 + 512·8·8 = 209,747,968"
    assert [equation(part.each) for part in kind.parts((4, 4, 1024))] == ["5·5·1024 + 1 = 25,601"]


@pytest.mark.parametrize(
    ("named", "length"),
    [
        ({}, "(7 − 1)·2 + 3 = 15"),
        ({"padding": "same"}, "7·2 = 14"),
        ({"kernel_size": 1}, "(7 − 1)·2 + 2 = 14"),
        ({"output_padding": 1}, "(7 − 1)·2 + 3 + 1 = 16"),
        ({"output_padding": 1, "padding": "same"}, "(7 − 1)·2 + 1 + 1 = 14"),
        ({"strides": 1, "dilation_rate": 2}, "7 + 2·(3 − 1) = 11"),
    ],
)
def test_lengths(named: dict[str, object], length: str) -> None:
    settings = {"filters": 4, "kernel_size": 3, "strides": 2, **named}
    (found, _) = kind_of(call("Conv1DTranspose", reads=(), **settings)).output((7, 2)) or ()

    assert equation(found) == length


def test_what_the_source_does_not_tell_stays_open() -> None:
    kind = make("keras", "Conv2DTranspose", (8, Untold("read in")), {"strides": (2, 1)})

    assert sizes(kind.output((7, 7, 3))) == (None, None, 8)
    same = make("keras", "Conv2DTranspose", (8, Untold("read in"), 2, "same"), {})
    assert sizes(same.output((7, 7, 3))) == (14, 14, 8)
    assert kind.macs((), None) is None


@pytest.mark.parametrize("native", ["Deconv2D", "Deconvolution2D"])
def test_old_names(native: str) -> None:
    """Keras 2 still had the names of Keras 1."""
    old = kind_of(call(native, 6, (3, 3), strides=2, reads=()))

    assert old == kind_of(call("Conv2DTranspose", 6, (3, 3), strides=2, reads=()))
