"""``--run`` with real models: how they are made, and that what was read there arrives here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import weighbridge
from tests.readers.running import environment, failed, made, written
from weighbridge.model import Model

NET = """
import sys, torch
from torch import nn

class Net(nn.Sequential):
    def __init__(self, units=3, bias=True):
        super().__init__(nn.Linear(4, units, bias=bias), nn.BatchNorm1d(units))

def make():
    print("made on", torch.empty(0).device.type, file=sys.stderr)
    return Net(5)

def asks_for_values():
    width = int(torch.full((3,), 2.0).sum().item())
    return nn.Linear(4, width), width

def wide():
    model, _ = asks_for_values()
    print("made on", model.weight.device.type, file=sys.stderr)
    return model

class Shop:
    @staticmethod
    def sell(size):
        return nn.Embedding(*size)

def trained(weights="imagenet", encoder_weights="imagenet", pretrained=True, head="imagenet"):
    assert (weights, encoder_weights, pretrained, head) == (None, None, False, "imagenet")
    return Net()

def given(weights="imagenet"):
    assert weights == "mine"
    return Net()

def huge():
    return nn.Linear(1_000_000, 1_000_000)

encoder = Net()
model = nn.Sequential(encoder, nn.Linear(3, 2))
"""


def parameters(model: Model) -> int:
    return int(weighbridge.weigh(model).parameters)


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(tmp_path_factory.mktemp("run"), NET)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("Net", (4 + 1) * 3 + 2 * 3),
        ("Net(7)", (4 + 1) * 7 + 2 * 7),
        ("Net(7, bias=False)", 4 * 7 + 2 * 7),
        ("make", (4 + 1) * 5 + 2 * 5),
        ("Shop.sell((10, 3))", 10 * 3),
        ("encoder", (4 + 1) * 3 + 2 * 3),
        ("", (4 + 1) * 3 + 2 * 3 + (3 + 1) * 2),
        ("trained", (4 + 1) * 3 + 2 * 3),
        ("given(weights='mine')", (4 + 1) * 3 + 2 * 3),
        ("huge", (10**6 + 1) * 10**6),
    ],
)
def test_what_a_name_may_be(net: str, call: str, expected: int) -> None:
    """A class, a function, what is in a class, a model; ``model`` where none is named.

    4 TB are no matter on the meta device.
    """
    assert parameters(made(f"{net}:{call}" if call else net)) == expected


def test_the_meta_device_where_it_can_be(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    made(f"{net}:make")
    assert capsys.readouterr().err == "made on meta\n"

    assert parameters(made(f"{net}:wide")) == (4 + 1) * 6
    assert capsys.readouterr().err == "made on cpu\n"


def test_what_holds_a_model_is_none(net: str) -> None:
    told = failed(f"{net}:asks_for_values")

    assert "makes a tuple, not a model" in told.what
    assert "a model is in it" in told.hint


def test_a_model_takes_no_arguments(net: str) -> None:
    assert "takes no arguments" in failed(f"{net}:encoder(3)").what


def test_several_models(tmp_path: Path) -> None:
    text = "from torch import nn\na, b = nn.Linear(2, 2), nn.Linear(3, 3)\n"
    told = failed(written(tmp_path, text))

    assert "has several models" in told.what
    assert told.hint == "name one: a, b"


CONFIGURED = """
from torch import nn
class PreTrainedConfig:
    pass
PreTrainedConfig.__module__ = "transformers.configuration_utils"
class Config(PreTrainedConfig):
    def __init__(self, width=4, **others):
        self.width = width
class Model(nn.Linear):
    config_class = Config
    def __init__(self, config, pooler=True):
        super().__init__(config.width, 3, bias=pooler)
"""
"""How transformers' models are made."""


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("Model", (4 + 1) * 3),
        ("Model(width=10)", (10 + 1) * 3),
        ("Model(width=10, pooler=False)", 10 * 3),
    ],
)
def test_a_class_that_wants_a_configuration(tmp_path: Path, call: str, expected: int) -> None:
    assert parameters(made(f"{written(tmp_path, CONFIGURED)}:{call}")) == expected


def test_a_setting_that_is_misspelt(tmp_path: Path) -> None:
    """A configuration would take it without a word."""
    told = failed(f"{written(tmp_path, CONFIGURED)}:Model(widht=10)")

    assert told.what == "Config has no setting widht"


def test_a_configuration_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = CONFIGURED + "class AutoModel:\n    from_config = staticmethod(Model)\n"
    written(tmp_path, text, "transformers.py")
    monkeypatch.setitem(sys.modules, "transformers", None)
    monkeypatch.delitem(sys.modules, "transformers")
    file = written(tmp_path, "from transformers import Config\n")

    assert parameters(made(f"{file}:Config(width=6)")) == (6 + 1) * 3


# -- through the command line --------------------------------------------------------------------


def test_the_whole_way(net: str) -> None:
    """Shapes come with it: what reaches the model is told by ``--input``."""
    done = subprocess.run(
        [sys.executable, "-m", "weighbridge", f"{net}:make", "--run", "--input=4", "--format=json"],
        capture_output=True, text=True, check=False, env=environment(),
    )  # fmt: skip
    told = json.loads(done.stdout)

    assert (done.returncode, done.stderr) == (0, "made on meta\n")
    assert told["model"]["origin"]["format"] == "run"
    assert told["model"]["origin"]["location"] == f"{net}:make"
    assert told["model"]["origin"]["producer"] == "torch"
    assert [layer["basis"] for layer in told["layers"]] == ["agrees", "agrees"]
    assert told["totals"]["parameters"]["value"] == (4 + 1) * 5 + 2 * 5
    assert told["totals"]["macs"]["value"] == 4 * 5
