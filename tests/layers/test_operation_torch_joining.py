from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.operations_torch import (
    SAMPLES,
    Tensor,
    agree,
    of_a_sample,
    of_samples,
    use,
    whole,
)
from weighbridge.layers import Untold, make
from weighbridge.model import Unknown

axis = st.integers(-3, 2)


@st.composite
def tensors(draw: st.DrawFn, count: int = 1) -> list[Tensor]:
    """Samples of one shape but for the size of one axis, and which lie along one."""
    base = draw(st.lists(st.integers(1, 5), min_size=1, max_size=3))
    along = draw(st.sampled_from((0, 0, *range(len(base) + 1))))
    varied = draw(st.integers(0, len(base) - 1))
    found = []
    for _ in range(count):
        shape = [*base[:varied], draw(st.integers(1, 5)), *base[varied + 1 :]]
        found.append(Tensor(tuple(shape), axis=along))
    return found


@settings(max_examples=50)
@given(tensors(count=2), axis)
def test_joins(pair: list[Tensor], along: int) -> None:
    agree(use("torch:cat", pair, along))
    agree(use("torch:concat", tuple(pair), dim=along))
    agree(use("torch:stack", pair, along))
    agree(use("torch:hstack", pair))
    agree(use("torch:vstack", pair))
    agree(use("torch:stack", [pair[0]] * 3, dim=along))


def test_a_class_token_before_the_patches() -> None:
    token, patches = Tensor((1, 192)), Tensor((196, 192))

    assert of_a_sample(use("torch:cat", (token, patches), dim=1)) == (197, 192)


@settings(max_examples=60)
@given(tensors(), axis, st.integers(1, 7), st.lists(st.integers(0, 3), min_size=1, max_size=3))
def test_pieces(one: list[Tensor], along: int, number: int, lengths: list[int]) -> None:
    (tensor,) = one
    if along % (len(tensor.shape) + 1) != tensor.axis:  # pieces of samples are no samples
        agree(use("torch:split", tensor, number, along))
        agree(use("torch:Tensor.split", tensor, lengths, along))
        agree(use("torch:split_with_sizes", tensor, lengths, along))
        agree(use("torch:chunk", tensor, number, along))
        agree(use("torch:tensor_split", tensor, number, along))
        agree(use("torch:unbind", tensor, along))


def test_pieces_of_all_samples_are_not_known() -> None:
    assert of_samples(use("torch:chunk", Tensor((4,)), 2)) == (None, None)
    assert of_samples(use("torch:split", Tensor((4,)), 2)) == (None,)


def test_queries_keys_and_values() -> None:
    """One projection to 3·64 values, cut into three, as in minGPT."""
    parts = of_samples(use("torch:Tensor.split", Tensor((20, 192)), 64, dim=2))

    assert parts == (((20, 64), 0),) * 3


@st.composite
def copies(draw: st.DrawFn) -> tuple[Tensor, list[int]]:
    (tensor,) = draw(tensors())
    counts = [draw(st.integers(1, 3)) for _ in tensor.shape]
    counts.insert(tensor.axis, 1)
    return tensor, draw(st.lists(st.integers(1, 2), max_size=1)) + counts


@settings(max_examples=50)
@given(copies(), axis, st.integers(1, 3))
def test_copies(case: tuple[Tensor, list[int]], along: int, count: int) -> None:
    tensor, counts = case
    agree(use("torch:Tensor.repeat", tensor, *counts))
    agree(use("torch:Tensor.repeat", tensor, counts))
    agree(use("torch:tile", tensor, counts[1:]))
    agree(use("torch:repeat_interleave", tensor, count, along))
    agree(use("torch:Tensor.repeat_interleave", tensor, count))


def test_a_token_repeated_for_each_sample() -> None:
    token = Tensor((1, 1, 192), samples=False)

    assert of_samples(use("torch:Tensor.repeat", token, SAMPLES, 1, 1)) == (((1, 192), 0),)
    assert of_samples(use("torch:Tensor.repeat", token, 1, SAMPLES, 1)) == (((1, 192), 1),)


def test_numbers_of_copies_that_are_not_known() -> None:
    for repeats in (Untold("a mean"), object(), [1, 2]):
        kind = make("torch", "repeat_interleave", [object(), repeats], {})
        assert isinstance(kind, Unknown)
    assert isinstance(make("torch", "tensor_split", [object(), [1, 2]], {}), Unknown)


def test_grids() -> None:
    rows, columns = Tensor((4,), False), Tensor((6,), False)

    agree(use("torch:meshgrid", rows, columns, indexing="ij"))
    agree(use("torch:meshgrid", rows, columns, Tensor((2,), False), indexing="xy"))
    agree(use("torch:meshgrid", [rows, columns]))
    agree(use("torch:meshgrid", Tensor((2, 2), False)))
    assert make("torch", "meshgrid", [object(), object()], {}).outputs() == (None,)


def test_stretched_to_each_other() -> None:
    agree(use("torch:broadcast_tensors", Tensor((4, 1)), Tensor((1, 6)), Tensor((6,), False)))
    agree(use("torch:broadcast_tensors", Tensor((4, 1)), Tensor((3, 6))))
    assert whole(use("torch:broadcast_tensors", Tensor((), False))) == ((),)
