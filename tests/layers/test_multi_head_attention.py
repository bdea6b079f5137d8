"""Attention in heads with widths of their own, against real Keras."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras  # type: ignore[import-untyped]  # Keras ships no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.drawn import mostly
from tests.witness import Call, agree, call, kind_of, open_sizes_agree
from weighbridge import layers
from weighbridge.errors import Impossible
from weighbridge.formula import equation, symbolic, tally, value
from weighbridge.layers import Untold
from weighbridge.layers.multi_head_attention import MultiHeadAttention
from weighbridge.model import Expected, Kind, Shape, sizes
from weighbridge.readers import Source
from weighbridge.readers.python_source import read_text
from weighbridge.weighing import Row, weigh

MULTI_HEAD = ("num_heads", "key_dim", "value_dim", "dropout", "use_bias", "output_shape")
GROUPED = ("head_dim", "num_query_heads", "num_key_value_heads", "dropout", "use_bias")

counts = mostly((1, 2, 3, 4), (0, -2))
widths = st.sampled_from((1, 5, 7))
lengths = st.none() | st.integers(1, 6)
shared: dict[str, st.SearchStrategy[Any]] = {
    "dropout": mostly((0, 0.0, 0.3, True), (1.5, -1)),
    "use_bias": st.booleans(),
    "use_gate": st.booleans(),
    "sliding_window": mostly((None, 2), (0,)),
    "flash_attention": st.sampled_from((None, False, True)),
    "name": st.just("attention"),
    "kernel_initializer": st.just("zeros"),
}


@st.composite
def read(draw: st.DrawFn, rank: int) -> list[Shape]:
    """Query, value and perhaps keys; seldom keys that have no values."""
    query = draw(st.tuples(*(lengths,) * rank))
    places = draw(st.tuples(*(lengths,) * draw(mostly((rank,), (rank + 1,)))))
    inputs = [(*query, draw(widths)), (*places, draw(widths))]
    if draw(st.booleans()):
        key = draw(mostly((places,), ((*places[:-1], 9),)))
        inputs.append((*key, draw(widths)))
    return inputs


@st.composite
def multi_head(draw: st.DrawFn) -> Call:
    named = draw(
        st.fixed_dictionaries(
            {"num_heads": counts, "key_dim": counts},
            optional={
                **shared,
                "value_dim": counts | st.none(),
                "output_shape": st.sampled_from((None, 3, (3,), [2, 4])),
                "attention_axes": st.sampled_from((None, 1, 2, -1, (1, 2), [-2], 5, -7, "all")),
            },
        )
    )
    rank = draw(mostly((1, 2), (0, 3)))
    return _placed(draw, "MultiHeadAttention", MULTI_HEAD, named, draw(read(rank)))


@st.composite
def grouped(draw: st.DrawFn) -> Call:
    heads = st.sampled_from(((4, 2), (4, 1), (6, 3), (2, 2), (3, 2), (2, -1)))
    queries, groups = draw(heads)
    named: dict[str, object] = {"head_dim": draw(counts)}
    named |= {"num_query_heads": queries, "num_key_value_heads": groups}
    named |= draw(st.fixed_dictionaries({}, optional=dict(shared)))
    inputs = draw(read(1))
    if draw(mostly((True,), (False,))):
        inputs[1] = (*inputs[1][:-1], inputs[0][-1])
    return _placed(draw, "GroupQueryAttention", GROUPED, named, inputs)


def _placed(
    draw: st.DrawFn,
    native: str,
    order: Sequence[str],
    named: Mapping[str, object],
    reads: list[Shape],
) -> Call:
    """Some of the first settings by their places."""
    most = next((i for i, name in enumerate(order) if name not in named), len(order))
    places = order[: draw(st.integers(0, most))]
    rest = {name: setting for name, setting in named.items() if name not in places}
    return call(native, *(named[name] for name in places), reads=reads, **rest)


def _opened(shapes: Sequence[Shape]) -> bool:
    """Keras takes an open length for another than a known one; we wait what it will be."""
    return len({None in shape for shape in shapes[1:]}) > 1 or any(
        a != b and None in (a, b) for a, b in zip(shapes[1], shapes[-1], strict=False)
    )


@settings(max_examples=80)
@given((multi_head() | grouped()).filter(lambda made: not _opened(made.incoming)))
def test_keras_agrees(made: Call) -> None:
    agree(made)


@settings(max_examples=40)
@given(multi_head() | grouped())
def test_open_sizes_contradict_nothing(made: Call) -> None:
    open_sizes_agree(made)


@pytest.mark.parametrize("rate", [0, 0.1])
def test_dropout_keeps_the_state_of_its_random_numbers(rate: float) -> None:
    with keras.StatelessScope(initialize_variables=False):
        layer = keras.layers.MultiHeadAttention(2, 3, dropout=rate)
        layer.build((None, 5, 4), (None, 5, 4))
    theirs = len(layer.variables) - len(layer.weights)
    kind = kind_of(call("MultiHeadAttention", 2, 3, dropout=rate, reads=()))

    assert [tensor.role for tensor in kind.tensors() or ()].count("seed") == theirs


def derived(kind: Kind, *incoming: Shape | None) -> str:
    return equation(tally((t.part, t.dims) for t in kind.tensors(*incoming) or ()))


def test_heads_that_fit_the_width_cost_no_more_than_none() -> None:
    """Vaswani et al. 2017, section 3.2.2: 8 heads of 64 on a width of 512, as one of 512."""
    kind = kind_of(call("MultiHeadAttention", 8, 64, reads=()))
    one = kind_of(call("MultiHeadAttention", 1, 512, reads=()))
    shape = (10, 512)

    assert derived(kind, shape, shape) == "3·(512 + 1)·8·64 + (8·64 + 1)·512 = 1,050,624"
    assert derived(one, shape, shape) == "3·(512 + 1)·1·512 + (1·512 + 1)·512 = 1,050,624"
    assert [(part.noun, equation(part.count)) for part in kind.parts(shape, shape)] == [
        ("query, key and value projection", "3"),
        ("output projection", "1"),
    ]


def test_work_grows_with_the_square_of_the_length() -> None:
    """Scores of 10 queries against 7 keys, and as much again for the sums they weigh."""
    kind = kind_of(call("MultiHeadAttention", 8, 64, use_bias=False, reads=()))
    work = kind.macs(((10, 512), (7, 512)), None)

    assert work is not None
    assert equation(work) == "512·8·64·10 + 2·512·8·64·7 + 8·64·512·10 + 2·8·64·10·7 = 8,984,576"


def test_keys_and_values_share_fewer_heads() -> None:
    """Ainslie et al. 2023: 8 heads of queries, 2 of keys and values."""
    kind = kind_of(call("GroupQueryAttention", 64, 8, 2, use_bias=False, reads=()))

    assert derived(kind, (10, 512), (10, 512)) == "512·8·64 + 2·512·2·64 + 8·64·512 = 655,360"
    assert symbolic(tally((t.part, t.dims) for t in kind.tensors((10, 512)) or ())) == (
        "n·h·d + 2·n·h_kv·d + h·d·n"
    )


def test_attention_along_rows_only() -> None:
    """Of an image of 4 by 5 places, each is held against the 5 of its row."""
    kind = MultiHeadAttention(heads=1, key_width=3, value_width=3, axes=(2,), bias=False)
    work = kind.macs(((4, 5, 7), (4, 5, 7)), None)

    assert work is not None
    assert value(work) == 4 * (7 * 3 * 4 * 5) + 2 * (3 * 4 * 5 * 5)
    everywhere = MultiHeadAttention(heads=1, key_width=3, value_width=3, bias=False)
    more = everywhere.macs(((4, 5, 7), (4, 5, 7)), None)
    assert more is not None
    assert value(more) == 4 * (7 * 3 * 4 * 5) + 2 * (3 * 20 * 20)


def test_attention_among_heads_or_samples_is_not_guessed() -> None:
    kind = MultiHeadAttention(heads=2, key_width=3, value_width=3, axes=(-1,))

    assert kind.macs(((4, 7), (4, 7)), None) is None


def test_a_file_may_give_its_inputs_by_name() -> None:
    row = row_of(
        """
        q, k, v = Input((5, 4)), Input((6, 3)), Input((6, 2))
        mask = Input((5, 6))
        out = layers.MultiHeadAttention(2, 3)(key=k, value=v, query=q, attention_mask=mask)
        model = Model([q, k, v, mask], out)
        """
    )

    assert [(h.role, h.shape) for h in row.held or () if h.role.endswith("kernel")] == [
        ("query_kernel", (4, 2, 3)),
        ("key_kernel", (3, 2, 3)),
        ("value_kernel", (2, 2, 3)),
        ("output_kernel", (2, 3, 4)),
    ]
    assert row.outputs == ((5, 4),)
    assert row.macs.exact


def test_a_mask_is_no_key() -> None:
    row = row_of(
        """
        x, mask = Input((5, 4)), Input((5, 5))
        out = layers.MultiHeadAttention(2, 3)(x, x, attention_mask=mask)
        model = Model([x, mask], out)
        """
    )

    assert row.parameters == 3 * (4 + 1) * 2 * 3 + (2 * 3 + 1) * 4


def test_scores_come_out_when_asked_for() -> None:
    row = row_of(
        """
        x, y = Input((5, 4)), Input((6, 4))
        out, scores = layers.MultiHeadAttention(2, 3)(x, y, return_attention_scores=True)
        model = Model([x, y], [out, scores])
        """
    )

    assert row.outputs == ((5, 4), (2, 5, 6))


def row_of(lines: str) -> Row:
    """The row of the attention in a file of Keras code."""
    text = "from keras import Input, Model, layers\n" + "\n".join(
        line.strip() for line in lines.splitlines()
    )
    rows = weigh(read_text(text, Source("net.py"), "net.py")).rows
    return next(row for row in rows if isinstance(row.layer.kind, MultiHeadAttention))


def test_one_input_attends_to_itself() -> None:
    kind = kind_of(call("MultiHeadAttention", 2, 3, reads=()))

    assert kind.tensors((5, 4)) == kind.tensors((5, 4), (5, 4))


def test_what_is_not_told_stays_open() -> None:
    kind = layers.make(
        "keras", "MultiHeadAttention", (8, Untold("read in")), {"dropout": Untold("an argument")}
    )

    assert sizes(kind.output((10, 512), (10, 512))) == (10, 512)
    assert derived(kind) == "(n_q + 1)·8·d + 2·(n_v + 1)·8·d + (8·d + 1)·n_q + s = ?"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (call("MultiHeadAttention", 2, 3, reads=[(5, 4), (6, 4), (7, 4)]), "its value"),
        (call("GroupQueryAttention", 4, 3, 2, reads=()), "share 2 heads"),
        (call("GroupQueryAttention", 4, 2, 2, reads=[(5, 4), (5, 3)]), "equally wide"),
        (call("GroupQueryAttention", 4, 2, 2, reads=[(5, 5, 4)]), "2 axes"),
        (call("MultiHeadAttention", 2, 3, dropout=0.1, flash_attention=True, reads=()), "flash"),
        (call("MultiHeadAttention", 2, 3, output_shape=2.5, reads=()), "output_shape"),
        (call("MultiHeadAttention", 2, 3, reads=[()]), "vector"),
    ],
    ids=lambda case: case.text if isinstance(case, Call) else "",
)
def test_what_cannot_be_is_said(made: Call, said: str) -> None:
    with pytest.raises(Impossible, match=said):
        kind_of(made).tensors(*made.incoming)


def test_roles_are_unique() -> None:
    kind = kind_of(call("MultiHeadAttention", 2, 3, dropout=0.1, use_gate=True, reads=()))
    expected: tuple[Expected, ...] = kind.tensors() or ()

    assert len({tensor.role for tensor in expected}) == len(expected)
