"""What a PyTorch file imports: files beside it, networks of torchvision, and what nobody knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from weighbridge import readers, weighing
from weighbridge.errors import NotFound
from weighbridge.readers import python_source
from weighbridge.readers._python.run import NotFollowed
from weighbridge.weighing import Weighing

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"
BLOCK = (
    "class Block(nn.Module):\n"
    "    def __init__(self, n):\n"
    "        super().__init__()\n"
    "        self.fc = nn.Linear(n, n)\n"
    "    def forward(self, x):\n"
    "        return F.relu(self.fc(x))\n"
)
RESNET18 = 11_689_512
"""Parameters of torchvision's ResNet-18, by its own table."""


def folder(path: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return path


def weighed(path: Path, files: dict[str, str], main: str = "net.py") -> Weighing:
    file = folder(path, files) / main
    return weighing.weigh(python_source.read(readers.named(str(file))))


def of(path: Path, body: str) -> Weighing:
    return weighed(path, {"net.py": HEAD + body})


def warnings(found: Weighing) -> list[str]:
    return [each.message for each in found.findings if each.level == "warning"]


# -- files beside --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "main"),
    [
        ({"net.py": "from blocks import Block\nmodel = Block(3)", "blocks.py": HEAD + BLOCK},
         "net.py"),
        ({"net.py": "import blocks as b\nmodel = b.Block(3)", "blocks.py": HEAD + BLOCK}, "net.py"),
        ({"net.py": "from blocks import *\nmodel = Block(3)", "blocks.py": HEAD + BLOCK}, "net.py"),
        ({"net.py": "from parts.blocks import Block\nmodel = Block(3)",
          "parts/blocks.py": HEAD + BLOCK}, "net.py"),
        ({"net.py": "import parts.blocks\nmodel = parts.blocks.Block(3)",
          "parts/__init__.py": "", "parts/blocks.py": HEAD + BLOCK}, "net.py"),
        ({"net.py": "from parts import Block\nmodel = Block(3)",
          "parts/__init__.py": "from .blocks import Block", "parts/blocks.py": HEAD + BLOCK},
         "net.py"),
        ({"net.py": "from parts import Block\nmodel = Block(3)",
          "parts/__init__.py": "from .blocks import *", "parts/blocks.py": HEAD + BLOCK}, "net.py"),
        ({"pkg/__init__.py": "", "pkg/net.py": "from .sub.blocks import Block\nmodel = Block(3)",
          "pkg/sub/blocks.py": "from ..base import *", "pkg/base.py": HEAD + BLOCK}, "pkg/net.py"),
        ({"pkg/__init__.py": "", "pkg/net.py": "from pkg.base import Block\nmodel = Block(3)",
          "pkg/base.py": HEAD + BLOCK}, "pkg/net.py"),
    ],
)  # fmt: skip
def test_files_of_the_same_package_are_read(
    tmp_path: Path, files: dict[str, str], main: str
) -> None:
    found = weighed(tmp_path, files, main)

    assert found.parameters == 3 * 3 + 3
    assert warnings(found) == []


def test_a_class_that_is_only_imported_is_not_the_model(tmp_path: Path) -> None:
    """Of the classes a file defines the last is meant; what it imports is defined elsewhere."""
    net = HEAD + "from blocks import Block\nclass Net(nn.Sequential):\n    def __init__(self):\n"
    net += "        super().__init__(Block(2), Block(2))\nfrom blocks import Other\n"
    other = "class Other(nn.Linear):\n    def __init__(self):\n        super().__init__(50, 50)\n"

    found = weighed(tmp_path, {"net.py": net, "blocks.py": HEAD + BLOCK + other})

    assert found.model.name == "Net"
    assert found.parameters == 2 * (2 * 2 + 2)


def test_what_another_file_runs_as_a_script_is_left_out(tmp_path: Path) -> None:
    script = HEAD + BLOCK + "if __name__ == '__main__':\n    model = Block(99)\n"

    found = weighed(
        tmp_path, {"net.py": "from blocks import Block\nm = Block(2)", "blocks.py": script}
    )

    assert found.parameters == 2 * 2 + 2


