from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.operations import FEW, Tensor, agree, of_a_sample, use, whole
from weighbridge.errors import Impossible
from weighbridge.layers import Samples, Untold, make
from weighbridge.model import sizes

BATCH = Samples("tf.shape(x)[0]")
UNKNOWN = Untold("read from a file")

samples = st.lists(st.integers(1, 5), max_size=3).map(tuple)
axis = st.integers(-4, 3)
bound = st.none() | st.integers(-6, 6)
slices = st.builds(slice, bound, bound, st.sampled_from((None, 1, 2, -1, -2)))
everything = st.just(slice(None))
index = st.lists(everything | slices | st.integers(-5, 4) | st.none() | st.just(...), max_size=5)


@given(samples, index)
def test_slices_are_those_of_numpy(sample: tuple[int, ...], items: list[object]) -> None:
    array = np.zeros((FEW, *sample))
    made = use("python:getitem", Tensor(sample), tuple(items))
    try:
        expected = array[tuple(items)].shape  # type: ignore[arg-type]  # drawn to be refused at times
    except IndexError:
        with pytest.raises(Impossible):
            whole(made)
    else:
        assert whole(made) == (expected,)


@given(samples, index)
def test_slices_of_samples(sample: tuple[int, ...], items: list[object]) -> None:
    """Only where NumPy takes the index: JAX lets a place off the end be the last."""
    for index in ((slice(None), *items), (*items, slice(None)), tuple(items)):
        try:
            np.zeros((FEW, *sample))[index]  # type: ignore[index]  # drawn to be refused at times
        except IndexError:
            continue
        agree(use("python:getitem", Tensor(sample), index))


def test_slices_of_open_axes() -> None:
    def sliced(*items: object) -> object:
        return sizes(make("python", "getitem", [object(), items], {}).output((None, 64)))

    assert sliced(slice(None), -1) == (64,)
    assert sliced(slice(None), slice(-1, None)) == (1, 64)
    assert sliced(slice(None), slice(None, 10)) == (None, 64)
    assert sliced(slice(None), slice(UNKNOWN, None)) == (None, 64)
    assert sliced(slice(None), slice(None), slice(None, UNKNOWN)) == (None, None)
    assert sliced(0) is None
    assert sliced(..., [0, 2]) == (None, 2)
    assert sliced([0, 1], [0, 2]) is None, "places picked together are not followed"


def test_one_index_is_one() -> None:
    assert of_a_sample(use("python:getitem", Tensor((4, 5)), ...)) == ((4, 5),)
    assert whole(use("python:getitem", Tensor((4, 5), False), 1)) == ((5,),)
    with pytest.raises(Impossible, match="no place 4"):
        of_a_sample(use("python:getitem", Tensor((4, 5)), (slice(None), 4)))


def test_windows() -> None:
    agree(use("keras:ops.slice", Tensor((6, 5), False), [1, 2], [3, 2]))
    assert of_a_sample(use("tf:slice", Tensor((6, 5)), [0, 1, 2], [-1, 3, 2])) == ((3, 2),)
    assert of_a_sample(use("tf:slice", Tensor((6, 5)), [0, 1, 0], [BATCH, 3, -1])) == ((3, 5),)
    assert of_a_sample(use("tf:slice", Tensor((6, 5)), [0, UNKNOWN, 0], [-1, 3, -1])) == (
        (None, 5),
    )


@given(samples, samples, axis | st.none(), st.booleans(), st.booleans())
def test_take(
    table: tuple[int, ...], places: tuple[int, ...], along: int | None, own: bool, each: bool
) -> None:
    numbers = Tensor(places, each, "int32")
    agree(use("keras:ops.take", Tensor(table, own), numbers, axis=along))


def test_take_by_number() -> None:
    agree(use("keras:ops.take", Tensor((4, 5)), 2, axis=1))
    agree(use("keras:ops.take", Tensor((4, 5)), [0, 2], axis=1))


def test_an_embedding_looked_up() -> None:
    table, words = Tensor((1000, 64), False), Tensor((12,), dtype="int32")

    for key in ("tf:gather", "tf:nn.embedding_lookup", "keras:backend.gather"):
        assert of_a_sample(use(key, table, words)) == ((12, 64),)


def test_each_sample_looks_up_its_own() -> None:
    """By its documentation, params[:axis] + indices[batch_dims:] + params[axis + 1:] of shapes."""
    table, places = Tensor((10, 64)), Tensor((3,), dtype="int32")

    assert of_a_sample(use("tf:gather", table, places, batch_dims=1)) == ((3, 64),)
    assert of_a_sample(use("tf:gather", table, places, axis=1, batch_dims=1)) == ((3, 64),)
    assert of_a_sample(use("tf:gather", table, places, axis=1)) == (None,)
    with pytest.raises(Impossible, match="share no 2 axes"):
        of_a_sample(use("tf:gather", table, places, axis=1, batch_dims=2))


@given(samples, st.integers(1, 9), axis)
def test_one_hot(sample: tuple[int, ...], depth: int, along: int) -> None:
    if -2 - len(sample) <= along < 2 + len(sample):
        agree(use("keras:ops.one_hot", Tensor(sample, dtype="int32"), depth, axis=along))


def test_one_hot_by_other_words() -> None:
    words = Tensor((12,), dtype="int32")

    assert of_a_sample(use("tf:one_hot", words, depth=30)) == ((12, 30),)
    assert of_a_sample(use("keras:backend.one_hot", words, 30)) == ((12, 30),)
    assert of_a_sample(use("tf:one_hot", words, UNKNOWN)) == ((12, None),)


widths = st.tuples(st.integers(0, 2), st.integers(0, 2))


@given(samples, st.lists(widths, min_size=1, max_size=4))
def test_padding(sample: tuple[int, ...], pairs: list[tuple[int, int]]) -> None:
    fitting = [(0, 0), *pairs, *((1, 0),) * 3][: len(sample) + 1]
    agree(use("keras:ops.pad", Tensor(sample), fitting))
    if len(pairs) in (2, 3, len(sample) + 1):
        agree(use("keras:ops.pad", Tensor(sample), pairs))


@pytest.mark.parametrize("width", [0, 2, (1, 2)])
def test_one_padding_for_all_axes(width: object) -> None:
    agree(use("keras:ops.pad", Tensor((4, 5)), width))


def test_padding_by_other_words() -> None:
    image = Tensor((8, 8, 3))

    assert of_a_sample(use("tf:pad", image, [[0, 0], [1, 1], [2, 2], [0, 0]])) == ((10, 12, 3),)
    assert of_a_sample(use("tf:pad", image, UNKNOWN)) == (None,)
    assert of_a_sample(use("tf:pad", image, [[0, 0], [UNKNOWN, 1], [2, 2], [0, 0]])) == (
        (None, 12, 3),
    )
    assert of_a_sample(use("keras:backend.spatial_2d_padding", image)) == ((10, 10, 3),)
    pads = ((1, 2), (3, 4))
    assert of_a_sample(use("keras:backend.spatial_2d_padding", image, pads)) == ((11, 15, 3),)
    first = use("keras:backend.spatial_2d_padding", Tensor((3, 8, 8)), pads, "channels_first")
    assert of_a_sample(first) == ((3, 11, 15),)
    assert of_a_sample(use("keras:backend.temporal_padding", Tensor((8, 3)), (2, 0))) == ((10, 3),)
