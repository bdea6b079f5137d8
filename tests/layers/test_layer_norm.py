"""Layer normalisation, and by root mean square, against real Keras."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.witness import agree, call, kind_of
from weighbridge.errors import Impossible
from weighbridge.formula import equation, total
from weighbridge.layers.layer_norm import LayerNorm
from weighbridge.layers.rms_norm import RMSNorm

shapes = st.lists(st.integers(1, 6), min_size=1, max_size=3).map(tuple)
numbers = st.integers(-4, 4)
axes = st.one_of(numbers, st.lists(numbers, max_size=3), st.just("last"))


@settings(max_examples=60)
@given(shapes, axes, st.booleans(), st.booleans())
def test_keras_agrees(shape: tuple[int, ...], axis: object, center: bool, scale: bool) -> None:
    agree(call("LayerNormalization", axis, center=center, scale=scale, reads=shape))


@settings(max_examples=40)
@given(shapes, axes)
def test_keras_agrees_on_root_mean_squares(shape: tuple[int, ...], axis: object) -> None:
    agree(call("RMSNormalization", axis, reads=shape))


@pytest.mark.filterwarnings("ignore:You passed .rms_scaling=True")
@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("scale", [True, False])
def test_an_old_switch_leaves_the_shift_out(center: bool, scale: bool) -> None:
    agree(call("LayerNormalization", center=center, scale=scale, rms_scaling=True, reads=(4, 6)))


def test_two_values_for_each_of_the_last_axis() -> None:
    """BERT-base normalises 768 values after each of its layers (Devlin et al. 2019)."""
    kind = kind_of(call("LayerNormalization", reads=()))
    expected = kind.tensors((128, 768)) or ()

    assert equation(total(tensor.dims for tensor in expected)) == "2·768 = 1,536"
    assert [tensor.role for tensor in expected] == ["scale", "shift"]
    (part,) = kind.parts((128, 768))
    assert (part.noun, equation(part.each)) == ("channel", "2")


def test_the_scale_alone() -> None:
    """Llama 2 7B has 4,096 values per position (Touvron et al. 2023)."""
    kind = RMSNorm()

    assert equation(total(t.dims for t in kind.tensors((16, 4096)))) == "4,096"


def test_several_axes_together() -> None:
    kind = LayerNorm(axes=(0, 2))

    assert equation(total(t.dims for t in kind.tensors((4, 5, 6)))) == "2·4·6 = 48"
    assert equation(total(t.dims for t in kind.tensors())) == "2·n_1·n_2 = ?"


def test_the_batch_is_left_alone() -> None:
    with pytest.raises(Impossible, match="axis"):
        kind_of(call("LayerNormalization", 0, reads=())).tensors((4, 5))
