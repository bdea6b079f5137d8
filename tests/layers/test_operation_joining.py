from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.operations import Tensor, agree, of_a_sample, use, whole
from weighbridge.errors import Impossible, TooLarge
from weighbridge.layers import Samples, Untold, make
from weighbridge.layers.operation_joining import Joined, Split, Unstacked
from weighbridge.model import sizes

BATCH = Samples("tf.shape(x)[0]")
UNKNOWN = Untold("read from a file")

samples = st.lists(st.integers(1, 4), max_size=3).map(tuple)
axis = st.integers(-4, 3)


@st.composite
def alike(draw: st.DrawFn) -> list[Tensor]:
    """Two or three tensors that are mostly of one shape, and differ along one axis at most."""
    base = list(draw(samples))
    tensors = []
    for _ in range(draw(st.integers(1, 3))):
        shape = list(base)
        if draw(st.booleans()) and shape:
            shape[draw(st.integers(0, len(shape) - 1))] += 1
        tensors.append(Tensor(tuple(shape)))
    return tensors


@given(alike(), axis)
def test_side_by_side(tensors: list[Tensor], along: int) -> None:
    agree(use("keras:ops.concatenate", tensors, axis=along))


@given(alike(), axis)
def test_stacked(tensors: list[Tensor], along: int) -> None:
    agree(use("keras:ops.stack", tensors, axis=along))


def test_axes_missing() -> None:
    for key in ("keras:ops.concatenate", "keras:ops.stack"):
        agree(use(key, [Tensor((4,)), Tensor((4, 5))], axis=1))


@given(samples, st.integers(1, 3), axis)
def test_equal_parts(sample: tuple[int, ...], count: int, along: int) -> None:
    agree(use("keras:ops.split", Tensor(sample), count, axis=along))


@given(samples, st.lists(st.integers(1, 3), min_size=1, max_size=2), st.integers(1, 3))
def test_parts_between_places(sample: tuple[int, ...], places: list[int], along: int) -> None:
    if along <= len(sample) and max(places) <= sample[along - 1]:
        agree(use("keras:ops.split", Tensor(sample), sorted(places), axis=along))


def test_parts_of_given_sizes() -> None:
    def split(*parts: object) -> list[object]:
        made = make("tf", "split", [object(), list(parts)], {"axis": -1})
        return [sizes(dims) for dims in made.outputs((7, 10))]

    assert split(3, 7) == [(7, 3), (7, 7)]
    assert split(3, -1, 2) == [(7, 3), (7, 5), (7, 2)]
    assert split(3, UNKNOWN) == [(7, 3), (7, None)]
    for wrong in ((3, 3), (8, 8), (8, -1, 8)):
        with pytest.raises(Impossible, match="cannot be split"):
            split(*wrong)


def test_an_unknown_number_of_parts_is_one_unknown() -> None:
    assert make("tf", "split", [object(), UNKNOWN], {}).outputs((4,)) == (None,)
    assert make("tf", "unstack", [object()], {"axis": 1}).outputs((None, 4)) == (None,)
    assert make("tf", "split", [object(), 3], {}).outputs(None) == (None, None, None)


@given(samples, axis)
def test_slices_one_by_one(sample: tuple[int, ...], along: int) -> None:
    agree(use("keras:ops.unstack", Tensor(sample), axis=along))


def test_lists_are_bounded() -> None:
    with pytest.raises(TooLarge, match="2,000,000"):
        Split(count=2_000_000, axis=1).outputs((2_000_000,))
    with pytest.raises(TooLarge, match="2,000,000"):
        Unstacked(axis=1).outputs((2_000_000,))


@given(samples, st.lists(st.integers(1, 3), min_size=1, max_size=4))
def test_tiles(sample: tuple[int, ...], multiples: list[int]) -> None:
    agree(use("keras:ops.tile", Tensor(sample), multiples))


@given(samples, st.integers(1, 3), axis | st.none())
def test_repeats(sample: tuple[int, ...], count: int, along: int | None) -> None:
    agree(use("keras:ops.repeat", Tensor(sample), count, along))


@given(samples, samples, st.booleans())
def test_stretched_to_a_shape(sample: tuple[int, ...], target: tuple[int, ...], fits: bool) -> None:
    wanted = (*target, *(n if n > 1 else 3 for n in sample)) if fits else target
    tensor = Tensor(sample, samples=False)

    made = use("keras:ops.broadcast_to", tensor, list(wanted))
    assert whole(made) == made.run(1) if made.run(1) else _is_refused(tensor, wanted)


def _is_refused(tensor: Tensor, wanted: tuple[int, ...]) -> bool:
    with pytest.raises(Impossible):
        whole(use("keras:ops.broadcast_to", tensor, list(wanted)))
    return True


def test_a_class_token_for_each_sample() -> None:
    """How vision transformers put a weight of shape (1, 1, 64) in front of the patches."""
    token = Tensor((1, 1, 64), samples=False)

    assert of_a_sample(use("tf:broadcast_to", token, [BATCH, 1, 64])) == ((1, 64),)
    assert of_a_sample(use("tf:tile", token, [BATCH, 1, 1])) == ((1, 64),)
    assert of_a_sample(use("tf:repeat", token, BATCH, axis=0)) == ((1, 64),)
    assert of_a_sample(use("keras:ops.broadcast_to", token, (None, 1, 64))) == ((1, 64),)
    joined = use("tf:concat", [Tensor((1, 64)), Tensor((196, 64))], axis=1)
    assert of_a_sample(joined) == ((197, 64),)


def test_more_samples_are_other_samples() -> None:
    assert of_a_sample(use("tf:tile", Tensor((4, 5)), [2, 1, 1])) == (None,)
    assert of_a_sample(use("tf:concat", [Tensor((4,)), Tensor((4,))], 0)) == (None,)


def test_defaults_differ() -> None:
    two = [object(), object()]

    assert make("keras", "ops.concatenate", [two], {}) == Joined(axis=0)
    assert make("keras", "backend.concatenate", [two], {}) == Joined(axis=-1)
    assert make("tf", "concat", [], {"values": two, "axis": 2}) == Joined(axis=2)
    with pytest.raises(Impossible, match="needs axis"):
        make("tf", "concat", [two], {})


def test_backend_repeat_makes_steps_of_a_vector() -> None:
    assert of_a_sample(use("keras:backend.repeat", Tensor((5,)), 3)) == ((3, 5),)
    assert of_a_sample(use("keras:backend.repeat_elements", Tensor((5,)), 3, 1)) == ((15,),)
