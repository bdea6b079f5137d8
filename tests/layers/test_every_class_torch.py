"""Every class of ``torch.nn``: spelled, with its settings, and held against a real module once.

What stands in ``NOT_SPELLED`` is left out for a reason. A class that PyTorch adds fails here.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import nn

from tests.layers.signatures import demanded, differences, taken
from tests.witness import Call
from tests.witness_torch import Account, Reading, agree, torch_says
from weighbridge import layers

_HELD = "holds what a file puts into it; the reader of source and of live modules follows that"
NOT_SPELLED = {
    **dict.fromkeys(("Module", "Container", "RNNBase", "RNNCellBase"), "what others derive from"),
    **dict.fromkeys(("Sequential", "ModuleList", "ModuleDict"), _HELD),
    **dict.fromkeys(("ParameterList", "ParameterDict", "DataParallel"), _HELD),
    **dict.fromkeys(("Parameter", "Buffer"), "a tensor, no module"),
    **dict.fromkeys(("UninitializedParameter", "UninitializedBuffer"), "a tensor, no module"),
    "LinearCrossEntropyOptions": "settings of a function",
}
DEFAULTS = ("activation is",)
"""A default that is a function, where our own is its name."""
CLASSES = {name: found for name, found in sorted(vars(nn).items()) if inspect.isclass(found)}
SPELLED = [name for name in CLASSES if name not in NOT_SPELLED]


@pytest.mark.parametrize("name", CLASSES)
def test_every_class_is_spelled(name: str) -> None:
    assert (layers.spelling("torch", name) is None) == (name in NOT_SPELLED)


@pytest.mark.parametrize("name", [name for name in SPELLED if name != "Identity"])
def test_settings_are_those_of_the_constructor(name: str) -> None:
    """All named, but for those of ``Identity``, which takes whatever it is given."""
    build = layers.spelling("torch", name)
    assert build is not None

    settings = inspect.signature(build).parameters.values()
    assert not any(one.kind is one.VAR_KEYWORD for one in settings)
    found = differences(build, taken(CLASSES[name]))
    assert [each for each in found if not each.startswith(DEFAULTS)] == []


# -- one real module of each ---------------------------------------------------------------------

ARGUMENTS: dict[str, Any] = {
    **dict.fromkeys(("in_features", "in1_features", "in2_features", "in_channels", "d_model"), 4),
    **dict.fromkeys(("num_features", "num_channels", "normalized_shape", "input_size"), 4),
    **dict.fromkeys(("num_embeddings", "embed_dim", "num_classes"), 4),
    **dict.fromkeys(("out_features", "out_channels", "hidden_size", "embedding_dim"), 6),
    **dict.fromkeys(("kernel_size", "num_groups", "groups", "num_heads", "nhead", "size"), 2),
    **dict.fromkeys(("upscale_factor", "downscale_factor", "norm_type"), 2),
    "padding": 1, "value": 0.5, "threshold": 0.5, "dim": 1, "unflattened_size": (2, 2),
    "n_classes": 10, "cutoffs": [3], "output_size": 2,
}  # fmt: skip
MORE: dict[str, dict[str, Any]] = {
    **{f"FractionalMaxPool{rank}d": {"output_size": 3} for rank in (2, 3)},
    **{f"Upsampl{end}": {"scale_factor": 2} for end in ("e", "ingNearest2d", "ingBilinear2d")},
    "Fold": {"output_size": (5, 5)},
    "Transformer": {"d_model": 4, "nhead": 2, "dim_feedforward": 8},
    "LinearCrossEntropyLoss": {"out_features": ()},
}  # fmt: skip
"""What some need besides what they demand, or instead of it."""
ELSEWHERE = {
    "test_transformer_torch": ("TransformerDecoder", "TransformerEncoder"),
    "test_loss_torch": ("CTCLoss",),
}
"""Those with a module inside, which is made for them there, and one that reads four tensors."""
LENGTHS = {"1d": (6,), "2d": (6, 6), "3d": (6, 6, 6)}
SHAPES = [(4,), (4, 4), (4, 6, 6), (12, 16)]
TYPES = [(), (torch.int64,), (torch.float32, torch.int64)]
STEPS_FIRST = ("RNN", "LSTM", "GRU", "MultiheadAttention", "Transformer")
"""Which read a batch along the second axis, if not told otherwise; their cells do not."""


def examples(name: str) -> Iterator[tuple[Call, Reading]]:
    """Calls with what the class demands, on one to four samples of several shapes and types."""
    named = {one: ARGUMENTS[one] for one in demanded(taken(CLASSES[name]))} | MORE.get(name, {})
    shapes = [(4, *LENGTHS[name[-2:]])] if name[-2:] in LENGTHS else SHAPES
    if name in ("NLLLoss2d", "Unfold"):
        shapes = [(4, 6, 6)]
    axis = int(name.startswith(STEPS_FIRST) and not name.endswith("Cell"))
    for several, shape, types in itertools.product((1, 2, 3), shapes, TYPES):
        incoming = (shape,) * several
        yield Call(name, (), named, incoming), Reading(axis, types)
        if several > 1:
            for last in ((), shape[1:]):
                yield Call(name, (), named, (*incoming[:-1], last)), Reading(axis, types)


@pytest.mark.parametrize("name", [n for n in SPELLED if n not in sum(ELSEWHERE.values(), ())])
def test_a_real_module_agrees(name: str) -> None:
    """On samples of the first shape and type that PyTorch takes."""
    found = ((each, torch_says(*each)) for each in examples(name))
    made, reading = next(each for each, said in found if isinstance(said, Account))

    assert agree(made, reading) is not None
