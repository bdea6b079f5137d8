from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.operations_torch import Tensor, agree, of_a_sample, of_samples, use
from weighbridge.layers import make, operands, spelling
from weighbridge.layers.operation import ElementwiseOperation
from weighbridge.layers.operation_torch import SPELLINGS
from weighbridge.model import Unknown

VECTOR = Tensor((4,), samples=False)
# What these need beside the tensor.
MORE: dict[str, tuple[object, ...]] = {
    "F.batch_norm": (Tensor((6,), False), Tensor((6,), False)),
    **dict.fromkeys(("F.channel_shuffle", "F.native_channel_shuffle"), (3,)),
    **dict.fromkeys(("channel_shuffle", "native_channel_shuffle"), (3,)),
    "F.group_norm": (3,),
    "F.layer_norm": ([4], VECTOR, VECTOR),
    "F.local_response_norm": (2,),
    "F.log_softmax": (-1,),
    "F.rms_norm": ([4], VECTOR),
    "F.softmax": (-1,),
    "F.softmin": (-1,),
    "F.threshold": (0.1, 0.0),
    "Tensor.copy_": (VECTOR,),
    "Tensor.fill_": (0.0,),
    "Tensor.to": (torch.float16,),
    "Tensor.type": (torch.float16,),
    "Tensor.type_as": (VECTOR,),
    "alpha_dropout": (0.5, True),
    "bucketize": (VECTOR,),
    "celu": (1.0,),
    "clamp_max": (1.0,),
    "clamp_min": (0.0,),
    "cumprod": (-1,),
    "cumsum": (1,),
    "dropout": (0.5, True),
    "feature_alpha_dropout": (0.5, True),
    "feature_dropout": (0.5, True),
    "flip": ((1, 2),),
    "full_like": (2.0,),
    "index_add": (2, Tensor((4,), False, dtype=torch.long), Tensor((6, 4))),
    "index_copy": (2, Tensor((4,), False, dtype=torch.long), Tensor((6, 4))),
    "index_fill": (2, Tensor((4,), False, dtype=torch.long), 0.0),
    "index_put": ((Tensor((2,), False, dtype=torch.long),), Tensor((), False)),
    "log_softmax": (-1,),
    "logcumsumexp": (-1,),
    "masked_scatter": (Tensor((6, 4), dtype=torch.bool), Tensor((6, 4))),
    "randint_like": (9,),
    "renorm": (2, 0, 1.0),
    "roll": (2, 1),
    "scatter": (2, Tensor((6, 3), dtype=torch.long), 1.0),
    "scatter_add": (2, Tensor((6, 3), dtype=torch.long), Tensor((6, 3))),
    "scatter_reduce": (2, Tensor((6, 3), dtype=torch.long), Tensor((6, 3)), "sum"),
    "softmax": (-1,),
    "special.log_softmax": (-1,),
    "special.softmax": (-1,),
    "threshold": (0.1, 0.0),
}
OF_WHOLE_NUMBERS = ("bitwise", "gcd", "lcm", "ldexp")
OF_MATRICES = ("inverse", "linalg", "matrix_exp", "cholesky")
ONE = sorted(key for key in SPELLINGS if SPELLINGS[key] is SPELLINGS["torch:relu"])
TWO = sorted(key for key in SPELLINGS if SPELLINGS[key] is SPELLINGS["torch:add"])


@pytest.mark.parametrize("key", ONE)
def test_each_keeps_the_shape(key: str) -> None:
    name = key.partition(":")[2]
    dtype = torch.long if name.startswith(OF_WHOLE_NUMBERS) else torch.float32
    dtype = torch.complex64 if name in ("imag",) else dtype
    shape = (4, 4) if name.startswith(OF_MATRICES) else (6, 4)
    if name not in ("Tensor.cuda", "Tensor.xpu", "Tensor.cpu", "Tensor.pin_memory"):
        agree(use(key, Tensor(shape, dtype=dtype), *MORE.get(name, ())))
    assert make("torch", name, [object()], {}) == ElementwiseOperation()


@pytest.mark.parametrize("key", TWO)
def test_each_reads_two_tensors(key: str) -> None:
    dtype = torch.long if any(word in key for word in OF_WHOLE_NUMBERS) else torch.float32
    agree(use(key, Tensor((4, 1), dtype=dtype), Tensor((3, 1, 5), dtype=dtype)))
    agree(use(key, Tensor((4, 5), dtype=dtype), Tensor((5,), False, dtype=dtype)))