def test_a_registry_is_filled_by_files_that_are_imported_for_nothing_else(tmp_path: Path) -> None:
    registry = (
        "MODELS = {}\n"
        "def register(name):\n"
        "    def wrap(cls):\n"
        "        MODELS[name] = cls\n"
        "        return cls\n"
        "    return wrap\n"
        "def create(name, *args):\n"
        "    if name not in MODELS:\n"
        "        raise KeyError(name)\n"
        "    return MODELS[name](*args)\n"
    )
    files = {
        "net.py": "from zoo import create\nmodel = create('block', 4)",
        "zoo/__init__.py": "from .registry import create\nfrom . import small\n",
        "zoo/registry.py": registry,
        "zoo/small.py": HEAD + "from .registry import register\n@register('block')\n" + BLOCK,
    }

    assert weighed(tmp_path, files).parameters == 4 * 4 + 4


def test_the_file_that_is_read_is_not_read_again_by_what_imports_it(tmp_path: Path) -> None:
    """It registers its model, and half-way reads a file that leads through its whole package."""
    registry = (
        "MODELS = {}\n"
        "def register(made):\n"
        "    if made.__name__ in MODELS:\n"
        "        raise ValueError('there is one of that name')\n"
        "    MODELS[made.__name__] = made\n"
        "    return made\n"
    )
    files = {
        "zoo/__init__.py": "from .net import *\n",
        "zoo/registry.py": registry,
        "zoo/sizes.py": "import zoo\nwidth = 4\nzoo.make\n",
        "zoo/net.py": HEAD + "from .registry import register\nfrom .sizes import width\n" + BLOCK
        + "same = width\n@register\ndef make():\n    return Block(same)\nmodel = make()\n",
    }  # fmt: skip

    found = weighed(tmp_path, files, "zoo/net.py")

    assert found.parameters == 4 * 4 + 4
    assert warnings(found) == []


def test_files_that_import_each_other(tmp_path: Path) -> None:
    files = {
        "net.py": "from a import Block, width\nmodel = Block(width)",
        "a.py": HEAD + "width = 3\nfrom b import helper\n" + BLOCK,
        "b.py": "from a import width\ndef helper():\n    return width\n",
    }

    assert weighed(tmp_path, files).parameters == 3 * 3 + 3


def test_what_is_not_known_in_another_file_is_told_with_its_place(tmp_path: Path) -> None:
    block = BLOCK.replace("nn.Linear(n, n)", "nn.Linear(n, settings.width)")

    found = weighed(
        tmp_path,
        {"net.py": "from blocks import Block\nmodel = Block(3)",
         "blocks.py": HEAD + "import settings\n" + block},
    )  # fmt: skip

    (finding,) = [each for each in found.findings if each.level == "warning"]
    assert finding.message.startswith("line 8 of blocks.py: out_features of Linear is not known")
    assert isinstance(finding, NotFollowed)
    line, carets = finding.excerpt.split("\n")
    assert line == "self.fc = nn.Linear(n, settings.width)"
    assert line[carets.index("^") :] == "nn.Linear(n, settings.width)"


@pytest.mark.parametrize("text", ["class (:", "x = 1\n" * 200_000, "\0", "x = '\xff'"])
def test_a_file_that_cannot_be_read_is_unknown(tmp_path: Path, text: str) -> None:
    folder(tmp_path, {"net.py": HEAD + "from blocks import Block\nm = nn.Sequential(Block(3))"})
    (tmp_path / "blocks.py").write_bytes(text.encode("latin-1"))

    found = weighing.weigh(python_source.read(readers.named(str(tmp_path / "net.py"))))

    assert not found.parameters.exact
    assert "blocks.Block" in warnings(found)[0]


def test_an_installed_package_does_not_bring_its_neighbours(tmp_path: Path) -> None:
    files = {
        "site-packages/pkg/__init__.py": "",
        "site-packages/pkg/net.py": HEAD + "import other\nmodel = nn.Linear(other.width, 3)",
        "site-packages/other.py": "width = 2",
    }

    assert not weighed(tmp_path, files, "site-packages/pkg/net.py").parameters.exact


