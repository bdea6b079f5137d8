from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.operations import Tensor, agree, of_a_sample, use, whole
from weighbridge.errors import Impossible
from weighbridge.layers import Samples, Untold, make
from weighbridge.layers.operation_filling import SPELLINGS
from weighbridge.model import sizes

BATCH = Samples("tf.shape(x)[0]")
UNKNOWN = Untold("read from a file")
OF_SHAPE = sorted(key for key, build in SPELLINGS.items() if build is SPELLINGS["tf:zeros"])

number = st.integers(-9, 9)


@pytest.mark.parametrize("key", OF_SHAPE)
def test_a_tensor_of_a_shape(key: str) -> None:
    assert whole(use(key, (4, 5))) == ((4, 5),)
    assert whole(use(key, [4, UNKNOWN])) == ((4, None),)
    assert whole(use(key, UNKNOWN)) == (None,)
    assert of_a_sample(use(key, (BATCH, 5))) == ((5,),)
    assert of_a_sample(use(key, (None, 5))) == ((5,),)
    assert whole(use(key, (BATCH, 5))) == (None,)


def test_noise_for_each_sample() -> None:
    """What variational autoencoders add: a normal value for each latent value of each sample."""
    (noise,) = of_a_sample(use("tf:random.normal", shape=[BATCH, 2]))
    assert noise == (2,)

    agree(use("python:add", Tensor((2,)), Tensor(noise)))


@given(
    number, number, number | st.floats(-2, 2, allow_nan=False).filter(lambda step: abs(step) > 0.1)
)
def test_ranges(start: int, stop: int, step: float) -> None:
    made = use("keras:ops.arange", start, stop, step)
    if step == 0:
        with pytest.raises(Impossible, match="steps of 0"):
            whole(made)
    else:
        assert whole(made) == (np.arange(start, stop, step).shape,)


def test_ranges_without_an_end() -> None:
    assert whole(use("keras:ops.arange", 0.0, float("inf"), 1)) == ((None,),)
    assert whole(use("keras:ops.arange", 0.5, 10**400, 1)) == ((None,),)


def test_ranges_with_one_end() -> None:
    assert whole(use("keras:ops.arange", 7)) == ((7,),)
    assert whole(use("tf:range", 7)) == ((7,),)
    assert whole(use("tf:range", 2, limit=7, delta=2)) == ((3,),)
    assert whole(use("tf:range", start=0, limit=UNKNOWN, delta=1)) == ((None,),)
    assert whole(use("keras:ops.linspace", 0.0, 1.0, num=9)) == ((9,),)
    assert whole(use("tf:linspace", 0.0, 1.0, 9)) == ((9,),)


def test_matrices() -> None:
    assert whole(use("keras:ops.eye", 3, 4)) == ((3, 4),)
    assert whole(use("tf:eye", 3)) == ((3, 3),)
    assert whole(use("keras:ops.identity", 3)) == ((3, 3),)
    assert whole(use("keras:backend.eye", 3)) == ((3, 3),)
    assert whole(use("tf:fill", [3, 4], 0.5)) == ((3, 4),)


def test_a_shape_of_one_number() -> None:
    assert sizes(make("keras", "ops.zeros", [BATCH], {}).output()) == ()
