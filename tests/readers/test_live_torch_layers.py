"""Every layer of ``torch.nn``, live: its tensors and what comes out are those of the real one.

The constructor calls are those that the tests of the layers draw; the module is built, and what the
live reader says of it is held against what PyTorch does.
"""

from __future__ import annotations

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.layers import (
    test_activation_torch,
    test_conv_torch,
    test_conv_transposed_torch,
    test_dense_torch,
    test_distance_torch,
    test_dropout_torch,
    test_embedding_torch,
    test_fold_torch,
    test_interpolation_torch,
    test_loss_with_parameters_torch,
    test_padding_torch,
    test_pool_torch,
    test_recurrent_torch,
    test_reshape_torch,
    test_split_attention_torch,
    test_transformer_torch,
)
from tests.layers.test_every_class_torch import ELSEWHERE, SPELLED, STEPS_FIRST, examples
from tests.readers.live_torch import counted, held, lazy, tensors, totals, weigh, whole
from tests.witness import Call
from tests.witness_torch import Account, Reading, build, torch_says
from weighbridge.errors import Impossible

DRAWN = {
    "activations": test_activation_torch.calls(),
    "convolutions": test_conv_torch.convolutions(),
    "transposed convolutions": test_conv_transposed_torch.convolutions(),
    "dense": test_dense_torch.linears() | test_dense_torch.bilinears(),
    "distances": test_distance_torch.distances(),
    "dropouts": test_dropout_torch.dropouts(),
    "embeddings": test_embedding_torch.embeddings(),
    "folds": test_fold_torch.unfolds() | test_fold_torch.folds(),
    "upsamplings": test_interpolation_torch.upsamplings(),
    "losses": test_loss_with_parameters_torch.linear(),
    "paddings": test_padding_torch.paddings(),
    "pools": test_pool_torch.pools() | test_pool_torch.adaptive_pools(),
    "recurrent": test_recurrent_torch.recurrent(),
    "reshaping": test_reshape_torch.unflattens() | test_reshape_torch.shuffles(),
    "attention": test_split_attention_torch.calls(),
    "transformers": test_transformer_torch.calls(),
}
WHOLE = ("Embedding", "EmbeddingBag")


def agrees(made: Call, reading: Reading) -> None:
    """Fails unless what the reader says of the live module is what the module is and does."""
    with torch.random.fork_rng(devices=[]):
        module = build(made)
    settled = not lazy(module)
    if settled:
        found = weigh(module)
        assert counted(found) == totals(module)
        assert held(found) == tensors(module)
        assert found.agrees, found.findings
    said = torch_says(made, reading)
    assume(isinstance(said, Account))
    assert isinstance(said, Account)
    try:
        (row,) = weigh(module, made.incoming).rows
    except Impossible:
        # PyTorch lets a transposed convolution give nothing at all, but not of a single sample.
        with pytest.raises(RuntimeError, match="too small"):
            module(*(torch.zeros(1, *(n or 0 for n in shape)) for shape in made.incoming))
        return
    for ours, theirs in zip(row.outputs, said.outputs, strict=False):
        assert theirs is None or (ours is not None and tuple(ours) == theirs), made
    if settled:
        assert row.basis == "agrees"


def reading_of(made: Call, module: torch.nn.Module) -> Reading:
    """How samples are handed to it."""
    first = made.native.startswith(STEPS_FIRST) and not made.native.endswith("Cell")
    axis = int(first and getattr(module, "batch_first", False) is not True)
    types = (torch.int64, torch.int64) if made.native in WHOLE else ()
    if made.native == "LinearCrossEntropyLoss":
        types = (torch.float32, torch.int64)
    return Reading(axis, types)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("family", DRAWN)
@settings(max_examples=6)
@given(st.data())
def test_a_live_layer_agrees(family: str, data: st.DataObject) -> None:
    drawn_agrees(family, data)


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("family", DRAWN)
@settings(max_examples=200)
@given(st.data())
def test_many_live_layers_agree(family: str, data: st.DataObject) -> None:
    drawn_agrees(family, data)


def drawn_agrees(family: str, data: st.DataObject) -> None:
    made = data.draw(DRAWN[family])
    try:
        with torch.random.fork_rng(devices=[]):
            module = build(made)
    except Exception:  # PyTorch refuses the settings, each class in its way
        return
    agrees(made, reading_of(made, module))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [n for n in SPELLED if n not in sum(ELSEWHERE.values(), ())])
def test_every_class_agrees(name: str) -> None:
    """On samples of the first shape and type that PyTorch takes."""
    found = ((each, torch_says(*each)) for each in examples(name))
    made, reading = next(each for each, said in found if isinstance(said, Account))

    agrees(made, reading)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("module", "shape"),
    [
        (torch.nn.Linear(3, 4), (5,)),
        (torch.nn.Conv2d(3, 4, 5), (3, 4, 4)),
        (torch.nn.BatchNorm2d(3), (4, 8, 8)),
        (torch.nn.LSTM(3, 4), (2, 5)),
    ],
)
def test_shapes_that_do_not_fit_are_one_clear_error(
    module: torch.nn.Module, shape: tuple[int, ...]
) -> None:
    with pytest.raises(Impossible) as raised:
        weigh(module, shape)

    assert type(module).__name__ in str(raised.value)
    assert raised.value.where


def test_samples_along_another_axis() -> None:
    """PyTorch's recurrent layers read a batch along the second axis unless told otherwise."""
    for first in (True, False):
        (row,) = weigh(torch.nn.GRU(3, 4, batch_first=first), (7, 3)).rows
        expected = (2, 7, 4) if first else (7, 2, 4)
        assert whole(row.outputs[0], 2) == expected
