"""PyTorch's pools against real ones."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.layers.drawn import Options, mostly
from tests.layers.drawn_torch import BORDERS, STEPS, WINDOWS, modules, per_axis, samples
from tests.witness import Call
from tests.witness_torch import agree, open_sizes_agree
from weighbridge.layers import Untold, make
from weighbridge.model import Shape, sizes


@st.composite
def images(draw: st.DrawFn, rank: int) -> Shape:
    """A sample, now and then without an axis of channels."""
    shape = draw(samples(rank))
    return shape[1:] if draw(mostly((False,), (True,))) else shape


@st.composite
def pools(draw: st.DrawFn) -> Call:
    """A call of a pool whose window slides."""
    rank = draw(st.integers(1, 3))
    size: Options = {"kernel_size": per_axis(rank, WINDOWS)}
    stride: Options = {"stride": st.one_of(st.none(), per_axis(rank, STEPS))}
    padding: Options = {"padding": per_axis(rank, BORDERS)}
    ceil: Options = {"ceil_mode": st.booleans()}
    match draw(st.sampled_from(("MaxPool", "AvgPool", "LPPool"))):
        case "MaxPool":
            more = {"dilation": per_axis(rank, STEPS), "return_indices": st.booleans()}
            native, optional = "MaxPool", {**stride, **padding, **more, **ceil}
        case "AvgPool":
            native, optional = "AvgPool", {**stride, **padding, **ceil}
            optional["count_include_pad"] = st.booleans()
            if rank > 1:
                optional["divisor_override"] = mostly((None, 3), (0,))
        case _:
            native, optional = "LPPool", {**stride, **ceil}
            size = {"norm_type": mostly((1, 2, 1.5), (0,)), **size}
    return draw(modules(f"{native}{rank}d", images(rank), size, optional))


@st.composite
def adaptive_pools(draw: st.DrawFn) -> Call:
    """A call of a pool that is told the size of its output, or to keep that of its input."""
    rank = draw(st.integers(1, 3))
    length = mostly((1, 2, 5, None), (0, -1))
    sized: Options = {"output_size": per_axis(rank, length)}
    if draw(st.booleans()):
        return draw(modules(f"AdaptiveAvgPool{rank}d", images(rank), sized))
    indices: Options = {"return_indices": st.booleans()}
    return draw(modules(f"AdaptiveMaxPool{rank}d", images(rank), sized, indices))


@given(st.one_of(pools(), adaptive_pools()))
def test_torch_agrees(made: Call) -> None:
    """No tensors, output shapes, and what cannot be."""
    agree(made)


@given(st.one_of(pools(), adaptive_pools()))
def test_open_sizes_contradict_nothing(made: Call) -> None:
    open_sizes_agree(made)


def test_sizes_that_are_not_told_stay_open() -> None:
    """An adaptive pool keeps an axis told to be ``None``; one nobody told of is another matter."""
    unknown = Untold("read in")
    pool = make("torch", "AdaptiveAvgPool2d", ((None, unknown),), {})

    assert sizes(pool.output((3, 8, 8))) == (3, 8, None)
    assert sizes(make("torch", "MaxPool2d", (unknown,), {}).output((3, 8, 8))) == (3, None, None)
