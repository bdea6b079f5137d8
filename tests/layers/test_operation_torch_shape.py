from __future__ import annotations

from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.operations_torch import (
    FEW,
    SAMPLES,
    Tensor,
    agree,
    agree_whole,
    of_a_sample,
    of_samples,
    use,
    whole,
)
from weighbridge.errors import Impossible
from weighbridge.layers import Untold, make
from weighbridge.model import Shape, sizes

UNKNOWN = Untold("read from a file")

shapes = st.lists(st.integers(1, 4), max_size=3).map(tuple)
axis = st.integers(-4, 3)


@st.composite
def tensors(draw: st.DrawFn, least: int = 0) -> Tensor:
    """Samples of few axes, which lie along any of them."""
    shape = draw(st.lists(st.integers(1, 4), min_size=least, max_size=3).map(tuple))
    return Tensor(shape, axis=draw(st.sampled_from((0, 0, 0, *range(len(shape) + 1)))))


@st.composite
def layouts(draw: st.DrawFn) -> tuple[Tensor, list[object]]:
    """A tensor and a shape for its values: axes merged or moved, at times one that cannot be."""
    tensor = draw(tensors())
    sizes = list(draw(st.permutations(tensor.shape)))
    while len(sizes) > 1 and draw(st.booleans()):
        sizes = [sizes[0] * sizes[1], *sizes[2:]]
    rest: list[object] = [*sizes]
    if rest and draw(st.sampled_from((False, False, True))):
        rest[draw(st.integers(0, len(rest) - 1))] = draw(st.sampled_from((-1, -1, 5)))
    place = draw(st.sampled_from((0, 0, *range(len(rest) + 1))))
    rest.insert(place, draw(st.sampled_from((SAMPLES, SAMPLES, -1))))
    return tensor, rest


@settings(max_examples=80)
@given(layouts(), st.booleans())
def test_views(layout: tuple[Tensor, list[object]], one_by_one: bool) -> None:
    tensor, target = layout
    sizes = target if one_by_one else [tuple(target)]
    made = use("torch:Tensor.reshape", tensor, *sizes)
    if prod(tensor.shape) > 1 or SAMPLES in target:
        agree(made)
    else:
        agree_whole(made, made.run(FEW))


def viewed(sample: Shape, *target: object) -> Shape | None:
    return sizes(make("torch", "Tensor.view", [object(), *target], {}).output(sample))


def test_samples_keep_their_values() -> None:
    assert viewed((16, 5, 5), -1, 16 * 5 * 5) == (400,)
    assert viewed((16, 5, 5), SAMPLES, -1) == (400,)
    assert viewed((16, 5, 5), (SAMPLES, 16, 25)) == (16, 25)
    assert viewed((6, 64), SAMPLES, UNKNOWN, 8, 8) == (6, 8, 8), "one gap is what is left"
    assert viewed((20, 64), -1, UNKNOWN, 8, 8) is None, "perhaps heads times samples"
    assert viewed((400,), 32, 400) == (400,), "a fixed number of samples"


def test_steps_become_samples() -> None:
    assert viewed((6, 64), -1, 64) is None
    assert viewed((6, 64), UNKNOWN, 64) is None, "samples times steps"
    assert viewed((6, 64), UNKNOWN) is None
    assert viewed((None,), UNKNOWN, -1) is None
    assert viewed((6, 64), 1, -1) is None


def test_a_view_by_another_type_is_not_known() -> None:
    assert viewed((6, 64), object()) is None


@pytest.mark.parametrize("target", [(SAMPLES, 7, 8), (-1, 49), (SAMPLES, -1, 9)])
def test_values_that_do_not_fit(target: tuple[object, ...]) -> None:
    with pytest.raises(Impossible, match="400 values"):
        viewed((16, 5, 5), *target)
    with pytest.raises(Impossible, match="only one"):
        viewed((16, 5, 5), SAMPLES, -1, -1)


