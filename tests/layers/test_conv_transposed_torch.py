"""PyTorch's transposed convolutions against real ones."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.layers.drawn import Options, mostly
from tests.layers.drawn_torch import (
    BORDERS,
    COUNTS,
    STEPS,
    WINDOWS,
    modules,
    per_axis,
    samples,
)
from tests.witness import Call, call
from tests.witness_torch import (
    PLAIN,
    Account,
    Reading,
    agree,
    flops,
    kind_of,
    open_sizes_agree,
    torch_says,
)
from weighbridge.formula import equation, value
from weighbridge.layers import Samples, Untold
from weighbridge.model import sizes


@st.composite
def convolutions(draw: st.DrawFn) -> Call:
    """A call of ``ConvTranspose1d`` to ``ConvTranspose3d`` or their lazy forms."""
    rank = draw(st.integers(1, 3))
    reads = draw(samples(rank, longest=6))
    demanded: Options = {"out_channels": COUNTS, "kernel_size": per_axis(rank, WINDOWS)}
    optional: Options = {
        "stride": per_axis(rank, STEPS),
        "padding": per_axis(rank, BORDERS),
        "output_padding": per_axis(rank, mostly((0, 0, 1), (2, -1))),
        "groups": mostly((1, 1, 2), (0, 3)),
        "bias": st.booleans(),
        # With 0, whether PyTorch takes it hangs on who does its work.
        "dilation": per_axis(rank, st.sampled_from((1, 1, 2, 3))),
        "padding_mode": mostly(("zeros",), ("reflect",)),
    }
    if draw(st.booleans()):
        return draw(modules(f"LazyConvTranspose{rank}d", st.just(reads), demanded, optional))
    demanded = {"in_channels": mostly((reads[0],), (3, 0, -1)), **demanded}
    return draw(modules(f"ConvTranspose{rank}d", st.just(reads), demanded, optional))


@given(convolutions())
def test_torch_agrees(made: Call) -> None:
    """Tensors before and after the first call, output shape, and what cannot be."""
    assume(not _is_empty(made))
    agree(made)


@given(convolutions(), st.lists(st.integers(0, 6), min_size=3, max_size=3), st.booleans())
def test_a_call_may_ask_for_a_size(made: Call, beyond: list[int], whole: bool) -> None:
    """Which is then what comes out, where the stride leaves it open."""
    said = torch_says(made)
    assume(isinstance(said, Account) and said.outputs[0] is not None)
    channels, *lengths = said.outputs[0] or ()  # type: ignore[union-attr]  # an account
    wanted = [n + more - 2 for n, more in zip(lengths, beyond, strict=False)]
    reading = PLAIN._replace(more={"output_size": [2, channels, *wanted] if whole else wanted})
    assume(not _is_empty(made, reading))
    agree(made, reading)


def _is_empty(made: Call, reading: Reading = PLAIN) -> bool:
    """Whether 0 values come out, which PyTorch takes only where oneDNN does its work."""
    said = torch_says(made, reading)
    return isinstance(said, Account) and 0 in (said.outputs[0] or ())


@given(convolutions())
def test_open_sizes_contradict_nothing(made: Call) -> None:
    open_sizes_agree(made)


@pytest.mark.parametrize(
    ("made", "work"),
    [
        (call("ConvTranspose2d", 6, 4, 3, 2, reads=(6, 5, 7)), "3·3·4·6·5·7 = 7,560"),
        (call("ConvTranspose1d", 6, 4, 3, groups=2, reads=(6, 5)), "3·(4/2)·6·5 = 180"),
    ],
    ids=["stride", "groups"],
)
def test_two_flops_for_each_mac(made: Call, work: str) -> None:
    """As many as PyTorch counts for its own program: the kernel for every place that comes in."""
    kind = kind_of(made)
    macs = kind.macs(made.incoming, sizes(kind.output(*made.incoming)))

    assert macs is not None
    assert equation(macs) == work
    assert 2 * (value(macs) or 0) == flops(made)


def test_a_size_that_is_not_told_is_open() -> None:
    """``up(x, output_size=skip.size())`` where the size of ``skip`` is not known."""
    kind = kind_of(call("ConvTranspose2d", 6, 4, 3, 2, reads=()))

    told = kind.called((object(), (Samples("n"), 4, Untold("read in"), 12)), {})
    assert sizes(told.output((6, 5, 5))) == (4, None, 12)
    assert sizes(kind.called((), {"output_size": Untold("read in")}).output((6, 5, 5))) == (
        4, None, None,
    )  # fmt: skip
