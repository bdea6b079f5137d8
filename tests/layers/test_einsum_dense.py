"""``EinsumDense`` against real Keras."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.drawn import mostly
from tests.witness import Call, agree, call, kind_of, open_sizes_agree
from weighbridge.errors import Impossible
from weighbridge.formula import equation, total, value
from weighbridge.layers import Untold, make
from weighbridge.model import sizes

KEPT, SUMMED, MADE = "tuv", "xyz", "dhk"
"""Indices that stay, that are summed over, and that only kernel and result have."""


@st.composite
def products(draw: st.DrawFn) -> Call:
    """A call with an equation drawn index by index, with an ellipsis before, after or nowhere."""
    kept = KEPT[: draw(st.integers(0, 2))]
    summed, made = SUMMED[: draw(st.integers(0, 2))], MADE[: draw(st.integers(0, 2))]
    lengths = {letter: draw(st.integers(1, 4)) for letter in kept + summed + made}
    reads = "".join(draw(st.permutations(kept + summed)))
    outcome = "".join(draw(st.permutations(kept + made)))
    shared = draw(st.sampled_from(("", kept)))
    weights = "".join(draw(st.permutations(summed + made + shared))) or "x"
    form = draw(st.sampled_from(("none", "before", "after")))
    more = draw(st.lists(st.integers(1, 3), max_size=2)) if form != "none" else []
    if form == "before":  # Keras turns these around where it only tells shapes
        more = more[:1] * len(more)
    shape = [lengths[letter] for letter in reads]
    before, after = ("...", "") if form == "before" else ("b", "..." if form == "after" else "")
    text = f"{before}{reads}{after},{weights}->{before}{outcome}{after}"
    bias = draw(mostly((None, outcome[-1:] or None, outcome[:1] or None), ("q", "")))
    partial = [lengths[letter] for letter in outcome]
    settings: dict[str, object] = {
        "equation": draw(mostly((text,), (text.replace(",", ""), f"?{text}"))),
        "output_shape": draw(mostly((tuple(partial), partial), ((*partial[:-1], 7), ()))),
        "bias_axes": bias,
        "lora_rank": draw(st.sampled_from((None, None, 2))),
    }
    incoming = (*more, *shape) if form == "before" else (*shape, *more)
    return Call("EinsumDense", (), settings, (incoming,))


@given(products())
def test_keras_agrees(made: Call) -> None:
    """Tensors, output shape, and what cannot be."""
    agree(made)


@given(products())
def test_open_sizes_contradict_nothing(made: Call) -> None:
    """What is known of an open input is true of every input that fits."""
    open_sizes_agree(made)


@pytest.mark.parametrize(
    ("made", "parameters", "macs"),
    [
        (
            call("EinsumDense", "abc,cd->abd", (None, 64), bias_axes="d", reads=(10, 32)),
            "(32 + 1)·64 = 2,112",
            "10·32·64 = 20,480",
        ),
        (
            call("EinsumDense", "...x,xy->...y", 64, bias_axes="y", reads=(10, 32)),
            "(32 + 1)·64 = 2,112",
            "10·32·64 = 20,480",
        ),
        (
            call("EinsumDense", "abc,cde->abde", (None, 8, 64), bias_axes="de", reads=(10, 512)),
            "(512 + 1)·8·64 = 262,656",
            "10·512·8·64 = 2,621,440",
        ),
    ],
    ids=["dense", "ellipsis", "heads"],
)
def test_examples_of_the_documentation(made: Call, parameters: str, macs: str) -> None:
    """The first two are Keras' own; the third makes eight heads of 64 as its attention does."""
    kind, account = kind_of(made), agree(made)
    work = kind.macs(made.incoming, None)

    assert account is not None
    assert equation(total(t.dims for t in kind.tensors(*made.incoming) or ())) == parameters
    assert work is not None
    assert equation(work).partition(" = ")[2] == macs.partition(" = ")[2]


def test_what_the_source_does_not_tell_stays_open() -> None:
    kind = make("keras", "EinsumDense", ("abc,cd->abd", (None, Untold("read in"))), {})

    assert [sizes(t.dims) for t in kind.tensors((10, 32)) or ()] == [(32, None)]
    assert [sizes(t.dims) for t in kind.tensors() or ()] == [(None, None)]
    assert sizes(kind.output((10, 32))) == (None, None)


def test_sizes_that_do_not_fit() -> None:
    with pytest.raises(Impossible, match="index b has 10 values in the input and 9"):
        kind_of(call("EinsumDense", "abc,cd->abd", (9, 64), reads=())).output((10, 32))


def test_batch_is_no_work() -> None:
    """The work is that of one sample, wherever the batch stands."""
    kind = kind_of(call("EinsumDense", "...x,xy->...y", 6, reads=()))

    assert value(kind.macs(((5,),), None) or kind.macs((), None)) == 5 * 6  # type: ignore[arg-type]  # one is known
