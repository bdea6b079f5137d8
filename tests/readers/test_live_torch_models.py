"""Whole live models: drawn ones, files as people write them, and torchvision's own."""

from __future__ import annotations

import contextlib
import io
import runpy
import warnings
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from tests.readers.live_torch import (
    counted,
    held,
    lazy,
    outputs,
    row_shapes,
    tensors,
    totals,
    weigh,
    whole,
)
from tests.sweeps import compiled
from weighbridge.readers._live_torch_session import Constant
from weighbridge.weighing import Weighing

BATCH = 2
SOURCES = {
    file.stem: file for file in sorted((Path(__file__).parent / "torch_sources").glob("*.py"))
}

# -- drawn ---------------------------------------------------------------------------------------


class Residual(nn.Module):
    """What comes in is added to what comes out."""

    def __init__(self, *inside: nn.Module) -> None:
        super().__init__()
        self.inside = nn.Sequential(*inside)

    def forward(self, x: Any) -> Any:
        return x + self.inside(x)


class Dense(nn.Module):
    """What comes in is put beside what comes out."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.grow = nn.Conv2d(channels, 3, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x, torch.relu(self.grow(x))], dim=1)


class Attending(nn.Module):
    """Attention among all places of a picture."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.into = nn.Linear(channels, 3 * channels)

    def forward(self, x: Any) -> Any:
        b, c, h, w = x.shape
        q, k, v = self.into(x.flatten(2).transpose(1, 2)).chunk(3, dim=-1)
        weights = torch.softmax(torch.bmm(q, k.transpose(1, 2)) / c**0.5, dim=-1)
        return (weights @ v).transpose(1, 2).reshape(b, c, h, w)


