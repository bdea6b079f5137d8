"""What is read from a source file is what real PyTorch builds from it.

``torch_sources/`` holds files as people write them. Each is run by PyTorch, and the model it leaves
behind is compared: modules in order, every tensor and its state, shapes of what comes out, totals.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
import torch
from torch import nn

from tests.readers.executed_torch import Executed, differences, executed, told, weighed
from weighbridge import readers, weighing
from weighbridge.errors import Impossible
from weighbridge.model import Unknown
from weighbridge.readers import notation, python_source

SOURCES = {
    file.stem: file for file in sorted((Path(__file__).parent / "torch_sources").glob("*.py"))
}
BATCHES = {"windows_and_steps": 2, "shifted_windows": 1}
"""How many samples a file calls its model with, where it folds them into more."""
CALLED = [name for name, file in SOURCES.items() if "model(" in file.read_text("utf-8")]


@lru_cache(maxsize=1)
def run(name: str) -> Executed:
    if "einops" in SOURCES[name].read_text("utf-8"):
        pytest.importorskip("einops")
    return executed(SOURCES[name])


def model_of(name: str) -> nn.Module:
    """The model that is meant: the one called so, else the last class with its defaults."""
    names = run(name).names
    classes = [v for v in names.values() if isinstance(v, type) and issubclass(v, nn.Module)]
    found = names["model"] if "model" in names else classes[-1]()
    assert isinstance(found, nn.Module)
    return found


def read(text: str, input_shape: object = None) -> weighing.Weighing:
    """A file, weighed; nothing in it may be unknown."""
    found = weighing.weigh(python_source.read(readers.named(text, input_shape)))
    assert [row.path for row in found.rows if isinstance(row.layer.kind, Unknown)] == []
    return found


def line(text: str, input_shape: object = None) -> weighing.Weighing:
    return weighing.weigh(notation.read(readers.named(text, input_shape)))


def written(tmp_path: Path, body: str) -> weighing.Weighing:
    """What a file holds that begins with the usual imports."""
    file = tmp_path / "net.py"
    file.write_text(f"import torch\nfrom torch import nn\n\n{body}\n")
    return read(str(file))


@pytest.mark.parametrize("name", SOURCES)
def test_files_as_people_write_them(name: str) -> None:
    """Every tensor where PyTorch has it, trained or not."""
    assert weighed(read(str(SOURCES[name]))) == told(model_of(name))


@pytest.mark.parametrize("name", CALLED)
def test_shapes_as_they_come_out(name: str) -> None:
    """Of the first call of each module, the batch axis left out."""
    found = read(str(SOURCES[name]))

    assert differences(found, run(name), model_of(name), BATCHES.get(name)) == []
    assert [each for each in found.findings if each.level == "warning"] == []


def test_work_on_samples_that_are_folded() -> None:
    """What PyTorch's own counter counts on two samples, but for the LSTM, which it passes over."""
    from torch.utils.flop_counter import FlopCounterMode

    name = "windows_and_steps"
    found, model = read(str(SOURCES[name])), model_of(name)
    with FlopCounterMode(display=False) as counter:
        model(torch.zeros(BATCHES[name], 5, 3, 32, 32))

    ours = sum(row.macs.value or 0 for row in found.rows if row.path != "rnn")
    assert None not in [row.macs.value for row in found.rows]
    assert ours * 2 * BATCHES[name] == counter.get_total_flops()


# -- one model of several ------------------------------------------------------------------------


def test_one_name_of_several() -> None:
    """A function is called, a class is made; published counts of ResNet-18 and ResNet-50."""
    file = SOURCES["resnet_torchvision"]

    assert read(f"{file}:resnet18").parameters == 11_689_512
    assert read(f"{file}:resnet50").parameters == 25_557_032


def test_an_input_from_outside_reaches_every_layer() -> None:
    """1,814,073,344 MACs at 224×224: the published 1.81 G."""
    found = read(f"{SOURCES['resnet_torchvision']}:resnet18", (3, 224, 224))

    assert found.macs == 1_814_073_344


