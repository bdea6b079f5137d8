"""Every PyTorch file in ``known/`` is run by PyTorch, and must agree with what is read from it."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import pytest
import torch
from torch import nn

import weighbridge
from tests.readers import executed_torch
from tests.readers.executed_torch import Executed, told, weighed
from weighbridge.readers import known_name
from weighbridge.reports import Printed

QUICK = (
    "alexnet", "convnext-tiny", "densenet121", "efficientnet-b0", "lenet5-torch", "mobilenet-v2",
    "mobilenet-v3-large", "mobilenet-v3-small", "resnet18", "resnet50", "resnext50-32x4d",
    "squeezenet1-0", "squeezenet1-1", "transformer", "unet", "vgg16", "vit-b-16",
)  # fmt: skip
"""One of each family, and where a family has two sorts of blocks one of each."""
NAMES = [
    pytest.param(name, marks=() if name in QUICK else pytest.mark.long)
    for name in known_name.names()
    if "import torch" in known_name.text_of(name)
]


@cache
def read(name: str) -> Printed:
    return weighbridge.weigh(name)


@cache
def run(name: str) -> Executed:
    """What running a file leaves behind; nothing is computed, on the meta device."""
    with tempfile.TemporaryDirectory() as folder, torch.device("meta"):
        file = Path(folder, "net.py")
        file.write_text(known_name.text_of(name), encoding="utf-8")
        return executed_torch.executed(file)


@pytest.mark.parametrize("name", NAMES)
def test_tensor_by_tensor(name: str) -> None:
    """The same modules in the same order, each with the same tensors, trained or not."""
    model = run(name).names["model"]

    assert isinstance(model, nn.Module)
    assert weighed(read(name)) == told(model)


@pytest.mark.parametrize("name", NAMES)
def test_output_shapes(name: str) -> None:
    """Of every module, for the images or words that the file itself calls its model on."""
    assert executed_torch.differences(read(name), run(name)) == []
    assert read(name).macs.exact