@st.composite
def stretching(draw: st.DrawFn) -> list[Tensor]:
    """Tensors that mostly fit value by value: axes missing, sizes of 1, at times a misfit."""
    base = draw(st.lists(st.integers(1, 4), max_size=3))
    along = draw(st.sampled_from((0, 0, *range(len(base) + 1))))
    tensors = []
    for _ in range(3):
        samples = draw(st.sampled_from((True, True, True, False)))
        kept = base[draw(st.integers(0, len(base))) :] if draw(st.booleans()) else base
        sizes = [draw(st.sampled_from((n, n, n, n, 1, n + 1))) for n in kept]
        axis = along - len(base) + len(kept)
        tensors.append(Tensor(tuple(sizes), samples, max(axis, 0)))
    return tensors


@settings(max_examples=30)
@given(stretching())
def test_tensors_stretch_to_each_other(tensors: list[Tensor]) -> None:
    first, second, third = tensors
    agree(use("torch:Tensor.mul", first, second))
    agree(use("torch:lerp", *tensors))
    agree(use("torch:addcmul", *tensors, value=0.5))
    agree(use("torch:where", first._replace(dtype=torch.bool), second, third))
    agree(use("torch:clamp", first, second, max=third))


def test_numbers_stretch_to_anything() -> None:
    agree(use("torch:where", Tensor((3, 4), dtype=torch.bool), Tensor((4,), False), 0.0))
    agree(use("torch:Tensor.where", Tensor((1, 4)), Tensor((3, 1), dtype=torch.bool), Tensor((1,))))
    agree(use("torch:clamp", Tensor((3, 4)), 0.0, 6.0))
    agree(use("torch:clip", Tensor((3, 4)), min=0.0))
    agree(use("torch:pow", 2.0, Tensor((3, 4))))
    agree(use("torch:Tensor.pow", Tensor((3, 4)), 2))


def test_a_mask_for_all_heads() -> None:
    """Scores of 8 heads among 20 steps, of which a mask of (20, 20) hides some."""
    scores, mask = Tensor((8, 20, 20)), Tensor((20, 20), False, dtype=torch.bool)

    agree(use("torch:Tensor.masked_fill", scores, mask, float("-inf")))
    assert of_a_sample(use("torch:Tensor.masked_fill_", scores, mask, -1e9)) == (8, 20, 20)


@settings(max_examples=30)
@given(st.lists(st.integers(1, 6), max_size=3), st.integers(-3, 3))
def test_a_gated_unit_halves_an_axis(sizes: list[int], axis: int) -> None:
    agree(use("torch:F.glu", Tensor(tuple(sizes)), axis))


def test_the_odd_ones() -> None:
    agree(use("torch:F.gumbel_softmax", Tensor((4, 5)), tau=0.5, hard=True))
    agree(use("torch:F.prelu", Tensor((4, 5)), Tensor((1,), False)))
    agree(use("torch:complex", Tensor((4, 5)), Tensor((5,), False)))
    agree(use("torch:polar", Tensor((4, 5)), Tensor((4, 5))))
    assert isinstance(make("torch", "where", [object()], {}), Unknown)
    assert isinstance(make("torch", "nonzero", [object()], {}), Unknown)
    assert make("torch", "tensor", [[[1, 2, 3]]], {}).unbatched() == ((1, 3),)  # type: ignore[attr-defined]  # an operation


# -- names ---------------------------------------------------------------------------------------


def test_in_place_and_methods_are_the_same_operation() -> None:
    for name in ("relu", "relu_", "Tensor.relu", "Tensor.relu_"):
        assert spelling("torch", name) is SPELLINGS["torch:relu"]
    assert spelling("torch", "F.relu_") is SPELLINGS["torch:F.relu"]
    assert spelling("torch", "Tensor.fill") is None, "there is only fill_"
    assert spelling("torch", "F.matmul") is None


def test_words_of_numpy() -> None:
    tensor = Tensor((4, 5))

    assert of_a_sample(use("torch:sum", tensor, axis=1, keepdims=True)) == (1, 5)
    assert of_a_sample(use("torch:cat", [tensor, tensor], axis=2)) == (4, 10)


def test_tensors_are_read_in_the_order_of_the_arguments() -> None:
    """Those in other arguments change nothing."""
    x, y, mask = object(), object(), object()

    assert operands("torch", "sub", [], {"other": y, "input": x}) == (x, y)
    named = {"value": y, "attn_mask": mask, "key": y}
    assert operands("torch", "F.scaled_dot_product_attention", [x], named) == (x, y, y)
    assert operands("torch", "einsum", ["i,i->i", x, y], {}) == ((x, y),)


def test_samples_along_one_axis_fit_those_along_the_same() -> None:
    turned = Tensor((20, 64), axis=1)

    assert of_samples(use("torch:add", turned, Tensor((64,), False))) == (((20, 64), 1),)
    assert of_samples(use("torch:add", turned, turned)) == (((20, 64), 1),)
    assert of_samples(use("torch:add", turned, Tensor((20, 1, 64), False))) == (((20, 64), 1),)
