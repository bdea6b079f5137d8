from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.operations_torch import Tensor, agree, of_a_sample, of_samples, use
from weighbridge.layers import make
from weighbridge.layers._operation import Operation
from weighbridge.layers.operation_torch_reduction import SPELLINGS
from weighbridge.model import Unknown

axis = st.integers(-3, 2)
SUMS = sorted(key for key in SPELLINGS if SPELLINGS[key] is SPELLINGS["torch:sum"])
OF_ONE_AXIS = ("argmax", "argmin", "prod")
WITHOUT_KEEPING = ("count_nonzero",)
LOSSES = sorted(key for key in SPELLINGS if SPELLINGS[key] is SPELLINGS["torch:F.mse_loss"])


@st.composite
def tensors(draw: st.DrawFn) -> Tensor:
    shape = tuple(draw(st.lists(st.integers(1, 5), min_size=1, max_size=3)))
    return Tensor(shape, axis=draw(st.sampled_from((0, 0, *range(len(shape) + 1)))))


@pytest.mark.parametrize("key", SUMS)
@settings(max_examples=8)
@given(tensor=tensors(), along=axis, keep=st.booleans())
def test_each_goes_along_axes(key: str, tensor: Tensor, along: int, keep: bool) -> None:
    name = key.rpartition(":")[2]
    if name in WITHOUT_KEEPING:
        agree(use(key, tensor, along))
        return
    agree(use(key, tensor, along, keep))
    agree(use(key, tensor, dim=along, keepdim=keep))
    if name not in OF_ONE_AXIS:
        agree(use(key, tensor, (along,), keepdim=keep))
    if "logsumexp" not in name:
        agree(use(key, tensor))


@settings(max_examples=20)
@given(tensors(), st.lists(axis, max_size=2), st.booleans())
def test_several_axes(tensor: Tensor, along: list[int], keep: bool) -> None:
    for name in ("sum", "mean", "Tensor.amax"):
        agree(use(f"torch:{name}", tensor, tuple(along), keep))
    if len({i % (len(tensor.shape) + 1) for i in along}) == len(along):  # taken twice on meta
        agree(use("torch:linalg.vector_norm", tensor, 2, tuple(along), keep))


@settings(max_examples=20)
@given(tensors(), axis, st.booleans())
def test_spread_and_norms(tensor: Tensor, along: int, keep: bool) -> None:
    agree(use("torch:std", tensor, along, keepdim=keep))
    agree(use("torch:Tensor.var", tensor, along, False, keep))
    agree(use("torch:Tensor.std", tensor, False))
    agree(use("torch:var_mean", tensor, along, keepdim=keep))
    agree(use("torch:norm", tensor, 2, along, keep))
    agree(use("torch:Tensor.norm", tensor, dim=along))
    agree(use("torch:linalg.norm", tensor, dim=along))
    agree(use("torch:quantile", tensor, 0.5, along, keep))


@settings(max_examples=20)
@given(tensors(), axis, st.booleans())
def test_values_and_their_places(tensor: Tensor, along: int, keep: bool) -> None:
    for name in ("max", "Tensor.min", "median", "mode"):
        agree(use(f"torch:{name}", tensor, along, keep))
    agree(use("torch:max", tensor))
    agree(use("torch:median", tensor))
    agree(use("torch:max", tensor, tensor))
    agree(use("torch:min", tensor, other=tensor))
    agree(use("torch:kthvalue", tensor, 1, along, keep))
    agree(use("torch:sort", tensor, along), "cpu")
    agree(use("torch:cummax", tensor, along))


@settings(max_examples=40)
@given(tensors(), axis, st.integers(0, 6))
def test_the_largest_values(tensor: Tensor, along: int, count: int) -> None:
    if along % (len(tensor.shape) + 1) != tensor.axis:
        agree(use("torch:topk", tensor, count, along))


def test_what_comes_out_has_names() -> None:
    for name in ("max", "topk", "sort", "kthvalue"):
        kind = make("torch", name, [object(), 1], {})
        assert isinstance(kind, Operation)
        assert kind.names == ("values", "indices")
    assert make("torch", "max", [object()], {}).names == ()  # type: ignore[attr-defined]  # an operation


def test_matrices() -> None:
    agree(use("torch:linalg.matrix_norm", Tensor((4, 5)), keepdim=True))
    agree(use("torch:trace", Tensor((4, 4), samples=False)))
    agree(use("torch:dist", Tensor((4,)), Tensor((4,))))


@pytest.mark.parametrize("key", LOSSES)
def test_losses(key: str) -> None:
    for reduction in ("none", "sum", "mean"):
        agree(use(key, Tensor((4, 5)), Tensor((4, 5)), reduction=reduction))


def test_losses_over_classes() -> None:
    classes, pixels = Tensor((10,)), Tensor((10, 8, 8))
    for reduction in ("none", "sum", "mean"):
        target = Tensor((), dtype=torch.long)
        agree(use("torch:F.cross_entropy", classes, target, reduction=reduction))
        target = Tensor((8, 8), dtype=torch.long)
        agree(use("torch:F.nll_loss", pixels, target, reduction=reduction))
    alone = Tensor((10,), samples=False)
    agree(use("torch:F.cross_entropy", alone, alone, reduction="none"))
    kind = make("torch", "F.triplet_margin_loss", [object()] * 3, {"reduction": "none"})
    assert isinstance(kind, Unknown)
    three = [Tensor((64,))] * 3
    agree(use("torch:F.triplet_margin_loss", *three))


@settings(max_examples=30)
@given(tensors(), axis, st.booleans())
def test_comparisons(tensor: Tensor, along: int, keep: bool) -> None:
    agree(use("torch:F.cosine_similarity", tensor, tensor, dim=along))
    agree(use("torch:F.pairwise_distance", tensor, tensor, keepdim=keep))


def test_distances_of_all_from_all() -> None:
    agree(use("torch:cdist", Tensor((20, 64)), Tensor((512, 64), samples=False)))
    made = use("torch:cdist", Tensor((20, 64)), Tensor((30, 64)))
    assert of_a_sample(made) == (20, 30)


def test_a_loss_over_all_samples_has_no_samples() -> None:
    assert of_samples(use("torch:mean", Tensor((4, 5)))) == (None,)
    assert isinstance(make("torch", "quantile", [object(), [0.1, 0.9]], {}), Unknown)
