from __future__ import annotations

import pytest
import torch

from tests.witness import Call, call
from tests.witness_torch import Reading, agree, build, kind_of
from weighbridge.formula import Num
from weighbridge.layers import Fixed, Untold, make
from weighbridge.model import Shape, sizes

FLOATS, INTS = torch.float32, torch.int64
PAIR: list[Shape] = [(3, 5), (3, 5)]
VECTORS: list[Shape] = [(5,), (5,)]
TRIPLE: list[Shape] = [(3, 5), (3, 5), (3, 5)]
CASES: dict[str, tuple[list[Shape], tuple[torch.dtype, ...]]] = {
    "BCELoss": (PAIR, ()),
    "BCEWithLogitsLoss": (PAIR, ()),
    "CosineEmbeddingLoss": ([(5,), (5,), ()], ()),
    "CrossEntropyLoss": ([(5, 4, 4), (4, 4)], (FLOATS, INTS)),
    "GaussianNLLLoss": (TRIPLE, ()),
    "HingeEmbeddingLoss": (PAIR, ()),
    "HuberLoss": (PAIR, ()),
    "KLDivLoss": (PAIR, ()),
    "L1Loss": (PAIR, ()),
    "MSELoss": ([(3, 5), (3, 1)], ()),
    "MarginRankingLoss": (TRIPLE, ()),
    "MultiLabelMarginLoss": (VECTORS, (FLOATS, INTS)),
    "MultiLabelSoftMarginLoss": (PAIR, ()),
    "MultiMarginLoss": ([(5,), ()], (FLOATS, INTS)),
    "NLLLoss": ([(5,), ()], (FLOATS, INTS)),
    "PoissonNLLLoss": (PAIR, ()),
    "SmoothL1Loss": (PAIR, ()),
    "SoftMarginLoss": (PAIR, ()),
    "TripletMarginLoss": (TRIPLE, ()),
    "TripletMarginWithDistanceLoss": (TRIPLE, ()),
}
"""Of each loss, samples that fit it, and their types where they are not numbers with a point."""


@pytest.mark.parametrize("native", CASES)
@pytest.mark.parametrize("reduction", ["none", "mean", "sum", "average"])
def test_torch_agrees(native: str, reduction: str) -> None:
    """No tensors; one number for the whole batch, or what is not reduced."""
    reads, dtypes = CASES[native]
    agree(call(native, reads=reads, reduction=reduction), Reading(dtypes=dtypes))


@pytest.mark.parametrize("reduction", ["none", "mean"])
def test_alignments(reduction: str) -> None:
    """``CTCLoss`` reads steps first: 6 of them, 4 classes, 3 labels in each of 2 and 3 samples."""
    loss = torch.nn.CTCLoss(reduction=reduction)
    found = [
        loss(
            torch.zeros(6, n, 4),
            torch.ones(n, 3, dtype=INTS),
            torch.full((n,), 6),
            torch.full((n,), 3),
        )
        for n in (2, 3)
    ]
    (ours,) = kind_of(call("CTCLoss", reduction=reduction, reads=())).outputs((6, 4), (3,), (), ())

    one_each = [tuple(each.shape) for each in found] == [(2,), (3,)]
    assert sizes(ours) == (() if one_each else None)


@pytest.mark.parametrize("named", [{"reduce": False}, {"size_average": False}, {"reduce": True}])
def test_the_settings_of_old_have_the_last_word(named: dict[str, bool]) -> None:
    agree(call("MSELoss", reads=PAIR, **named))


@pytest.mark.parametrize(
    ("native", "named"),
    [
        ("HuberLoss", {"delta": 0}),
        ("SmoothL1Loss", {"beta": -1}),
        ("TripletMarginLoss", {"margin": 0}),
        ("TripletMarginWithDistanceLoss", {"margin": -0.5}),
        ("MultiMarginLoss", {"p": 3}),
        ("MSELoss", {"reduction": "batch"}),
    ],
)
def test_settings_that_cannot_be(native: str, named: dict[str, float]) -> None:
    reads, dtypes = CASES[native]
    assert agree(call(native, reads=reads, **named), Reading(dtypes=dtypes)) is None


@pytest.mark.parametrize(
    ("native", "role", "shape"),
    [
        ("CrossEntropyLoss", "weight", (10,)),
        ("NLLLoss", "weight", (10,)),
        ("BCEWithLogitsLoss", "pos_weight", (7,)),
        ("BCELoss", "weight", (4, 1)),
    ],
)
def test_weights_are_buffers(native: str, role: str, shape: Shape) -> None:
    """``CrossEntropyLoss(weight=torch.ones(10))`` keeps ten values that are not trained."""
    ones = torch.ones([size or 0 for size in shape])
    (theirs,) = build(Call(native, (), {role: ones}, ())).buffers()
    (tensor,) = make("torch", native, (), {role: Fixed(shape)}).tensors() or ()
    (unknown,) = make("torch", native, (), {role: Untold("from a file")}).tensors() or ()

    assert (sizes(tensor.dims), tensor.trainable) == (tuple(theirs.shape), False)
    assert tensor.buffer
    assert sizes(unknown.dims) == (None,)


def test_no_work_is_counted() -> None:
    assert kind_of(call("MSELoss", reads=())).macs(((5,), (5,)), None) == Num(0)
