from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.layers.drawn import Options, mostly
from tests.layers.drawn_torch import modules
from tests.witness import Call
from tests.witness_torch import agree, open_sizes_agree


@st.composite
def distances(draw: st.DrawFn) -> Call:
    """A call on two inputs that mostly fit, at times by stretching."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=1, max_size=3))
    if draw(st.booleans()):
        dim: Options = {"dim": mostly((1, -1), (0, 4, -5))}
        made = draw(modules("CosineSimilarity", st.just(tuple(sizes)), {}, dim))
    else:
        optional: Options = {
            "p": st.sampled_from((2.0, 1)),
            "eps": st.just(1e-6),
            "keepdim": st.booleans(),
        }
        made = draw(modules("PairwiseDistance", st.just(tuple(sizes)), {}, optional))
    other = [draw(mostly((size, 1), (size + 1,))) for size in sizes]
    return made._replace(incoming=(*made.incoming, tuple(other)))


@given(distances())
def test_torch_agrees(made: Call) -> None:
    agree(made)


@given(distances())
def test_open_sizes_contradict_nothing(made: Call) -> None:
    open_sizes_agree(made)
