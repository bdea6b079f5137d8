from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.layers.drawn import Options, mostly
from tests.layers.drawn_torch import modules
from tests.witness import Call, call
from tests.witness_torch import agree, kind_of

NATIVES = ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout")


@st.composite
def dropouts(draw: st.DrawFn) -> Call:
    """A call of any dropout layer on samples of any number of axes."""
    optional: Options = {"p": mostly((0, 0.3, 0.5, 1), (-0.1, 1.5)), "inplace": st.booleans()}
    shape = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple)
    return draw(modules(draw(st.sampled_from(NATIVES)), shape, {}, optional))


@given(dropouts())
def test_torch_agrees(made: Call) -> None:
    """No state, as the generator of random numbers is everybody's."""
    agree(made)


def test_the_rate_is_kept() -> None:
    assert repr(kind_of(call("Dropout", 0.25, reads=()))).startswith("Dropout(rate=0.25")
