from __future__ import annotations

import keras  # type: ignore[import-untyped]  # Keras ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.witness import agree, call, kind_of
from weighbridge.formula import Num, equation, total
from weighbridge.layers.embedding import Embedding
from weighbridge.model import sizes

shapes = st.lists(st.integers(1, 6), max_size=3).map(tuple)


few = st.sampled_from([5, 3, 1, 0, -1])  # each size anew costs a compilation


@given(few, few, st.booleans(), st.sampled_from([None, 0, 2, -1]), shapes)
def test_keras_holds_the_same(
    rows: int, width: int, mask_zero: bool, rank: int | None, shape: tuple[int, ...]
) -> None:
    agree(call("Embedding", rows, width, mask_zero=mask_zero, lora_rank=rank, reads=shape))


def test_a_row_for_each_token() -> None:
    """BERT-base: 30,522 word pieces, 768 values each (Devlin et al. 2019, section 3)."""
    kind = kind_of(call("Embedding", 30522, 768, input_length=512, reads=(512,)))

    assert equation(total(t.dims for t in kind.tensors((512,)) or ())) == "30522·768 = 23,440,896"
    assert sizes(kind.output((512,))) == (512, 768)
    assert kind.macs(((512,),), (512, 768)) == Num(0)
    (part,) = kind.parts((512,))
    assert (part.noun, equation(part.count), equation(part.each)) == ("row", "30,522", "768")


def test_an_adapter_is_trained_in_place_of_the_table() -> None:
    kind = Embedding(rows=1000, width=64, adapter_rank=4)
    trained = [tensor for tensor in kind.tensors() if tensor.trainable]

    assert equation(total(tensor.dims for tensor in trained)) == "(1000 + 64)·4 = 4,256"


def test_unknown_sizes_stay_unknown() -> None:
    kind = kind_of(call("Embedding", None, 64, reads=(10,)))

    assert equation(total(t.dims for t in kind.tensors((10,)) or ())) == "V·64 = ?"
    assert sizes(kind.output((None,))) == (None, 64)
    assert kind.output() is None


@given(few, few, st.booleans(), st.sampled_from([None, 2]), shapes)
def test_a_table_that_goes_both_ways(
    rows: int, width: int, tied: bool, rank: int | None, shape: tuple[int, ...]
) -> None:
    # Keras adapts a tied table only.
    adapted = {"lora_rank": rank} if tied else {}
    agree(call("ReversibleEmbedding", rows, width, tied, reads=shape, **adapted))


@pytest.mark.parametrize("tied", [True, False])
def test_the_way_back_is_a_product(tied: bool) -> None:
    """Press and Wolf 2017: 10 vectors of 8 values against each of 100 rows."""
    with keras.StatelessScope(initialize_variables=False):
        real = keras.layers.ReversibleEmbedding(100, 8, tie_weights=tied)
        real.build((None, 10))
        logits = real(keras.KerasTensor((None, 10, 8)), reverse=True)
    made = call("ReversibleEmbedding", 100, 8, tie_weights=tied, reads=())
    kind = kind_of(made).called([object()], {"reverse": True})
    macs = kind.macs(((10, 8),), (10, 100))

    assert sizes(kind.output((10, 8))) == logits.shape[1:]
    assert macs is not None
    assert equation(macs) == "8·100·10 = 8,000"
    assert len(kind.tensors() or ()) == len(real.weights)
    assert kind_of(made).macs(((10,),), (10, 8)) == Num(0)
