"""Keras 1 spelled layers differently; the documentation of Keras 1.2.2 is the witness."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.witness import Call, call, kind_of
from weighbridge.errors import Impossible


@pytest.mark.parametrize(
    ("old", "today"),
    [
        (
            call("Convolution2D", 32, 3, 3, border_mode="same", reads=()),
            call("Conv2D", 32, (3, 3), padding="same", reads=()),
        ),
        (
            call("Conv2D", 32, 3, 5, subsample=(2, 2), bias=False, dim_ordering="th", reads=()),
            call("Conv2D", 32, (3, 5), 2, data_format="channels_first", use_bias=False, reads=()),
        ),
        (
            call("Convolution2D", nb_filter=32, nb_row=3, nb_col=5, dim_ordering="tf", reads=()),
            call("Conv2D", 32, (3, 5), reads=()),
        ),
        (
            call("Convolution2D", 32, 3, 3, "uniform", "relu", None, "same", (2, 2), reads=()),
            call("Conv2D", 32, 3, 2, "same", reads=()),
        ),
        (
            call("Convolution2D", 32, 3, nb_col=5, reads=()),
            call("Conv2D", 32, (3, 5), reads=()),
        ),
        (
            call("Convolution2D", 32, (3, 5), border_mode="same", reads=()),
            call("Conv2D", 32, (3, 5), padding="same", reads=()),
        ),
        (
            call("Convolution2D", 32, 3, 3, padding="same", activation="relu", reads=()),
            call("Conv2D", 32, (3, 3), padding="same", reads=()),
        ),
        (
            call("AtrousConvolution2D", 64, 3, 3, atrous_rate=(2, 2), reads=()),
            call("Conv2D", 64, 3, dilation_rate=2, reads=()),
        ),
        (
            call("SeparableConvolution2D", 64, 3, 3, depth_multiplier=2, reads=()),
            call("SeparableConv2D", 64, 3, depth_multiplier=2, reads=()),
        ),
        (
            call("Convolution1D", nb_filter=64, filter_length=3, subsample_length=2, reads=()),
            call("Conv1D", 64, 3, 2, reads=()),
        ),
        (
            call("Convolution1D", 64, 3, "uniform", "relu", reads=()),
            call("Conv1D", 64, 3, reads=()),
        ),
        (
            call("Convolution3D", 8, 3, 4, 5, border_mode="same", reads=()),
            call("Conv3D", 8, (3, 4, 5), padding="same", reads=()),
        ),
        (
            call("Deconvolution2D", 3, 5, 4, (None, 3, 14, 14), border_mode="same", reads=()),
            call("Conv2DTranspose", 3, (5, 4), padding="same", reads=()),
        ),
        (
            call("Deconvolution2D", 3, 5, 4, (None, 14, 14, 3), "uniform", "relu", reads=()),
            call("Conv2DTranspose", 3, (5, 4), reads=()),
        ),
        (
            call("Deconvolution2D", 3, 3, 3, output_shape=(None, 3, 14, 14), reads=()),
            call("Conv2DTranspose", 3, 3, reads=()),
        ),
        (
            call("LocallyConnected1D", 64, 3, border_mode="valid", subsample_length=2, reads=()),
            call("LocallyConnected1D", 64, 3, 2, reads=()),
        ),
        (
            call("MaxPooling2D", (2, 2), border_mode="same", dim_ordering="th", reads=()),
            call("MaxPooling2D", 2, padding="same", data_format="channels_first", reads=()),
        ),
        (
            call("AveragePooling1D", pool_length=3, stride=2, border_mode="same", reads=()),
            call("AveragePooling1D", 3, 2, "same", reads=()),
        ),
        (
            call("GlobalAveragePooling2D", dim_ordering="th", reads=()),
            call("GlobalAveragePooling2D", data_format="channels_first", reads=()),
        ),
        (
            call("ZeroPadding2D", (1, 2), dim_ordering="default", reads=()),
            call("ZeroPadding2D", (1, 2), reads=()),
        ),
        (call("UpSampling1D", length=3, reads=()), call("UpSampling1D", 3, reads=())),
        (
            call("Dense", output_dim=10, bias=False, reads=()),
            call("Dense", 10, use_bias=False, reads=()),
        ),
        (
            call("GRU", output_dim=10, inner_init="orthogonal", dropout_W=0.2, reads=()),
            call("GRU", 10, reset_after=False, reads=()),
        ),
        (
            call("GRU", output_dim=10, reset_after=True, reads=()),
            call("GRU", 10, reads=()),
        ),
        (
            call("TimeDistributedDense", output_dim=10, input_dim=5, reads=()),
            call("Dense", 10, reads=()),
        ),
        (
            call("BatchNormalization", 1e-6, 0, 1, 0.9, reads=()),
            call("BatchNormalization", axis=1, reads=()),
        ),
        (
            call("BatchNormalization", epsilon=1e-6, mode=2, axis=1, reads=()),
            call("BatchNormalization", axis=1, reads=()),
        ),
    ],
    ids=lambda made: made.text,
)
def test_old_words_mean(old: Call, today: Call) -> None:
    """Each old call is the same layer as its translation."""
    assert kind_of(old) == kind_of(today)


@given(
    st.sampled_from(("Conv1D", "Conv2D", "Conv3D")),
    st.integers(1, 9),
    st.integers(1, 9),
    st.integers(1, 9),
)
def test_names_of_today_have_a_stride_in_third_place(
    native: str, filters: int, kernel: int, stride: int
) -> None:
    """``Conv2D(32, 3, 3)`` steps by 3, as Keras 3 has it."""
    by_place = call(native, filters, kernel, stride, reads=())

    assert kind_of(by_place) == kind_of(call(native, filters, kernel, strides=stride, reads=()))


@pytest.mark.parametrize(
    ("made", "today"),
    [
        (call("Convolution1D", 32, 3, 2, reads=()), call("Conv1D", 32, 3, strides=2, reads=())),
        (call("Convolution2D", 32, 3, strides=3, reads=()), call("Conv2D", 32, 3, 3, reads=())),
        (call("Convolution2D", 32, (3, 3), 2, reads=()), call("Conv2D", 32, 3, 2, reads=())),
        (call("Convolution2D", 32, 3, (2, 2), reads=()), call("Conv2D", 32, 3, 2, reads=())),
        (call("Convolution3D", 32, 3, 3, reads=()), call("Conv3D", 32, 3, 3, reads=())),
    ],
    ids=lambda made: made.text,
)
def test_old_names_in_calls_of_today(made: Call, today: Call) -> None:
    """``Convolution2D`` is a name of Keras 3 too, where the call is not Keras 1's."""
    assert kind_of(made) == kind_of(today)


@pytest.mark.parametrize(
    "made",
    [
        call("Convolution2D", 32, 3, 3, nb_row=3, reads=()),
        call("Conv2D", 32, (3, 3), padding="same", border_mode="same", reads=()),
        call("Convolution1D", 32, 3, nb_filter=32, reads=()),
    ],
    ids=lambda made: made.text,
)
def test_a_setting_given_twice(made: Call) -> None:
    """Old and new words for one setting do not go together."""
    with pytest.raises(Impossible, match="twice"):
        kind_of(made)
