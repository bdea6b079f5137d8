"""Normalisation by groups of channels, against real Keras."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.drawn import mostly
from tests.witness import agree, call, kind_of
from weighbridge.errors import Impossible
from weighbridge.formula import equation, total
from weighbridge.layers.group_norm import GroupNorm, InstanceNorm

shapes = st.lists(st.sampled_from((1, 2, 4, 6)), min_size=1, max_size=3).map(tuple)


@settings(max_examples=60)
@given(
    shapes,
    mostly((1, 2, 3, -1), (0, -2, 32)),
    st.integers(-4, 4),
    st.booleans(),
    st.booleans(),
)
def test_keras_agrees(
    shape: tuple[int, ...], groups: int, axis: int, center: bool, scale: bool
) -> None:
    agree(call("GroupNormalization", groups, axis, center=center, scale=scale, reads=shape))


def test_the_number_of_groups_changes_no_count() -> None:
    """Wu and He 2018, section 3.1: a scale and a shift per channel, 32 groups or 1."""
    for groups in (1, 32, -1):
        kind = GroupNorm(groups=groups)
        assert equation(total(t.dims for t in kind.tensors((56, 56, 64)))) == "2·64 = 128"


def test_groups_must_divide_the_channels() -> None:
    with pytest.raises(Impossible, match="48 channels cannot be split into 32 groups"):
        kind_of(call("GroupNormalization", reads=())).output((8, 8, 48))


def test_unknown_channels_stay_unknown() -> None:
    assert equation(total(t.dims for t in GroupNorm(groups=4).tensors())) == "2·C = ?"
    assert InstanceNorm(channels=3, rank=2).tensors() == ()


def test_one_channel_a_group() -> None:
    """``InstanceNormalization`` of TensorFlow Addons 0.23 is a group norm of as many groups."""
    kind = kind_of(call("InstanceNormalization", center=False, reads=()))

    assert kind == GroupNorm(groups=-1, shift=False)
    assert kind_of(call("InstanceNormalization", 1, reads=())) == GroupNorm(groups=-1, axis=0)