def test_a_file_that_builds_several(tmp_path: Path) -> None:
    found = written(tmp_path, "small = nn.Linear(2, 3)\nlarge = nn.Linear(20, 30)")

    assert found.parameters == (20 + 1) * 30
    assert [finding.slug for finding in found.findings] == ["several-models"]


# -- what files do to parameters -----------------------------------------------------------------


def test_tied_weights_are_counted_once_where_they_are_met_first(tmp_path: Path) -> None:
    """A table of 10·4, its transpose in the layer that names words, and that layer's 10 biases."""
    body = (
        "class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.first = nn.Linear(4, 10, bias=False)\n"
        "        self.second = nn.Linear(4, 10)\n"
        "        self.second.weight = self.first.weight"
    )
    found = written(tmp_path, body)

    assert found.parameters == 10 * 4 + 10
    (kernel, _) = found.rows[1].held or ()
    assert kernel.tied_to == "first.kernel"


def test_modules_in_a_plain_list_are_told_of(tmp_path: Path) -> None:
    body = (
        "class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.hidden = [nn.Linear(3, 3), nn.Linear(3, 3)]\n"
        "        self.out = nn.Linear(3, 1)\n"
        "    def forward(self, x):\n"
        "        for layer in self.hidden:\n"
        "            x = layer(x)\n"
        "        return self.out(x)\n"
        "model = Net()\n"
        "model(torch.zeros(1, 3))"
    )
    found = written(tmp_path, body)

    assert found.parameters == 3 + 1
    assert found.macs == 2 * 3 * 3 + 3
    assert [finding.slug for finding in found.findings] == ["unseen-parameters"]


@pytest.mark.parametrize(
    ("freeze", "trainable"),
    [
        ("model[0].requires_grad_(False)", 2 * 3 + 2),
        ("for p in model.parameters():\n    p.requires_grad = False", 0),
        ("model[1].weight.requires_grad = False", 5 * 3 + 2),
        ("for n, p in model.named_parameters():\n    p.requires_grad = n.startswith('1.')", 8),
        ("model.eval()", 5 * 3 + 2 * 3 + 2),
    ],
)
def test_freezing(tmp_path: Path, freeze: str, trainable: int) -> None:
    """5·3 in the first layer, 2·3 and 2 biases in the second."""
    start = "model = nn.Sequential(nn.Linear(5, 3, bias=False), nn.Linear(3, 2))"
    found = written(tmp_path, f"{start}\n{freeze}")

    assert found.parameters == 5 * 3 + 2 * 3 + 2
    assert found.trainable == trainable


# -- notation ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shape", "parameters"),
    [
        ("nn.Conv2d(6, 16, 5)", None, (5 * 5 * 6 + 1) * 16),
        ("torch.nn.Linear(3, 4)", None, (3 + 1) * 4),
        ("nn.LSTM(128, 256, num_layers=2, bidirectional=True)", None,
         2 * (128 + 256 + 2) * 4 * 256 + 2 * (512 + 256 + 2) * 4 * 256),
        ("Conv2d(6, 16, 5) > MaxPool2d(2)", (6, 14, 14), (5 * 5 * 6 + 1) * 16),
        ("nn.Conv2d(1, 6, 5) > nn.AvgPool2d(2) > nn.LazyConv2d(16, 5)", (1, 32, 32),
         (5 * 5 * 1 + 1) * 6 + (5 * 5 * 6 + 1) * 16),
        ("nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))", (3,), 4 * 4 + 5 * 2),
    ],
)  # fmt: skip
def test_a_line_of_modules(text: str, shape: object, parameters: int) -> None:
    found = line(text, shape)

    assert found.parameters == parameters
    assert found.model.origin.producer == "torch"
    assert found.macs.exact is (shape is not None)


def test_a_function_is_no_module() -> None:
    with pytest.raises(Impossible, match=r"F\.relu is not a module"):
        line("nn.Linear(3, 4) > F.relu")
