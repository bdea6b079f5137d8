"""Shapes of one sample out of two runs with different numbers of samples."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from weighbridge.layers import batch_axis, multiple
from weighbridge.readers._flax_samples import SAMPLES, product, sample

SIZES = st.lists(st.integers(2, 9), max_size=3).map(tuple)
Sizes = tuple[int, ...]


def runs(shape: Sizes, axis: int, several: int) -> tuple[Sizes, Sizes]:
    """``shape`` with the samples along ``axis``, each several times, in both runs."""
    few, many = ((*shape[:axis], count * several, *shape[axis:]) for count in SAMPLES)
    return few, many


@given(SIZES, st.data(), st.integers(1, 5))
def test_the_axis_of_the_samples_is_found(shape: Sizes, data: st.DataObject, several: int) -> None:
    axis = data.draw(st.integers(0, len(shape)))
    found = sample(runs(shape, axis, several), ())

    assert found == shape
    assert (batch_axis(found), multiple(found)) == (axis, several)


@given(SIZES, st.lists(st.integers(1, 5), max_size=2).map(tuple))
def test_what_is_in_a_loop_comes_as_often(shape: Sizes, loops: Sizes) -> None:
    times = 1
    for length in loops:
        times *= length
    found = sample(runs(shape, 0, 1), [(loops, loops)])

    assert (found, multiple(found)) == (shape, times)


@given(SIZES)
def test_samples_that_a_loop_goes_over(shape: Sizes) -> None:
    found = sample((shape, shape), [((SAMPLES[0],), (SAMPLES[1],))])

    assert (found, multiple(found)) == (shape, 1)


def test_what_has_no_samples_is_one_for_all() -> None:
    assert sample(((1, 12, 8), (1, 12, 8)), ()) == (12, 8)
    assert sample(((12, 8), (12, 8)), ()) == (12, 8)


def test_what_is_unclear() -> None:
    few, many = SAMPLES
    assert sample(((few, few), (many, many)), ()) is None
    assert sample(((few + 1,), (many + 1,)), ()) is None
    assert sample(((few,), (many, 1)), ()) is None
    assert sample(((few, 3), (many, 3)), [(None, None)]) is None
    assert sample(((few, 3), (many, 3)), [((few,), (many,))]) is None


def test_indices_of_a_product() -> None:
    """Queries against keys of the same sample, two heads: 2·5·5·4 for one sample."""
    few, many = SAMPLES
    assert product(((few, 2, 5, 5, 4), (many, 2, 5, 5, 4))) == (2, 5, 5, 4)
    # Weights with weights: once, however many samples there are.
    assert product(((3, 4), (3, 4))) == (3, 4)
    # Samples with samples: there is no work of one of them.
    assert product(((few, few, 4), (many, many, 4))) is None
    assert product((None, None)) is None
