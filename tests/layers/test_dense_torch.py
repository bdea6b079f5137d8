"""PyTorch's fully connected layers against real ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.drawn import Options, mostly
from tests.layers.drawn_torch import modules
from tests.witness import Call, call
from tests.witness_torch import agree, flops, kind_of, open_sizes_agree
from weighbridge.formula import equation, total, value
from weighbridge.model import Shape, sizes

FEATURES = mostly((1, 2, 3, 7), (0, -1, 2.0, 2.5))


@st.composite
def shapes(draw: st.DrawFn, last: int) -> Shape:
    """Up to two axes of positions, then ``last`` values; seldom nothing at all."""
    positions = draw(st.lists(st.integers(1, 4), max_size=2))
    return (*positions, last) if draw(mostly((True,), (False,))) else ()


@st.composite
def linears(draw: st.DrawFn) -> Call:
    """A call of ``Linear`` or ``LazyLinear``, mostly with inputs that fit."""
    units: Options = {"out_features": FEATURES}
    bias: Options = {"bias": st.booleans()}
    n_in = draw(st.integers(1, 5))
    if draw(st.booleans()):
        return draw(modules("LazyLinear", shapes(n_in), units, bias))
    declared: Options = {"in_features": mostly((n_in,), (n_in + 1, 0, -1, float(n_in)))}
    return draw(modules("Linear", shapes(n_in), {**declared, **units}, bias))


@st.composite
def bilinears(draw: st.DrawFn) -> Call:
    """A call of ``Bilinear``, mostly with two inputs that fit it and each other."""
    left, right = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    demanded: Options = {
        "in1_features": mostly((left,), (left + 1, 0)),
        "in2_features": mostly((right,), (right + 1, -1)),
        "out_features": FEATURES,
    }
    made = draw(modules("Bilinear", st.just(()), demanded, {"bias": st.booleans()}))
    positions = tuple(draw(st.lists(st.integers(1, 3), max_size=2)))
    others = draw(mostly((positions,), ((5,), (2, 3))))
    return made._replace(incoming=((*positions, left), (*others, right)))


@given(st.one_of(linears(), bilinears()))
def test_torch_agrees(made: Call) -> None:
    """Tensors before and after the first call, output shape, and what cannot be."""
    agree(made)


@given(st.one_of(linears(), bilinears()))
def test_open_sizes_contradict_nothing(made: Call) -> None:
    open_sizes_agree(made)


def test_two_flops_for_each_mac() -> None:
    """As many as PyTorch counts for its own program: 7·3 for each of 4·5 positions."""
    made = call("Linear", 7, 3, reads=(4, 5, 7))
    macs = kind_of(made).macs(made.incoming, (4, 5, 3))

    assert macs is not None
    assert equation(macs) == "7·3·4·5 = 420"
    assert 2 * (value(macs) or 0) == flops(made)


def test_bilinear_says_what_it_multiplies() -> None:
    """torch.nn.Bilinear(20, 30, 40): A is (40, 20, 30), b is (40,), as its documentation has it."""
    kind = kind_of(call("Bilinear", 20, 30, 40, reads=()))
    macs = kind.macs(((5, 20), (5, 30)), sizes(kind.output((5, 20), (5, 30))))

    assert equation(total(t.dims for t in kind.tensors() or ())) == "(20·30 + 1)·40 = 24,040"
    assert macs is not None
    assert equation(macs) == "20·30·40·5 = 120,000"


@pytest.mark.parametrize("named", [{"in_feature": 3}, {"units": 3}, {"activation": "relu"}])
def test_settings_that_torch_does_not_have(named: dict[str, int]) -> None:
    assert agree(call("Linear", 3, 4, reads=(3,), **named)) is None