def test_no_end_of_files(tmp_path: Path) -> None:
    """Each imports the next; a hundred are followed, and then one is unknown."""
    files = {f"m{i}.py": f"from m{i + 1} import width\n" for i in range(150)}
    files["m150.py"] = "width = 3"
    files["net.py"] = HEAD + "from m0 import width\nmodel = nn.Linear(width, 1)"

    assert not weighed(tmp_path, files).parameters.exact


# -- networks of torchvision ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "parameters"),
    [
        ("from torchvision import models\nm = models.resnet18(pretrained=True)", RESNET18),
        ("import torchvision\nm = torchvision.models.resnet18(weights='DEFAULT')", RESNET18),
        ("from torchvision.models import resnet18, ResNet18_Weights\n"
         "m = resnet18(weights=ResNet18_Weights.IMAGENET1K_V1, progress=False)", RESNET18),
        ("import torchvision.models as models\nm = models.__dict__['resnet18']()", RESNET18),
        ("import torchvision.models as models\nm = getattr(models, 'resnet' + str(18))()",
         RESNET18),
        ("from torchvision.models import get_model\nm = get_model('resnet18', weights=None)",
         RESNET18),
        ("m = torch.hub.load('pytorch/vision:v0.10.0', 'resnet18', pretrained=True)", RESNET18),
        ("from torchvision.models.resnet import ResNet, BasicBlock\n"
         "m = ResNet(BasicBlock, [2, 2, 2, 2])", RESNET18),
        ("from torchvision.models import ResNet\nfrom torchvision.models.resnet import BasicBlock\n"
         "class Mine(ResNet):\n    def __init__(self):\n"
         "        super().__init__(BasicBlock, [2, 2, 2, 2])\nm = Mine()", RESNET18),
        ("from torchvision import models\nm = models.resnet18(num_classes=10)",
         RESNET18 - 512 * 990 - 990),
        ("from torchvision import models\nm = models.resnet18()\n"
         "m.fc = nn.Linear(m.fc.in_features, 10)", RESNET18 - 512 * 990 - 990),
        ("from torchvision import models\nm = models.resnet18()\nm.fc = nn.Identity()",
         RESNET18 - 513 * 1000),
        ("from torchvision import models\n"
         "m = nn.Sequential(*list(models.resnet18().children())[:-1])", RESNET18 - 513 * 1000),
        ("from torchvision import models\nmodel = models.resnet18().layer4",
         8_393_728),  # 512·(256·9 + 3·512·9 + 256) weights and 5 batch norms of 512
    ],
)  # fmt: skip
def test_networks_of_torchvision_are_those_in_known(
    tmp_path: Path, body: str, parameters: int
) -> None:
    assert of(tmp_path, body).parameters == parameters


def test_a_network_on_a_backbone_has_shapes(tmp_path: Path) -> None:
    """1,814,073,344 MACs of ResNet-18 at 224×224, without 512·1000 of its classifier."""
    body = (
        "from torchvision import models\n"
        "class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.backbone = models.resnet18(weights=None)\n"
        "        self.backbone.fc = nn.Identity()\n"
        "        self.head = nn.Linear(512, 7)\n"
        "    def forward(self, x):\n"
        "        return self.head(self.backbone(x))\n"
        "model = Net()\n"
        "model(torch.zeros(1, 3, 224, 224))"
    )

    assert of(tmp_path, body).macs == 1_814_073_344 - 512 * 1000 + 512 * 7


@pytest.mark.parametrize(
    "body",
    [
        "from torchvision import models\nmodel = models.swin99()\nmodel.head = nn.Linear(8, 2)",
        "from torchvision import models\n"
        "model = models.resnet50(replace_stride_with_dilation=[False, True, True])\n"
        "model.fc = nn.Linear(2048, 2)",
        "from torchvision import models\nmodel = models.segmentation.resnet18()\n"
        "model.head = nn.Linear(8, 2)",
    ],
)
def test_other_networks_are_unknown_with_a_reason(tmp_path: Path, body: str) -> None:
    found = of(tmp_path, body)

    assert not found.parameters.exact
    assert "torchvision.models" in warnings(found)[0]


# -- what nobody knows ---------------------------------------------------------------------------

