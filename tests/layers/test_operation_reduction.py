from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.operations import Tensor, agree, of_a_sample, use
from weighbridge.layers import make
from weighbridge.layers.operation import ElementwiseOperation
from weighbridge.layers.operation_reduction import SPELLINGS, Reduction
from weighbridge.model import Unknown

OF_TWO = ("crossentropy", "moments", "quantile", "percentile", "top_k")
KERAS = sorted(k for k in SPELLINGS if k.startswith("keras:ops.") and not k.endswith(OF_TWO))
TWINS = {
    "tf:reduce_mean": "keras:ops.mean",
    "tf:math.reduce_max": "keras:ops.max",
    "keras:backend.sum": "keras:ops.sum",
    "tf:norm": "keras:ops.norm",
    "tf:argmax": "keras:ops.argmax",
    "keras:backend.argmax": "keras:ops.argmax",
}

tensors = st.builds(
    lambda sizes, samples: Tensor(tuple(sizes), samples),
    st.lists(st.integers(1, 5), max_size=3),
    st.booleans(),
)
axis = st.integers(-4, 3)


@given(tensors, axis | st.none() | st.lists(axis, min_size=1, max_size=2), st.booleans())
def test_axes_go_or_stay_with_size_1(tensor: Tensor, axes: object, keeps: bool) -> None:
    agree(
        use(
            "keras:ops.sum",
            tensor,
            axis=tuple(axes) if isinstance(axes, list) else axes,
            keepdims=keeps,
        )
    )


@pytest.mark.parametrize("key", KERAS)
def test_each_reduces(key: str) -> None:
    agree(use(key, Tensor((4, 5)), axis=1))
    agree(use(key, Tensor((4, 5)), axis=-1))
    agree(use(key, Tensor((4, 5)), axis=None))


@pytest.mark.parametrize(("key", "twin"), TWINS.items())
def test_frameworks_mean_the_same(key: str, twin: str) -> None:
    made = use(key, Tensor((4, 5)), axis=1)

    assert made.kind(lambda _: object()) == use(twin, *made.arguments, axis=1).kind(
        lambda _: object()
    )


def test_defaults_differ() -> None:
    tensor = object()

    assert make("keras", "backend.argmax", [tensor], {}) == Reduction(axes=(-1,))
    assert make("tf", "argmax", [tensor], {}) == Reduction(axes=(0,))
    assert make("keras", "ops.argmax", [tensor], {}) == Reduction(axes=None)
    old = {"reduction_indices": [1, 2], "keep_dims": True}
    assert make("tf", "reduce_mean", [tensor], old) == Reduction(axes=(1, 2), keeps_axes=True)


@given(tensors, axis, st.booleans())
def test_moments_are_two(tensor: Tensor, along: int, keeps: bool) -> None:
    agree(use("keras:ops.moments", tensor, [along], keepdims=keeps))


@given(st.lists(st.integers(1, 5), min_size=1, max_size=3), st.integers(1, 5))
def test_top_k_gives_values_and_places(sizes: list[int], k: int) -> None:
    if k <= sizes[-1]:
        agree(use("keras:ops.top_k", Tensor(tuple(sizes)), k))


@given(tensors, axis | st.none())
def test_running_sums_keep_the_shape_along_an_axis(tensor: Tensor, along: int | None) -> None:
    rank = len(tensor.whole(1))
    if along is None or -rank <= along < rank:
        agree(use("keras:ops.cumsum", tensor, axis=along))


def test_one_quantile_reduces_and_several_do_not() -> None:
    agree(use("keras:ops.quantile", Tensor((4, 5)), 0.5, axis=1))
    assert isinstance(make("keras", "ops.quantile", [object(), [0.1, 0.9]], {}), Unknown)


def test_crossentropy_is_a_sum_over_classes() -> None:
    made = use("keras:ops.categorical_crossentropy", Tensor((6, 10)), Tensor((6, 10)))

    assert of_a_sample(made)[0] == (6,)


def test_a_loss_over_all_samples_has_no_samples() -> None:
    assert of_a_sample(use("tf:reduce_mean", Tensor((4, 5)))) == (None,)
    assert make("tf", "cumsum", [object()], {"axis": 1}) == ElementwiseOperation()
