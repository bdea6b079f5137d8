from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.operations_torch import SAMPLES, Tensor, agree, of_samples, use, whole
from weighbridge.layers import Untold, make
from weighbridge.layers.operation_torch_filling import SPELLINGS

UNKNOWN = Untold("read from a file")
OF_SHAPE = sorted(key for key, build in SPELLINGS.items() if build is SPELLINGS["torch:zeros"])

sizes = st.lists(st.integers(0, 4), max_size=3)
number = st.integers(-9, 9)


@pytest.mark.parametrize("key", OF_SHAPE)
@settings(max_examples=5)
@given(shape=sizes, place=st.integers(0, 3))
def test_a_tensor_of_a_shape(key: str, shape: list[object], place: int) -> None:
    with_samples = [*shape[:place], SAMPLES, *shape[place:]]
    agree(use(key, *with_samples))
    for given_ in (shape, with_samples):
        agree(use(key, tuple(given_)))
        agree(use(key, size=given_))


def test_sizes_that_are_not_known() -> None:
    assert whole(use("torch:zeros", 4, UNKNOWN)) == ((4, None),)
    assert whole(use("torch:zeros", UNKNOWN)) == (None,), "perhaps a whole shape"
    assert of_samples(use("torch:zeros", 2, SAMPLES, UNKNOWN)) == (((2, None), 1),)


@settings(max_examples=20)
@given(sizes)
def test_more_of_a_shape(shape: list[int]) -> None:
    agree(use("torch:full", shape, 2.0))
    agree(use("torch:randint", 10, tuple(shape)))
    agree(use("torch:randint", 0, 10, tuple(shape)))
    agree(use("torch:randint", high=10, size=shape))
    agree(use("torch:normal", 0.0, 1.0, shape))
    for name in ("zeros", "ones", "empty"):
        agree(use(f"torch:Tensor.new_{name}", Tensor((3,)), *shape, 2))
        agree(use(f"torch:Tensor.new_{name}", Tensor((3,)), shape))
    agree(use("torch:Tensor.new_full", Tensor((3,)), shape, 0.5))


@settings(max_examples=40)
@given(number, number, number | st.floats(-2, 2).filter(lambda step: abs(step) > 0.1))
def test_ranges(start: int, end: int, step: float) -> None:
    if step and (end - start) * step >= 0:
        agree(use("torch:arange", start, end, step))
        agree(use("torch:arange", start, end=end, step=step))
    agree(use("torch:arange", abs(end)))
    agree(use("torch:linspace", start, end, steps=abs(end)))
    agree(use("torch:logspace", start, end, abs(end)))
    agree(use("torch:eye", abs(start)))
    agree(use("torch:eye", abs(start), abs(end)))
    agree(use("torch:randperm", abs(end)))
    agree(use("torch:hann_window", abs(end)))


def test_positions_of_a_sequence() -> None:
    assert whole(use("torch:arange", 20)) == ((20,),)
    assert whole(use("torch:arange", 0, UNKNOWN)) == ((None,),)
    agree(use("torch:arange", SAMPLES))
    agree(use("torch:arange", 0, SAMPLES))


def test_noise_like_means() -> None:
    agree(use("torch:normal", Tensor((4,)), Tensor((4,))))


def test_a_tensor_out_of_numbers() -> None:
    kind = make("torch", "Tensor.new_tensor", [object(), [1.0, 2.0]], {})
    assert kind.unbatched() == ((2,),)  # type: ignore[attr-defined]  # an operation