NET = (
    "class Net(nn.Module):\n"
    "    def __init__(self):\n"
    "        super().__init__()\n"
    "        self.a = nn.Linear(3, 4)\n"
    "        {made}\n"
    "    def forward(self, x):\n"
    "        {called}\n"
    "        return x\n"
    "model = Net()\n"
    "model(torch.zeros(1, 3))\n"
)


@pytest.mark.parametrize(
    ("made", "called"),
    [
        ("self.b = somewhere.Block(4)", "x = self.b(self.a(x))"),
        ("self.b = Block(4)", "x = self.b(self.a(x))"),
        ("self.b = somewhere.build(4)", "x = self.b(self.a(x))"),
        ("self.b = somewhere.build(4)", "x = self.b.features(self.a(x))"),
        ("self.b, self.c = somewhere.build(4)", "x = self.b(self.a(x))"),
        ("self.b = somewhere.Block(4)", "x = self.a(x)"),
        ("self.b = Model.from_pretrained('b')", "x = self.a(x)"),
        ("self.b = nn.ModuleList(somewhere.build(4))", "x = self.a(x)"),
        ("self.b = nn.Sequential(nn.ReLU(), somewhere.build(4))", "x = self.b(self.a(x))"),
        ("self.b = nn.Linear(4, 4, **somewhere.settings)", "x = self.b(self.a(x))"),
        ("self.b = nn.ReLU()\n        self.b = somewhere.build()", "x = self.a(x)"),
        ("self.a.extra = somewhere.Block()", "x = self.a(x)"),
    ],
)
def test_a_part_nobody_knows_makes_the_total_at_least(
    tmp_path: Path, made: str, called: str
) -> None:
    found = of(tmp_path, NET.format(made=made, called=called))

    assert str(found.parameters).startswith("≥")
    assert found.parameters.value is not None
    assert found.parameters.value >= 3 * 4 + 4
    assert warnings(found) != []


@pytest.mark.parametrize(
    ("made", "called"),
    [
        ("self.b = somewhere.width", "x = self.a(x)"),
        ("self.b = torchmetrics.Accuracy(10)", "x = self.a(x)"),
        ("self.b = somewhere.Tokenizer('b')", "x = self.a(x)"),
        ("self.b = torch.device('cuda')", "x = self.a(x).to(self.b)"),
        ("self.b = somewhere.get_logger('b')", "x = self.a(x)\n        self.b.info('hello')"),
        ("pass", "x = somewhere.arrange(self.a(x), 'b c -> c b')"),
        ("self.b = None", "x = self.a(x) if self.b is None else self.b(x)"),
    ],
)
def test_what_is_no_module_leaves_the_total_exact(tmp_path: Path, made: str, called: str) -> None:
    """PyTorch counts what is registered: functions and values of other libraries own nothing."""
    found = of(tmp_path, "import torchmetrics\n" + NET.format(made=made, called=called))

    assert found.parameters == 3 * 4 + 4


def test_a_base_nobody_knows_may_own_more(tmp_path: Path) -> None:
    found = of(
        tmp_path, "from lib import Base\n" + NET.replace("nn.Module", "Base").format(
            made="pass", called="x = self.a(x)"
        )
    )  # fmt: skip

    assert str(found.parameters) == "≥ 16"
    assert any("base class Base is not known" in each.message for each in found.findings)


@pytest.mark.parametrize("base", ["pl.LightningModule", "lightning.pytorch.LightningModule"])
def test_a_lightning_module_is_a_module(tmp_path: Path, base: str) -> None:
    head = "import pytorch_lightning as pl\nimport lightning.pytorch\n"
    body = NET.replace("nn.Module", base).format(
        made="self.save_hyperparameters()", called="x = self.a(x)"
    )

    assert of(tmp_path, head + body).parameters == 3 * 4 + 4


def test_a_model_is_asked_for_by_a_name_that_is_none(tmp_path: Path) -> None:
    file = folder(tmp_path, {"net.py": "import lib\ndef build():\n    return lib.make()\n"})

    with pytest.raises(NotFound, match=r"is no model: lib\.make\(…\) \(line 3\)"):
        python_source.read(readers.named(f"{file / 'net.py'}:build"))