class Squeezing(nn.Module):
    """Channels weighed by their means."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weigh = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Any) -> Any:
        return x * self.weigh(x.mean(dim=(2, 3), keepdim=True)).sigmoid()


def part(name: str, channels: int, wide: int) -> tuple[nn.Module, int]:
    """One part of a network, and how many channels come out of it."""
    parts: dict[str, tuple[nn.Module, int]] = {
        "convolution": (nn.Conv2d(channels, wide, 3, padding=1), wide),
        "strided": (nn.Conv2d(channels, wide, 3, stride=2, padding=1, bias=False), wide),
        "depthwise": (nn.Conv2d(channels, channels, 3, padding=1, groups=channels), channels),
        "transposed": (nn.ConvTranspose2d(channels, wide, 2, stride=2), wide),
        "norm": (nn.BatchNorm2d(channels), channels),
        "rectified": (nn.ReLU(inplace=True), channels),
        "residual": (Residual(nn.Conv2d(channels, channels, 3, padding=1), nn.ReLU()), channels),
        "dense": (Dense(channels), channels + 3),
        "attention": (Attending(channels), channels),
        "squeezed": (Squeezing(channels), channels),
        "upsampled": (nn.Upsample(scale_factor=2), channels),
    }
    return parts[name]


@st.composite
def networks(draw: st.DrawFn) -> nn.Module:
    """Parts in a row that fit, and a head that names ten classes."""
    channels, parts = 3, []
    sort = sorted(("convolution", "strided", "depthwise", "transposed", "norm", "rectified",
                   "residual", "dense", "attention", "squeezed", "upsampled"))  # fmt: skip
    for name in draw(st.lists(st.sampled_from(sort), min_size=1, max_size=6)):
        made, channels = part(name, channels, draw(st.sampled_from((2, 4))))
        parts.append(made)
    head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10))
    return nn.Sequential(*parts, head).eval()


@settings(max_examples=15)
@given(networks())
def test_drawn_networks(model: nn.Module) -> None:
    """Every shape and all work, as PyTorch has them."""
    agrees(model, (torch.zeros(BATCH, 3, 8, 8),))


def agrees(model: nn.Module, given: tuple[Tensor, ...]) -> None:
    """Fails unless tensors, shapes and work are those of a real run."""
    found = weigh(model, [tuple(tensor.shape[1:]) for tensor in given])
    assert counted(found) == totals(model)
    assert held(found) == tensors(model)
    with FlopCounterMode(display=False) as counter:
        real = outputs(model, *given)
    assert found.macs == counter.get_total_flops() // 2 // len(given[0])
    for row in found.rows:
        if row.calls and row.path in real and real[row.path]:
            ours = row_shapes(row, len(given[0]))
            assert ours == real[row.path][: len(ours)], row.path


# -- files ---------------------------------------------------------------------------------------


def built(file: Path) -> tuple[nn.Module, tuple[Any, ...]] | None:
    """The model that a file leaves behind as ``model``, and what it first calls it on."""
    original = nn.Module.__call__
    called: dict[int, tuple[Any, ...]] = {}

    def call(self: nn.Module, *values: Any, **named: Any) -> Any:
        called.setdefault(id(self), values)
        return original(self, *values, **named)

    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.object(nn.Module, "__call__", call))
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")  # PyTorch frowns on much that people write
        with torch.random.fork_rng(devices=[]):
            names = runpy.run_path(str(file), run_name="__main__")
    model = names.get("model")
    if isinstance(model, nn.DataParallel):
        model = model.module
    if not isinstance(model, nn.Module):
        return None
    given = called.get(id(model), ())
    return model, given if all(isinstance(value, Tensor) for value in given) else ()


@pytest.mark.parametrize("name", SOURCES)
def test_files_as_people_write_them(name: str) -> None:
    """The model that is left behind, live: its tensors, and every shape of its first call."""
    if "torchsummary" in SOURCES[name].read_text("utf-8"):
        pytest.skip("it prints with a package that may not be installed")
    made = built(SOURCES[name])
    if made is None or lazy(made[0]):
        pytest.skip("it leaves no model behind")
    model, given = made
    found = weigh(model)

    assert counted(found) == totals(model)
    assert held(found) == tensors(model)
    assert found.agrees
    if given and all(t.is_floating_point() and len(t) == len(given[0]) for t in given):
        shapes_agree(model.eval(), given)


def shapes_agree(model: nn.Module, given: tuple[Tensor, ...]) -> None:
    found = weigh(model, [tuple(tensor.shape[1:]) for tensor in given])
    real = outputs(model, *given)
    for row in found.rows:
        if row.calls and row.incoming and real.get(row.path):
            ours, theirs = row_shapes(row, len(given[0])), real[row.path]
            if without_samples(found, row.path):
                ours = [
                    sh if sh == there else whole(sh, 1)
                    for sh, there in zip(row.outputs, theirs, strict=False)
                ]
            assert ours == theirs[: len(ours)], row.path
    assert [finding for finding in found.findings if finding.level == "warning"] == []


def without_samples(found: Weighing, path: str) -> bool:
    """Whether a layer reads what has no samples, such as positions."""
    calls = found.model.calls
    reads = next(call.reads for call in calls if call.layer == path)
    return all(port is None or isinstance(calls[port.call].kind, Constant) for port in reads)


# -- torchvision ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def vision() -> Any:
    """``torchvision.models``, where torchvision is installed."""
    try:
        compiled.declare()
        import torchvision  # type: ignore[import-untyped]  # ships no types
    except ImportError:
        pytest.skip("torchvision is not installed")
    return torchvision.models


def published(vision: Any, name: str) -> tuple[float, int]:
    """GMACs that torchvision states for its weights, and the size of the picture."""
    weights = next(iter(vision.get_model_weights(name)))
    return weights.meta["_ops"], weights.transforms.keywords["crop_size"]


def works_as_published(vision: Any, name: str) -> None:
    gmacs, size = published(vision, name)
    options: dict[str, Any] = (
        {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    )
    if name.startswith("vit"):
        options = {"image_size": size}
    # RegNets compute their widths with tensors, which the meta device does not.
    with torch.device("cpu" if name.startswith("regnet") else "meta"):
        model = vision.get_model(name, **options)
    found = weigh(model, (3, size, size))

    assert counted(found) == totals(model)
    assert found.macs.exact, found.macs.missing
    assert round(int(found.macs) / 1e9, 3) == pytest.approx(gmacs, abs=0.0011), name


@pytest.mark.parametrize("name", ["resnet50", "swin_t", "mobilenet_v3_small", "vit_b_16"])
def test_work_as_torchvision_states_it(vision: Any, name: str) -> None:
    works_as_published(vision, name)


@pytest.mark.long
def test_all_work_as_torchvision_states_it(vision: Any) -> None:
    for name in vision.list_models(module=vision):
        works_as_published(vision, name)


def test_resnet50(vision: Any) -> None:
    """4,089,184,256 MACs at 224×224, as the layers of He et al. 2015, table 1, come to."""
    with torch.device("meta"):
        found = weigh(vision.resnet50(), (3, 224, 224))

    assert (int(found.parameters), int(found.macs)) == (25_557_032, 4_089_184_256)
    assert {row.basis for row in found.rows} == {"agrees"}
