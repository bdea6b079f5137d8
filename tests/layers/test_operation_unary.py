from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.operations import Tensor, agree, of_a_sample, use
from weighbridge.errors import Impossible
from weighbridge.layers import make
from weighbridge.layers.operation import ElementwiseOperation
from weighbridge.layers.operation_unary import SPELLINGS

# What these need beside the tensor, and what it must be like.
MORE: dict[str, tuple[object, ...]] = {
    "batch_normalization": (Tensor((4,), False), Tensor((4,), False), -1),
    "cast": ("float16",),
    "digitize": ([0.0, 1.0],),
    "full_like": (2.0,),
    "roll": (1,),
    "saturate_cast": ("int8",),
    "threshold": (0.5, 0.0),
}
OF_WHOLE_NUMBERS = ("bitwise_not", "bitwise_invert", "invert")
ODD = (
    "glu",
    "affine_transform",
    "elastic_transform",
    "perspective_transform",
    "python:round",
    "python:abs",
)
SEEN = sorted(
    key
    for key in SPELLINGS
    if key.startswith(("keras:ops.", "keras:activations.", "python:")) and not key.endswith(ODD)
)


@pytest.mark.parametrize("key", SEEN)
def test_each_keeps_the_shape(key: str) -> None:
    name = key.rpartition(".")[2].rpartition(":")[2]
    if "image" in key:
        tensor = Tensor((6, 5, 3))
    elif name in ("inv", "cholesky"):
        tensor = Tensor((2, 4, 4))
    else:
        tensor = Tensor((6, 4), dtype="int32" if name in OF_WHOLE_NUMBERS else "float32")
    agree(use(key, tensor, *MORE.get(name, ())))


@pytest.mark.parametrize("key", sorted(key for key in SPELLINGS if key not in SEEN))
def test_the_others_are_the_same_operation(key: str) -> None:
    if not key.endswith("glu"):
        dialect, _, name = key.partition(":")

        assert make(dialect, name, [object()], {}) == ElementwiseOperation()


@given(st.lists(st.integers(1, 6), max_size=3), st.integers(-3, 3))
def test_a_gated_unit_halves_an_axis(sizes: list[int], axis: int) -> None:
    agree(use("keras:ops.glu", Tensor(tuple(sizes)), axis))


def test_tensorflow_names_its_tensors() -> None:
    assert make("tf", "nn.relu", [], {"features": object()}) == ElementwiseOperation()
    assert make("tf", "nn.softmax", [], {"logits": object(), "axis": -1}) == ElementwiseOperation()
    assert make("tf", "cast", [object(), "float32"], {}) == ElementwiseOperation()
    with pytest.raises(Impossible, match="needs features"):
        make("tf", "nn.relu", [], {})


def test_a_bias_is_added_to_channels_wherever_they_are() -> None:
    made = use("tf:nn.bias_add", Tensor((3, 8, 8)), Tensor((3,), False), data_format="NCHW")

    assert of_a_sample(made) == ((3, 8, 8),)
