from __future__ import annotations

from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.operations import FEW, Tensor, agree, agree_whole, of_a_sample, use
from weighbridge.errors import Impossible
from weighbridge.layers import Samples, Untold, make
from weighbridge.layers.operation_shape import Transposed
from weighbridge.model import Shape, sizes

BATCH = Samples("tf.shape(x)[0]")
UNKNOWN = Untold("read from a file")

samples = st.lists(st.integers(1, 4), max_size=3).map(tuple)
axis = st.integers(-4, 3)


def reshaped(sample: Shape | None, *target: object) -> Shape | None:
    return sizes(make("tf", "reshape", [object(), list(target)], {}).output(sample))


@st.composite
def layouts(draw: st.DrawFn) -> tuple[tuple[int, ...], list[int]]:
    """A sample and a whole shape for its values: axes merged or moved, one size left open."""
    sample = draw(samples)
    rest = list(draw(st.permutations(sample)))
    while len(rest) > 1 and draw(st.booleans()):
        rest = [rest[0] * rest[1], *rest[2:]]
    target = [draw(st.sampled_from((-1, -1, FEW))), *rest]
    if draw(st.booleans()):
        target[draw(st.integers(0, len(target) - 1))] = draw(st.sampled_from((-1, 2)))
    return sample, target


@given(layouts())
def test_reshape_keeps_samples_or_knows_no_more(layout: tuple[tuple[int, ...], list[int]]) -> None:
    sample, target = layout
    # A size that happens to hold the number of samples, as 11 does here, says nothing of others.
    if FEW in target:
        made = use("keras:ops.reshape", Tensor((FEW, *sample), samples=False), target)
        agree_whole(made, made.run(FEW))
    elif prod(sample) > 1:
        agree(use("keras:ops.reshape", Tensor(sample), target))


def test_samples_keep_their_values() -> None:
    assert reshaped((5, 5, 16), -1, 400) == (400,)
    assert reshaped((5, 5, 16), BATCH, -1) == (400,)
    assert reshaped((5, 5, 16), None, 25, -1) == (25, 16)
    assert reshaped((5, 5, 16), 32, 400) == (400,), "a fixed number of samples"
    assert reshaped((6, 64), BATCH, UNKNOWN, 8, 8) == (6, 8, 8), "one gap is what is left"
    assert reshaped(None, BATCH, 20, 8) == (20, 8)


def test_steps_become_samples() -> None:
    assert reshaped((6, 64), -1, 64) is None
    assert reshaped((6, 64), UNKNOWN, 64) is None, "samples times steps"
    assert reshaped((6, 64), UNKNOWN, -1) is None
    assert reshaped((None, 64), -1, 64) is None
    assert reshaped((6, 64), 1, BATCH, 384) is None


def test_open_sizes_stay_open() -> None:
    assert reshaped((None, 64), -1, UNKNOWN, 8, 8) == (None, 8, 8)
    assert reshaped((None, 64), BATCH, -1, 8, 8) == (None, 8, 8)
    assert reshaped((None, None, 16), BATCH, -1) == (None,)
    assert sizes(make("tf", "reshape", [object(), UNKNOWN], {}).output((6, 64))) is None


@pytest.mark.parametrize("target", [(BATCH, 7, 8), (-1, 49), (BATCH, -1, 9), (BATCH, 0, -1)])
def test_values_that_do_not_fit(target: tuple[object, ...]) -> None:
    with pytest.raises(Impossible, match=r"400 values|must be"):
        reshaped((5, 5, 16), *target)
    with pytest.raises(Impossible, match="only one"):
        reshaped((5, 5, 16), BATCH, -1, -1)


@settings(max_examples=30)
@given(samples, st.permutations(range(4)))
def test_transpose(sample: tuple[int, ...], order: list[int]) -> None:
    fitting = [i for i in order if i <= len(sample)]
    agree(use("keras:ops.transpose", Tensor(sample), fitting))
    agree(use("keras:ops.transpose", Tensor(sample), order))
    agree(use("keras:ops.transpose", Tensor(sample)))


@given(samples, axis, axis)
def test_swapaxes(sample: tuple[int, ...], first: int, second: int) -> None:
    agree(use("keras:ops.swapaxes", Tensor(sample), first, second))


@settings(max_examples=30)
@given(samples, axis, axis)
def test_moveaxis(sample: tuple[int, ...], first: int, second: int) -> None:
    agree(use("keras:ops.moveaxis", Tensor(sample), first, second))
    agree(use("keras:ops.moveaxis", Tensor(sample), (first, second), (second, first)))
    agree(use("keras:ops.moveaxis", Tensor(sample), (first, second), (0, 1)))


@settings(max_examples=30)
@given(samples, axis, axis)
def test_expand_dims(sample: tuple[int, ...], first: int, second: int) -> None:
    agree(use("keras:ops.expand_dims", Tensor(sample), first))
    agree(use("keras:ops.expand_dims", Tensor(sample), (first, second)))


@given(samples, axis | st.none())
def test_squeeze(sample: tuple[int, ...], along: int | None) -> None:
    agree(use("keras:ops.squeeze", Tensor(sample), along))


def test_ravel_mixes_samples() -> None:
    agree(use("keras:ops.ravel", Tensor((4, 5))))


def test_each_framework_has_its_words() -> None:
    turned = Transposed(order=(0, 2, 1))
    assert make("tf", "transpose", [object()], {"perm": [0, 2, 1]}) == turned
    assert make("keras", "backend.permute_dimensions", [object(), (0, 2, 1)], {}) == turned
    assert of_a_sample(use("tf:linalg.matrix_transpose", Tensor((3, 4, 5)))) == ((3, 5, 4),)
    assert of_a_sample(use("keras:backend.batch_flatten", Tensor((3, 4, 5)))) == ((60,),)
    assert of_a_sample(use("tf:expand_dims", Tensor((3,)), axis=-1)) == ((3, 1),)
    assert of_a_sample(use("keras:backend.expand_dims", Tensor((3,)))) == ((3, 1),)
    assert of_a_sample(use("tf:squeeze", Tensor((1, 3)), [1])) == ((3,),)


def test_squeezing_open_axes() -> None:
    squeeze = make("tf", "squeeze", [object()], {})

    assert squeeze.output((None, 4)) is None, "nobody knows whether it goes"
    assert sizes(make("tf", "squeeze", [object(), 1], {}).output((None, 4))) == (4,)
