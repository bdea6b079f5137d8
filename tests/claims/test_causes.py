"""Numbers as people get them wrong, and the causes that the first explanations must name."""

from __future__ import annotations

from pathlib import Path

import pytest

from weighbridge.claims import check
from weighbridge.claims._ranked import varied
from weighbridge.claims._types import Explanation, Verdict
from weighbridge.readers import named, read
from weighbridge.weighing import weigh

FIRST = 3
DOWN = "Conv2D(8, 3) > MaxPooling2D(2) > Conv2D(8, 3) > MaxPooling2D(2)"
BLOCKS = "nn.Sequential(nn.Conv2d(8, 8, 1), nn.BatchNorm2d(8), nn.Conv2d(8, 16, 3, 2, 1))"
CNN = "Conv2D(8, 3) > BatchNormalization() > GlobalAveragePooling2D() > Dense(10)"
MODULES = """
import torch
from torch import nn

class Packed(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("qweight", torch.zeros(32, 512, dtype=torch.int32))
        self.bias = nn.Parameter(torch.zeros(512))

class Stem(nn.Module):
    def __init__(self):
        super().__init__()
        self.token = nn.Parameter(torch.zeros(1, 256))
        self.pos_embed = nn.Parameter(torch.zeros(17, 256))
        self.packed = Packed()
        self.head = nn.Linear(512, 10)
        self.k_proj = nn.Linear(512, 128, bias=False)
        self.q_proj = nn.Linear(512, 512, bias=False)

model = Stem()
"""
TABLES = "wte.weight (5000, 64)\nwpe.weight (32, 64)\nfc.weight (256, 64)\nfc.bias (256,)\n"
HELD = 18 * 256 + 512 + 513 * 10 + 512 * 128 + 512 * 512

NOTATIONS = {
    "the size doubled at each pool": (
        DOWN, (32, 32, 1), f"receptive-field={((1 + 2) * 2 + 2) * 2}", {"receptive-field-order"},
    ),
    "the stride in the 1×1": (
        BLOCKS, (8, 8, 8), f"macs={4 * 4 * (8 * 8 + 9 * 8 * 16)}", {"stride-placement"},
    ),
    "operations of the batch norm": (
        CNN, (6, 6, 1), f"macs={16 * 9 * 8 + 80 + 16 * 8 * 2}", {"macs-ops-included"},
    ),
    "no average": (CNN, (6, 6, 1), f"dense={4 * 4 * 8 * 10 + 10}", {"missing-pool"}),
    "norms and head": (
        CNN, (6, 6, 1), f"parameters={9 * 8 + 8}", {"norms-omitted", "head-excluded"},
    ),
    "a bias for each input": (
        "nn.Linear(768, 3072)", None, f"{768 * 3072 + 768}", {"size-in-wrong-role"},
    ),
    "a picture in a row": (
        "Dense(50) > Dense(10)", (3072,), f"dense={1024 * 50 + 50}", {"input-channels-wrong"},
    ),
    "the pair as one": (
        "DepthwiseConv2D(3) > Conv2D(12, 1)", (9, 9, 7), f"{9 * 7 * 12 + 12}",
        {"depthwise-vs-full"},
    ),
    "the feed-forward part": (
        "nn.TransformerEncoderLayer(64, 4, 256)", None, f"{64 * 256 * 2 + 256 + 64}",
        {"part-for-whole"},
    ),
    "a layer forgotten": (
        "Dense(32) > Dense(32) > Dense(32) > Dense(1)", (5,), f"{6 * 32 + 33 * 32 + 33}",
        {"part-for-whole"},
    ),
    "four bits": ("nn.Linear(512, 512)", None, f"bytes-int8={513 * 512 // 2}", {"dtype-width"}),
    "without the counter": (
        "nn.BatchNorm2d(64)", None, "buffers=128", {"library-version", "bn-running-stats"},
    ),
    "shards": ("nn.Linear(512, 512)", None, "parameters=0", {"sharded-placeholder"}),
}  # fmt: skip


def first_causes(found: Verdict) -> list[set[str]]:
    for told in found.explanations:
        assert (found.measured.value or 0) + sum(p.count for p in told.pieces) == told.value
        assert found.claim.allows(told.value)
    return [set(told.causes) for told in found.explanations[:FIRST]]


def verdict(source: str, claim: str, shape: tuple[int, ...] | None = None) -> Verdict:
    return check(weigh(read(named(source, shape))), [claim]).verdicts[0]


@pytest.mark.parametrize("case", NOTATIONS)
def test_of_layers(case: str) -> None:
    source, shape, claim, causes = NOTATIONS[case]
    assert any(causes <= told for told in first_causes(verdict(source, claim, shape)))


@pytest.mark.parametrize(
    ("count", "cause"),
    [
        (18 * 256, "tool-root-row"),
        (HELD - 18 * 256, "tool-skips-parameters"),
        (HELD - 17 * 256, "positions-omitted"),
        (HELD + 256 * 512, "quantised-in-buffers"),
        (HELD + 512 * 384, "grouped-query"),
    ],
)
def test_of_modules(tmp_path: Path, count: int, cause: str) -> None:
    file = tmp_path / "model.py"
    file.write_text(MODULES)
    assert verdict(str(file), f"parameters={HELD}").outcome == "holds"
    assert any(cause in told for told in first_causes(verdict(str(file), f"parameters={count}")))


@pytest.mark.parametrize(
    ("count", "causes"),
    [
        (5000 * 64 + 256 * 64, {"positions-omitted", "bias-omitted"}),
        (2 * 5000 * 64 + 256 * 64, {"positions-omitted", "bias-omitted", "tied-weights"}),
        (256 * 64, {"embeddings-excluded", "bias-omitted"}),
    ],
)
def test_the_estimate_of_a_language_model(tmp_path: Path, count: int, causes: set[str]) -> None:
    file = tmp_path / "shapes.txt"
    file.write_text(TABLES)
    assert any(causes <= told for told in first_causes(verdict(str(file), f"parameters={count}")))


def test_placeholders_stand_for_what_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "shapes.txt"
    file.write_text("embed.weight torch.Size([0])\nnorm.weight torch.Size([512])\n")
    (told,) = verdict(str(file), "parameters=6.7B").explanations[:1]
    assert told.causes == ("sharded-placeholder",)
    assert "embed.weight, which shows size 0 here" in told.sentence


def test_the_same_cause_again_comes_after_the_others() -> None:
    told = [
        Explanation(causes, (), 1, "", "", cost=cost)
        for cost, causes in enumerate((("a",), ("a",), ("b", "a"), ("c",)))
    ]
    assert [each.cost for each in varied(told)] == [0, 2, 3, 1]
