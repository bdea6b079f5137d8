"""Attention whose heads split one width, against real PyTorch."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

from tests.layers.drawn import mostly
from tests.witness import Call, call
from tests.witness_torch import Reading, agree, build, kind_of, open_sizes_agree
from weighbridge.errors import Impossible
from weighbridge.formula import equation, symbolic, tally, value
from weighbridge.model import Shape, sizes

ORDER = ("embed_dim", "num_heads", "dropout", "bias", "add_bias_kv", "add_zero_attn")


@st.composite
def calls(draw: st.DrawFn) -> Call:
    width = draw(mostly((4, 6, 8), (0, 6.0)))
    named = draw(
        st.fixed_dictionaries(
            {"embed_dim": st.just(width), "num_heads": mostly((1, 2), (0, 5, -1, 2.0))},
            optional={
                "dropout": mostly((0, 0.5), (2, -1)),
                "bias": st.booleans(),
                "add_bias_kv": st.booleans(),
                "add_zero_attn": st.booleans(),
                "kdim": st.sampled_from((None, width, 3)),
                "vdim": st.sampled_from((None, width, 5)),
                "batch_first": st.booleans(),
            },
        )
    )
    lengths = st.integers(1, 5)
    queries, keys = draw(lengths), draw(lengths)
    inputs: list[Shape] = [
        (queries, int(width)),
        (keys, int(named.get("kdim") or width)),
        (draw(mostly((keys,), (9,))), int(named.get("vdim") or width)),
    ]
    off = draw(mostly((None,), (0, 1, 2)))
    if off is not None:
        inputs[off] = draw(st.sampled_from(((3, 7), (2, 2, 7), (2, *inputs[off]))))
    most = next((i for i, name in enumerate(ORDER) if name not in named), len(ORDER))
    places = ORDER[: draw(st.integers(0, most))]
    rest = {name: setting for name, setting in named.items() if name not in places}
    positional = tuple(named[name] for name in places)
    return call("MultiheadAttention", *positional, reads=inputs, **rest)


def layout(made: Call) -> Reading:
    """How PyTorch lays samples out for this layer: along axis 1 unless told otherwise."""
    return Reading(batch_axis=0 if made.named.get("batch_first") else 1)


@settings(max_examples=80)
@given(calls())
def test_torch_agrees(made: Call) -> None:
    agree(made, layout(made))


@settings(max_examples=30)
@given(calls())
def test_open_sizes_contradict_nothing(made: Call) -> None:
    open_sizes_agree(made)


@pytest.mark.parametrize(
    "made",
    [
        call("MultiheadAttention", 8, 2, reads=[(5, 8), (5, 8), (5, 8)]),
        call("MultiheadAttention", 8, 4, reads=[(5, 8), (6, 8), (6, 8)]),
        call("MultiheadAttention", 8, 2, kdim=3, vdim=4, reads=[(5, 8), (6, 3), (6, 4)]),
        call(
            "MultiheadAttention", 8, 2, add_bias_kv=True, add_zero_attn=True, bias=False,
            reads=[(5, 8), (6, 8), (6, 8)],
        ),
    ],
    ids=lambda made: made.text,
)  # fmt: skip
def test_two_flops_for_each_mac(made: Call) -> None:
    """As many as PyTorch counts for its own operators."""
    work = kind_of(made).macs(made.incoming, None)

    assert work is not None
    assert 2 * (value(work) or 0) == flops(made)


def flops(made: Call) -> int:
    """Floating-point operations of the products of matrices in one sample."""
    module = build(made, "cpu")
    with FlopCounterMode(display=False) as counter:
        module(*(torch.zeros(shape[0] or 0, 1, shape[1] or 0) for shape in made.incoming))
    return int(counter.get_total_flops())


@pytest.mark.parametrize("heads", [1, 8, 64, 512])
def test_heads_change_no_count(heads: int) -> None:
    """Vaswani et al. 2017: four projections of 512 to 512, whatever the number of heads."""
    kind = kind_of(call("MultiheadAttention", 512, heads, reads=()))
    expected = [(tensor.part, tensor.dims) for tensor in kind.tensors() or ()]

    assert equation(tally(expected)) == "4·(512 + 1)·512 = 1,050,624"
    assert symbolic(tally(expected)) == "4·(E + 1)·E"
    (part,) = kind.parts()
    assert (part.noun, equation(part.count), equation(part.each)) == (
        "projection",
        "4",
        "(512 + 1)·512 = 262,656",
    )


def test_keys_and_values_of_other_widths_and_an_extra_row() -> None:
    other = kind_of(call("MultiheadAttention", 512, 8, kdim=256, vdim=128, reads=()))
    more = kind_of(call("MultiheadAttention", 512, 8, add_bias_kv=True, reads=()))

    assert equation(tally((t.part, t.dims) for t in other.tensors() or ())) == (
        "(512 + 256 + 128 + 3)·512 + (512 + 1)·512 = 722,944"
    )
    assert equation(tally((t.part, t.dims) for t in more.tensors() or ())) == (
        "4·(512 + 1)·512 + 2·512 = 1,051,648"
    )


def test_scores_are_those_that_the_call_asks_for() -> None:
    kind = kind_of(call("MultiheadAttention", 8, 2, reads=()))
    x, mask = object(), object()
    shapes: tuple[Shape, ...] = ((5, 8), (5, 8), (5, 8), (5,))

    def outputs(*positional: object, **named: object) -> list[Shape | None]:
        return [sizes(dims) for dims in kind.called(positional, named).outputs(*shapes)]

    assert outputs(x, x, x, mask) == [(5, 8), (5, 5)]
    assert outputs(x, x, x, mask, False) == [(5, 8), None]
    assert outputs(x, x, x, key_padding_mask=mask, average_attn_weights=False) == [
        (5, 8),
        (2, 5, 5),
    ]


def test_one_input_attends_to_itself() -> None:
    kind = kind_of(call("MultiheadAttention", 8, 2, reads=()))
    shape = (5, 8)

    assert kind.macs((shape,), None) == kind.macs((shape, shape, shape), None)


def test_heads_must_split_the_width() -> None:
    with pytest.raises(Impossible, match="3 heads cannot split a width of 8 evenly"):
        kind_of(call("MultiheadAttention", 8, 3, reads=()))
