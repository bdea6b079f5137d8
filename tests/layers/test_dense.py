"""Keras' fully connected layer against the real one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.drawn import Options, called, mostly
from tests.layers.written import counted, derived, shares, worked
from tests.witness import Call, agree, call, flops, kind_of, open_sizes_agree
from weighbridge.formula import equation, total, value
from weighbridge.layers import Untold, make
from weighbridge.model import sizes

UNITS = mostly((1, 2, 3, 7), (0, -1, 2.0))
ORDER = ("units", "activation", "use_bias", "kernel_initializer")


@st.composite
def layers(draw: st.DrawFn) -> Call:
    """A call of ``Dense`` on samples of any number of axes, seldom of none."""
    optional: Options = {
        "activation": st.sampled_from((None, "relu")),
        "use_bias": st.booleans(),
        "kernel_initializer": st.just("zeros"),
        "lora_rank": mostly((None, 1, 2), (0, -1)),
    }
    named: dict[str, object] = draw(
        st.fixed_dictionaries({"units": UNITS}, optional=dict(optional))
    )
    shape = tuple(draw(st.lists(st.integers(1, 5), min_size=1, max_size=3)))
    return draw(called("Dense", ORDER, named, draw(mostly((shape,), ((),)))))


@settings(max_examples=60)
@given(layers())
def test_keras_agrees(made: Call) -> None:
    """Tensors, which of them train, output shape, and what cannot be."""
    agree(made)


@given(layers())
def test_open_sizes_contradict_nothing(made: Call) -> None:
    open_sizes_agree(made)


def test_two_flops_for_each_mac() -> None:
    """As many as the compiler counts for real Keras' own program."""
    made = call("Dense", 5, use_bias=False, reads=(4, 6))
    macs = kind_of(made).macs(made.incoming, (4, 5))

    assert macs is not None
    assert equation(macs) == "6·5·4 = 120"
    assert 2 * (value(macs) or 0) == flops(made)


def test_sixth_layer_of_lenet() -> None:
    """LeCun et al. 1998, section II.B: F6 has 84 units, 10,164 parameters and as many links."""
    kind = kind_of(call("Dense", 84, reads=()))

    assert counted(kind, (120,)) == "(120 + 1)·84 = 10,164"
    assert worked(kind, (120,)) == ("120·84 = 10,080", "(120 + 1)·84 = 10,164")
    assert shares(kind, (120,)) == [("unit", "84", "120 + 1 = 121")]


def test_an_adapter_is_trained_in_place_of_the_kernel() -> None:
    """Hu et al. 2021, section 4.1: two factors of rank 4."""
    kind = kind_of(call("Dense", 64, lora_rank=4, use_bias=False, reads=()))
    trained = [tensor for tensor in kind.tensors((1000,)) or () if tensor.trainable]

    assert equation(total(tensor.dims for tensor in trained)) == "(1000 + 64)·4 = 4,256"
    assert value(derived(kind, (1000,))) == 1000 * 64 + (1000 + 64) * 4


@pytest.mark.parametrize("units", [Untold("read in"), None])
def test_what_the_source_does_not_tell_stays_open(units: object) -> None:
    kind = make("keras", "Dense", (units,), {})

    assert counted(kind, (120,)) == "(120 + 1)·units = ?"
    assert sizes(kind.output((7, 120))) == (7, None)
    assert counted(kind) == "(n_in + 1)·units = ?"