@settings(max_examples=40)
@given(tensors(), axis, axis)
def test_flatten(tensor: Tensor, first: int, last: int) -> None:
    agree(use("torch:flatten", tensor, first, last))
    agree(use("torch:Tensor.flatten", tensor, start_dim=1))
    agree(use("torch:ravel", tensor))


@settings(max_examples=40)
@given(tensors(), axis, st.lists(st.sampled_from((-1, 1, 2, 3)), max_size=3))
def test_unflatten(tensor: Tensor, along: int, target: list[int]) -> None:
    if target.count(-1) < 2:
        agree(use("torch:unflatten", tensor, along, target))


@settings(max_examples=35)
@given(tensors(), st.permutations(range(4)), st.booleans())
def test_permute(tensor: Tensor, order: list[int], one_by_one: bool) -> None:
    fitting = [i for i in order if i <= len(tensor.shape)]
    for axes in (fitting, order):
        given_ = axes if one_by_one else [tuple(axes)]
        agree(use("torch:Tensor.permute", tensor, *given_))
    agree(use("torch:permute", tensor, dims=fitting))


@settings(max_examples=35)
@given(tensors(least=1), axis, axis)
def test_transposes(tensor: Tensor, first: int, second: int) -> None:
    for name in ("transpose", "swapaxes", "swapdims", "Tensor.transpose_"):
        agree(use(f"torch:{name}", tensor, first, second))
    agree(use("torch:movedim", tensor, first, second))
    agree(use("torch:moveaxis", tensor, (first, second), (0, 1)))
    agree(use("torch:Tensor.mT", tensor))
    if len(tensor.shape) == 1:
        agree(use("torch:Tensor.t", tensor))
        agree(use("torch:Tensor.T", tensor))


@settings(max_examples=35)
@given(tensors(), axis, axis)
def test_axes_of_size_one(tensor: Tensor, first: int, second: int) -> None:
    agree(use("torch:unsqueeze", tensor, first))
    agree(use("torch:squeeze", tensor))
    agree(use("torch:Tensor.squeeze", tensor, first))
    if (first - second) % (len(tensor.shape) + 1):
        agree(use("torch:squeeze", tensor, dim=(first, second)))


@st.composite
def stretched(draw: st.DrawFn) -> tuple[Tensor, list[object]]:
    tensor = draw(tensors())
    target: list[object] = [
        draw(st.sampled_from((n, n, -1, 3))) if n == 1 else draw(st.sampled_from((n, n, -1)))
        for n in tensor.shape
    ]
    target.insert(tensor.axis, draw(st.sampled_from((SAMPLES, -1))))
    new: list[object] = draw(st.lists(st.sampled_from((1, 2, -1)), max_size=1))
    return tensor, new + target


@settings(max_examples=60)
@given(stretched())
def test_expand(case: tuple[Tensor, list[object]]) -> None:
    tensor, target = case
    agree(use("torch:Tensor.expand", tensor, *target))
    agree(use("torch:broadcast_to", tensor, target))


def test_a_class_token_for_each_sample() -> None:
    """What vision transformers put before the patches: a weight of (1, 1, 192), for each image."""
    token = Tensor((1, 1, 192), samples=False)

    assert of_samples(use("torch:Tensor.expand", token, SAMPLES, -1, -1)) == (((1, 192), 0),)
    assert whole(use("torch:Tensor.expand", token, 8, -1, -1)) == ((8, 1, 192),)


def test_the_shape_of_another() -> None:
    agree(use("torch:Tensor.view_as", Tensor((4, 6)), Tensor((3, 8))))
    agree(use("torch:Tensor.expand_as", Tensor((1, 6)), Tensor((3, 6))))


def test_pairs_are_complex_numbers() -> None:
    """What rotary embeddings do to queries of 8 heads of 64: pairs, turned, and pairs again."""
    pairs = use("torch:view_as_complex", Tensor((20, 8, 32, 2)))
    assert of_a_sample(pairs) == (20, 8, 32)
    assert of_a_sample(use("torch:view_as_real", Tensor((20, 8, 32)))) == (20, 8, 32, 2)
