from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.layers.drawn import Options, mostly
from tests.layers.drawn_torch import fitting, modules, samples
from tests.witness import Call, call
from tests.witness_torch import agree, kind_of, open_sizes_agree
from weighbridge.formula import equation
from weighbridge.layers import Untold, make
from weighbridge.model import sizes

MODES = {1: ("linear",), 2: ("bilinear", "bicubic"), 3: ("trilinear",)}


@st.composite
def upsamplings(draw: st.DrawFn) -> Call:
    """A call of ``Upsample`` or one of its two short forms, seldom told too much or too little."""
    rank = draw(st.integers(1, 3))
    size: Options = {"size": fitting(rank, mostly((1, 2, 5), (0, 2.5)))}
    factors = mostly((1, 2, 3, 2.0, 0.5, 1.5, 0.7), (-1, 0, 0.01))
    tuples = st.tuples(*(factors,) * rank)
    factor: Options = {"scale_factor": st.one_of(factors, factors, tuples)}
    told = draw(mostly((size, factor), ({**size, **factor}, {})))
    shape = samples(rank, longest=6)
    if rank == 2 and draw(st.booleans()):
        return draw(modules(draw(st.sampled_from(SHORT)), shape, {}, told))
    fitting_modes = ("nearest", "nearest-exact", "area", *MODES[rank])
    more: Options = {
        "mode": mostly(fitting_modes, ("cubic", "linear", "bilinear", "Nearest")),
        "align_corners": st.sampled_from((None, None, True, False)),
        "recompute_scale_factor": st.sampled_from((None, True, False)),
    }
    return draw(modules("Upsample", shape, {}, {**told, **more}))


SHORT = ("UpsamplingNearest2d", "UpsamplingBilinear2d")


@given(upsamplings())
def test_torch_agrees(made: Call) -> None:
    """No tensors, output shape, and what cannot be."""
    agree(made)


@given(upsamplings())
def test_open_sizes_contradict_nothing(made: Call) -> None:
    open_sizes_agree(made)


def test_whole_factors_are_written_out() -> None:
    lengths = kind_of(call("Upsample", scale_factor=2, reads=())).output((3, 8, 5)) or ()

    assert [equation(length) for length in lengths] == ["3", "8·2 = 16", "5·2 = 10"]


def test_what_is_not_told_stays_open() -> None:
    unknown = Untold("read in")

    by_size = make("torch", "Upsample", ((7, unknown),), {})
    by_factor = make("torch", "Upsample", (), {"scale_factor": unknown})
    assert sizes(by_size.output((3, 8, 8))) == (3, 7, None)
    assert sizes(by_factor.output((3, 8, 8))) == (3, None, None)
