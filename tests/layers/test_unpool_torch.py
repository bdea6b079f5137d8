from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.drawn import Options, mostly
from tests.layers.drawn_torch import fitting, modules, samples
from tests.witness import Call
from tests.witness_torch import Reading, agree, open_sizes_agree

PLACES = Reading(dtypes=(torch.float32, torch.int64))


@st.composite
def unpools(draw: st.DrawFn) -> Call:
    """A call of ``MaxUnpool1d`` to ``MaxUnpool3d`` with values and their places.

    PyTorch checks nothing here: a window of 0 values or less than no padding are left out.
    """
    rank = draw(st.integers(1, 3))
    size: Options = {"kernel_size": fitting(rank, st.integers(1, 4))}
    optional: Options = {
        "stride": st.one_of(st.none(), fitting(rank, st.integers(1, 3))),
        "padding": fitting(rank, st.sampled_from((0, 0, 1, 2))),
    }
    made = draw(modules(f"MaxUnpool{rank}d", samples(rank), size, optional))
    (shape,) = made.incoming
    return made._replace(incoming=(shape, draw(mostly((shape,), (shape[1:],)))))


@given(unpools())
def test_torch_agrees(made: Call) -> None:
    agree(made, PLACES)


@given(unpools(), st.lists(st.integers(0, 9), min_size=3, max_size=3), st.booleans())
def test_a_call_may_ask_for_a_size(made: Call, lengths: list[int], whole: bool) -> None:
    """Which is then what comes out, where it is less than a stride from the usual one."""
    rank = int(made.native[-2])
    asked = [2, made.incoming[0][0], *lengths[:rank]] if whole else lengths[:rank]
    agree(made, PLACES._replace(more={"output_size": asked}))


@given(unpools())
def test_open_sizes_contradict_nothing(made: Call) -> None:
    open_sizes_agree(made)
