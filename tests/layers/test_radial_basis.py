from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.witness import call, kind_of
from weighbridge.formula import equation, total, value
from weighbridge.layers.radial_basis import RadialBasis
from weighbridge.model import sizes


def test_output_layer_of_lenet() -> None:
    """LeCun et al. 1998, section II.B: 10 units, each with 84 inputs, centres fixed by hand."""
    kind = kind_of(call("RadialBasis", 10, reads=(84,)), dialect="weighbridge")
    (centres,) = kind.tensors((84,)) or ()
    work = kind.macs(((84,),), (10,))

    assert equation(total([centres.dims])) == "84·10 = 840"
    assert (centres.trainable, centres.buffer) == (False, False)
    assert work is not None
    assert equation(work) == "84·10 = 840"
    assert kind.connections(((84,),), (10,)) == work
    assert [part.noun for part in kind.parts((84,))] == ["unit"]


@given(st.integers(1, 5), st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple))
def test_shapes_are_those_of_the_arithmetic(units: int, shape: tuple[int, ...]) -> None:
    """y_i is the sum over j of (x_j − w_ij)²."""
    kind = RadialBasis(units=units)
    (centres,) = kind.tensors(shape)
    x, w = np.ones((*shape, 1)), np.ones([value(dim) or 0 for dim in centres.dims])
    squares = (x - w) ** 2

    assert squares.sum(axis=-2).shape == sizes(kind.output(shape))
    work = kind.macs((shape,), sizes(kind.output(shape)))
    assert work is not None
    assert value(work) == squares.size


def test_nothing_known_of_the_input() -> None:
    kind = RadialBasis(units=10)

    assert kind.output() is None
    assert kind.macs((), None) is None
    assert equation(total(t.dims for t in kind.tensors())) == "n_in·10 = ?"
