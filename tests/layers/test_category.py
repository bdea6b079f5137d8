"""Tables, bins and hashes, against real Keras where it runs without TensorFlow.

The others are asked for the shape that comes out alone, which needs no table.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import keras  # type: ignore[import-untyped]  # Keras ships no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.drawn import mostly
from tests.witness import agree, call, kind_of
from weighbridge import layers
from weighbridge.errors import Impossible
from weighbridge.layers import Untold
from weighbridge.layers.category import Category, TextVectorization
from weighbridge.model import Shape, sizes

shapes = st.lists(st.sampled_from((1, 1, 3, 4)), min_size=1, max_size=3).map(tuple)
modes = mostly(("int", "one_hot", "multi_hot", "count"), ("vector",))
VECTORS = ["one_hot", "multi_hot", "count", "tf_idf"]


@settings(max_examples=60)
@given(shapes, modes, st.booleans(), mostly((0, 3), (-1, None)))
def test_bins_agree(shape: tuple[int, ...], mode: str, sparse: bool, bins: int | None) -> None:
    named = {"bin_boundaries": [0.0, 1.0]} if bins == 0 else {"num_bins": bins}
    agree(call("Discretization", output_mode=mode, sparse=sparse, reads=shape, **named))


@settings(max_examples=40)
@given(shapes, modes | st.just("binary"), mostly((3,), (0,)))
def test_categories_agree(shape: tuple[int, ...], mode: str, tokens: int) -> None:
    agree(call("CategoryEncoding", tokens, mode, reads=shape))


@given(shapes, st.sampled_from(["int", *VECTORS]), st.sampled_from(["StringLookup", "Hashing"]))
@settings(max_examples=40)
def test_shapes_agree(shape: tuple[int, ...], mode: str, native: str) -> None:
    if native == "Hashing" and mode == "tf_idf":
        return
    named: dict[str, object] = {"output_mode": mode}
    named |= (
        {"num_bins": 7} if native == "Hashing" else {"max_tokens": 7, "pad_to_max_tokens": True}
    )
    settled: Any = SimpleNamespace(_frozen_vocab_size=None, **named)
    whole = getattr(keras.layers, native).compute_output_shape(settled, (None, *shape))

    assert sizes(kind_of(call(native, reads=(), **named)).output(shape)) == whole[1:]


@pytest.mark.parametrize(
    ("named", "depth"),
    [
        ({"vocabulary": ["a", "b", "c"]}, 3 + 1),
        ({"vocabulary": ["[UNK]", "a", "b", "c"]}, 1 + 3),
        ({"vocabulary": ["a", "b"], "num_oov_indices": 2}, 2 + 2),
        ({"vocabulary": ["a", "b"], "num_oov_indices": 0}, 2),
        ({"vocabulary": ["a", "b"], "mask_token": ""}, 2 + 1),
        ({"vocabulary": ["a", "b"], "max_tokens": 9, "pad_to_max_tokens": True}, 9),
        ({"vocabulary": ["a", "b"], "max_tokens": 9}, 2 + 1),
        ({"vocabulary": "words.txt"}, None),
        ({"max_tokens": 1000}, None),
        ({"vocabulary_size": 40}, 40),
    ],
)
def test_a_vocabulary_has_a_place_for_unknown_words(
    named: dict[str, object], depth: int | None
) -> None:
    """Keras' documentation of ``StringLookup``: as vectors, masked words have no place."""
    kind = kind_of(call("StringLookup", output_mode="count", reads=(), **named))

    assert sizes(kind.output((5,))) == (depth,)
    assert kind.tensors((5,)) == ()


@pytest.mark.parametrize(
    ("named", "shape"),
    [
        ({"output_sequence_length": 250, "max_tokens": 20000}, (250,)),
        ({}, (None,)),
        ({"output_mode": "tf-idf", "max_tokens": 500, "pad_to_max_tokens": True}, (500,)),
        ({"output_mode": "multi_hot", "vocabulary": ["a", "b"]}, (2 + 1,)),
    ],
)
def test_texts_become_indices_or_one_vector(named: dict[str, object], shape: Shape) -> None:
    kind = kind_of(call("TextVectorization", reads=(), **named))

    assert isinstance(kind, TextVectorization)
    assert sizes(kind.output(())) == sizes(kind.output((1,))) == shape
    assert kind.tensors(()) == ()


def test_boundaries_that_the_source_does_not_tell() -> None:
    told = {"bin_boundaries": Untold("found in the data"), "output_mode": "one_hot"}
    kind = layers.make("keras", "Discretization", (), told)

    assert sizes(kind.output((4,))) == (4, None)


def test_a_saved_layer_that_has_seen_data_has_both() -> None:
    both = {"bin_boundaries": (0.0, 1.0, 2.0), "num_bins": 4, "output_mode": "one_hot"}

    assert sizes(layers.make("keras", "Discretization", (), both).output((4,))) == (4, 3 + 1)


def test_pairs_of_categories() -> None:
    kind = kind_of(call("HashedCrossing", 5, output_mode="one_hot", reads=()))

    assert sizes(kind.output((1,), (1,))) == (5,)


def test_a_vector_over_several_samples_is_not_guessed() -> None:
    assert Category(mode="count", categories=3).output(()) is None
    assert Category(mode="count", categories=3).output() is None


@pytest.mark.parametrize(
    ("native", "named", "said"),
    [
        ("StringLookup", {"pad_to_max_tokens": True}, "needs max_tokens"),
        ("StringLookup", {"max_tokens": 1}, "max_tokens must be at least 2"),
        ("IntegerLookup", {"invert": True, "output_mode": "count"}, "words back"),
        ("IntegerLookup", {"num_oov_indices": -1}, "num_oov_indices"),
        ("Hashing", {"num_bins": 0}, "num_bins"),
        ("Hashing", {"num_bins": 3, "sparse": True}, "sparse"),
        ("HashedCrossing", {"num_bins": 3, "output_mode": "count"}, "output_mode"),
        (
            "TextVectorization",
            {"output_mode": "count", "output_sequence_length": 5},
            "output_sequence_length",
        ),
    ],
)
def test_what_cannot_be_is_said(native: str, named: dict[str, object], said: str) -> None:
    with pytest.raises(Impossible, match=said):
        kind_of(call(native, reads=(), **named))


def test_settings_by_place() -> None:
    """Which differ between words and numbers."""
    words = layers.make("keras", "StringLookup", (9, 1, None, "?", ["a"], None, False, "count"), {})
    numbers = (9, 1, None, -1, [4, 5], "int64", None, False, "count", False, True)

    assert sizes(words.output((5,))) == (1 + 1,)
    assert sizes(layers.make("keras", "IntegerLookup", numbers, {}).output((5,))) == (9,)
