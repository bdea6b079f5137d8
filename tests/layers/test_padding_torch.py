from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.layers.drawn import Options, mostly
from tests.layers.drawn_torch import modules
from tests.witness import Call, call
from tests.witness_torch import agree, kind_of, open_sizes_agree
from weighbridge.formula import plain


@st.composite
def paddings(draw: st.DrawFn) -> Call:
    """A call of a padding layer: one number or two for each axis, on samples of any rank."""
    rank = draw(st.integers(1, 3))
    mode = draw(st.sampled_from(("Zero", "Constant", "Reflection", "Replication", "Circular")))
    # PyTorch does not look closely at what it cuts off a border that it then fills.
    end = mostly((0, 1, 2, 3), (-1, -2) if mode in ("Zero", "Constant") else (4,))
    axes = draw(mostly((rank,), tuple(range(1, rank + 1))))
    spread = st.lists(end, min_size=2 * axes, max_size=2 * axes)
    odd = mostly((spread, spread.map(tuple)), (st.just((1,)), st.just(1.5)))
    padding: Options = {"padding": st.one_of(st.integers(0, 2), odd.flatmap(lambda form: form))}
    if mode == "Constant":
        padding = {**padding, "value": st.just(0.5)}
    more = draw(mostly((1,), (0, 2)))
    sizes = st.lists(st.integers(1, 6), min_size=rank + more, max_size=rank + more)
    return draw(modules(f"{mode}Pad{rank}d", sizes.map(tuple), padding))


@given(paddings())
def test_torch_agrees(made: Call) -> None:
    """No tensors, output shape, and what cannot be."""
    agree(made)


@given(paddings())
def test_open_sizes_contradict_nothing(made: Call) -> None:
    open_sizes_agree(made)


def test_the_last_axis_comes_first() -> None:
    """left, right, top, bottom: the width of 8 becomes 1 + 8 + 2, the height 4 + 8 − 3."""
    kind = kind_of(call("ZeroPad2d", (1, 2, 4, -3), reads=()))

    assert [plain(dim) for dim in kind.output((3, 8, 8)) or ()] == ["3", "8 + 4 − 3", "8 + 1 + 2"]
