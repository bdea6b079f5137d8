from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.layers.drawn import Options, mostly
from tests.layers.drawn_torch import fitting, modules, samples
from tests.witness import Call
from tests.witness_torch import agree, open_sizes_agree


@st.composite
def pools(draw: st.DrawFn) -> Call:
    """A call of ``FractionalMaxPool2d`` or ``FractionalMaxPool3d``, seldom told too much."""
    rank = draw(st.integers(2, 3))
    size: Options = {"output_size": fitting(rank, mostly((1, 2, 3), (9, 0)))}
    ratio: Options = {"output_ratio": fitting(rank, mostly((0.3, 0.5, 0.75), (0.0, 1.5)))}
    told = draw(mostly((size, ratio), ({**size, **ratio}, {})))
    window: Options = {"kernel_size": fitting(rank, mostly((1, 2, 3), (8,)))}
    indices: Options = {"return_indices": st.booleans()}
    shape = samples(rank).map(lambda shape: shape[: rank + 1])
    return draw(modules(f"FractionalMaxPool{rank}d", shape, window, {**told, **indices}))


@given(pools())
def test_torch_agrees(made: Call) -> None:
    agree(made)


@given(pools())
def test_open_sizes_contradict_nothing(made: Call) -> None:
    open_sizes_agree(made)
