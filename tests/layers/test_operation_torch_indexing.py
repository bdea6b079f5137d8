from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.operations_torch import Tensor, agree, agree_whole, of_a_sample, use
from weighbridge.errors import Impossible
from weighbridge.layers import Fixed, Untold, make
from weighbridge.model import Unknown, sizes

axis = st.integers(-3, 2)
UNKNOWN = Untold("read from a file")


@st.composite
def tensors(draw: st.DrawFn) -> Tensor:
    shape = tuple(draw(st.lists(st.integers(1, 6), min_size=1, max_size=3)))
    return Tensor(shape, axis=draw(st.sampled_from((0, 0, *range(len(shape) + 1)))))


@settings(max_examples=60)
@given(tensors(), axis, st.integers(0, 4), st.integers(0, 4))
def test_neighbours(tensor: Tensor, along: int, start: int, length: int) -> None:
    if along % (len(tensor.shape) + 1) != tensor.axis:
        made = use("torch:narrow", tensor, along, 0, length)
        agree(made)
        agree(use("torch:Tensor.select", tensor, along, start))
        agree(use("torch:Tensor.unfold", tensor, along, length, 2))


def test_places_that_are_not_known() -> None:
    assert sizes(make("torch", "narrow", [object(), 1, UNKNOWN, 5], {}).output((8, 3))) == (5, 3)
    assert sizes(make("torch", "select", [object(), 1, UNKNOWN], {}).output((8, 3))) == (3,)


@settings(max_examples=40)
@given(tensors(), axis, st.integers(1, 4))
def test_slices_by_number(tensor: Tensor, along: int, count: int) -> None:
    places = Tensor((count,), samples=False, dtype=torch.long)
    agree(use("torch:index_select", tensor, along, places))
    agree(use("torch:take", tensor, places))


def test_values_by_number() -> None:
    table, places = Tensor((6, 4)), Tensor((3, 4), dtype=torch.long)

    agree(use("torch:gather", table, 1, places))
    agree(use("torch:Tensor.gather", table, dim=2, index=Tensor((6, 2), dtype=torch.long)))


def test_an_embedding_by_its_table() -> None:
    words, table = Tensor((20,), dtype=torch.long), Tensor((100, 64), samples=False)

    agree(use("torch:F.embedding", words, table))
    assert isinstance(make("torch", "F.embedding", [object(), object()], {}), Unknown)
    reading_words = make("torch", "F.embedding", [object(), Fixed((100, 64))], {})
    assert reading_words.macs(((20,),), (20, 64)) == make("torch", "relu", [object()], {}).macs(
        (), None
    )


def test_one_hot() -> None:
    assert of_a_sample(use("torch:F.one_hot", Tensor((20,)), num_classes=10)) == (20, 10)
    assert of_a_sample(use("torch:F.one_hot", Tensor((20,)))) == (20, None)


@settings(max_examples=60)
@given(
    st.lists(st.integers(1, 6), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 3)), max_size=3),
)
def test_borders(shape: list[int], pairs: list[tuple[int, int]]) -> None:
    agree(use("torch:F.pad", Tensor(tuple(shape)), [n for pair in pairs for n in pair]))


@settings(max_examples=30)
@given(
    st.lists(st.integers(1, 5), min_size=2, max_size=4),
    st.integers(1, 3),
    st.integers(0, 5),
    st.sampled_from(("reflect", "replicate", "circular")),
)
def test_borders_out_of_what_is_there(shape: list[int], axes: int, width: int, mode: str) -> None:
    if axes in (len(shape) - 1, len(shape)) and len(shape) > 1:
        made = use("torch:F.pad", Tensor(tuple(shape)), (width,) * 2 * axes, mode)
        agree_whole(made, made.run(11))


def test_borders_that_cannot_be() -> None:
    for pad in ([1], 3):
        with pytest.raises(Impossible, match="pairs"):
            make("torch", "F.pad", [object(), pad], {})
    assert sizes(make("torch", "F.pad", [object(), (1, UNKNOWN)], {}).output((3, 4))) == (3, None)
    assert sizes(make("torch", "F.pad", [object(), UNKNOWN], {}).output((3, 4))) is None


@settings(max_examples=30)
@given(st.integers(1, 4), st.integers(1, 5), st.booleans())
def test_bags_of_rows(bag: int, width: int, ends: bool) -> None:
    table = Tensor((7, width), samples=False)
    numbers, places = Tensor((9,), False, dtype=torch.long), Tensor((), dtype=torch.long)

    agree(use("torch:F.embedding_bag", Tensor((bag,), dtype=torch.long), table, mode="sum"))
    agree(use("torch:F.embedding_bag", numbers, table, places, include_last_offset=ends))


def test_bags_of_a_table_that_is_computed() -> None:
    kind = make("torch", "F.embedding_bag", [object(), object()], {})

    assert isinstance(kind, Unknown)
