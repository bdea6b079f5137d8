from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.drawn import Options, mostly
from tests.layers.drawn_torch import modules
from tests.witness import Call, call
from tests.witness_torch import Reading, agree, open_sizes_agree

WHOLE = Reading(dtypes=(torch.int64, torch.int64))
TABLE: Options = {
    "num_embeddings": mostly((1, 2, 7), (-1, 2.5)),
    "embedding_dim": mostly((1, 3, 8), (0, -1)),
}
ROW = mostly((None, 0, -1), (1, 6, 7, -8))
NORMS: Options = {
    "max_norm": st.sampled_from((None, 1.5)),
    "norm_type": st.sampled_from((2.0, 1)),
    "scale_grad_by_freq": st.just(False),
}


@st.composite
def embeddings(draw: st.DrawFn) -> Call:
    """A call of ``Embedding`` on numbers in any arrangement."""
    optional: Options = {
        "padding_idx": ROW,
        **NORMS,
        "sparse": st.booleans(),
        "_weight": st.none(),
        "_freeze": st.booleans(),
    }
    shape = st.lists(st.integers(1, 4), max_size=3).map(tuple)
    return draw(modules("Embedding", shape, TABLE, optional))


@st.composite
def bags(draw: st.DrawFn) -> Call:
    """A call of ``EmbeddingBag`` on bags, or on one long row and the places where bags begin."""
    optional: Options = {
        **NORMS,
        "mode": mostly(("sum", "mean", "max"), ("min",)),
        "sparse": st.just(False),
        "_weight": st.none(),
        "include_last_offset": st.just(False),
        "padding_idx": ROW,
    }
    shape = mostly(((4,), (1,)), ((), (2, 3)))
    made = draw(modules("EmbeddingBag", shape, TABLE, optional))
    return made._replace(incoming=((), ())) if draw(mostly((False,), (True,))) else made


@given(st.one_of(embeddings(), bags()))
def test_torch_agrees(made: Call) -> None:
    """Tensors before and after the first call, trainable or not, output shape, what cannot be."""
    agree(made, WHOLE)


@given(st.one_of(embeddings(), bags()))
def test_open_sizes_contradict_nothing(made: Call) -> None:
    open_sizes_agree(made)


@pytest.mark.parametrize("open_ended", [True, False])
def test_places_where_bags_begin(open_ended: bool) -> None:
    """As many bags as places, or one less, which is then no longer one for each sample."""
    made = call("EmbeddingBag", 5, 3, include_last_offset=open_ended, reads=[(), ()])

    assert (account := agree(made, WHOLE)) is not None
    assert account.outputs == (None if open_ended else (3,),)
