from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.layers.drawn import Options, called, mostly
from tests.layers.drawn_torch import STEPS, WINDOWS, fitting, modules, per_axis, samples
from tests.witness import Call, Refusal
from tests.witness_torch import agree, open_sizes_agree, torch_says

WINDOW: Options = {"kernel_size": per_axis(2, WINDOWS)}
MOVES: Options = {
    "dilation": per_axis(2, STEPS),
    "padding": fitting(2, mostly((0, 1, 2), (-1,))),
    "stride": per_axis(2, STEPS),
}


@st.composite
def unfolds(draw: st.DrawFn) -> Call:
    """A call of ``Unfold`` on an image."""
    shape = samples(2).filter(lambda shape: len(shape) == 3)
    return draw(modules("Unfold", shape, WINDOW, MOVES))


@st.composite
def folds(draw: st.DrawFn) -> Call:
    """A call of ``Fold``, mostly on what an image of its size unfolds to."""
    image = draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    settings = draw(st.fixed_dictionaries(dict(WINDOW), optional=dict(MOVES)))
    unfolded = torch_says(Call("Unfold", (), settings, ((2, *image),)))
    values, places = (1, 1) if isinstance(unfolded, Refusal) else unfolded.outputs[0] or (1, 1)
    spare = mostly((0,), (1,))
    shape = (values or 0) + draw(spare), (places or 0) + draw(spare)
    order = ("output_size", *WINDOW, *MOVES)
    return draw(called("Fold", order, {"output_size": image, **settings}, shape))


@given(st.one_of(unfolds(), folds()))
def test_torch_agrees(made: Call) -> None:
    """No tensors, output shape, and what cannot be."""
    agree(made)


@given(st.one_of(unfolds(), folds()))
def test_open_sizes_contradict_nothing(made: Call) -> None:
    open_sizes_agree(made)
