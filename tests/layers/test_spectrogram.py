"""Spectrograms, against real Keras."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.drawn import DATA_FORMATS, mostly
from tests.witness import agree, call, kind_of
from weighbridge.errors import Impossible
from weighbridge.formula import equation, total
from weighbridge.model import sizes

MODES = ("log", "magnitude", "psd", "real", "imag", "angle", "stft")


@settings(max_examples=50)
@given(
    st.fixed_dictionaries(
        {"frame_length": mostly((4, 7, 8), (40,))},
        optional={
            "mode": mostly(MODES, ("power",)),
            "frame_step": mostly((1, 3, 4), (9, -1)),
            "fft_length": mostly((8, 16), (2,)),
            "padding": mostly(("valid", "same"), ("causal",)),
            "expand_dims": st.booleans(),
            "data_format": DATA_FORMATS,
            "window": st.just("hamming"),
        },
    ),
    st.tuples(st.integers(9, 30), st.integers(9, 30)),
)
def test_keras_agrees(named: dict[str, object], shape: tuple[int, int]) -> None:
    agree(call("STFTSpectrogram", reads=shape, **named))


@settings(max_examples=20)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "fft_length": st.sampled_from((64, 2048)),
            "sequence_stride": st.integers(1, 600),
            "sequence_length": st.sampled_from((0, 64, 100)),
            "num_mel_bins": st.integers(1, 80),
        },
    ),
    st.none() | st.integers(1, 5000),
)
def test_keras_agrees_on_pitch(named: dict[str, object], length: int | None) -> None:
    agree(call("MelSpectrogram", reads=(length,), **named))


def test_cosines_and_sines_are_kernels() -> None:
    """Frames of 256 values, 128 apart: 129 frequencies of one second at 16 kHz."""
    kind = kind_of(call("STFTSpectrogram", reads=()))
    shape = (16_000, 1)

    assert equation(total(t.dims for t in kind.tensors(shape) or ())) == "2·256·129 = 66,048"
    assert sizes(kind.output(shape)) == ((16_000 - 256) // 128 + 1, 129)
    work = kind.macs((shape,), sizes(kind.output(shape)))
    assert work is not None
    assert equation(work).endswith(f"= {2 * 256 * 129 * 124:,}")


def test_unknown_signals_stay_unknown() -> None:
    kind = kind_of(call("STFTSpectrogram", reads=()))

    assert kind.output() is None
    assert kind.macs((), None) is None
    assert kind_of(call("MelSpectrogram", reads=())).output() is None


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"frame_length": 8, "frame_step": 9}, "9 values apart"),
        ({"frame_length": 8, "fft_length": 4}, "fft_length 4"),
        ({"frame_length": 1}, "frame_step"),
    ],
)
def test_what_cannot_be_is_said(named: dict[str, object], said: str) -> None:
    with pytest.raises(Impossible, match=said):
        kind_of(call("STFTSpectrogram", reads=(), **named))
