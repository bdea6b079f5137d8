"""Every classification model of torchvision, and what is published of the others."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.readers.running import environment
from tests.sweeps.building import ROOT, swept

pytestmark = pytest.mark.long

PUBLISHED = Path(__file__).parent / "torchvision.csv"
MODELS = "tests.sweeps.vision"

METADATA = """
import json
from tests.sweeps import vision
import torchvision
names = torchvision.models.list_models(module=torchvision.models)
weights = {name: torchvision.models.get_model_weights(name) for name in names}
print(json.dumps({n: sorted({w.meta["num_params"] for w in ws}) for n, ws in weights.items()}))
"""
"""The counts in torchvision's own description of its weights."""


def metadata() -> dict[str, list[int]]:
    done = subprocess.run(
        [sys.executable, "-c", METADATA], capture_output=True, text=True, check=True, cwd=ROOT,
        env=environment(),
    )  # fmt: skip
    counts: dict[str, list[int]] = json.loads(done.stdout)
    return counts


def test_the_counts_published() -> None:
    with PUBLISHED.open(encoding="utf-8") as file:
        published = {f"{MODELS}:{row['target']}": row for row in csv.DictReader(file)}
    found = swept("torchvision", published)

    for target, row in published.items():
        assert found[target].get("parameters") == int(row["parameters"]), found[target]
        if row["buffers"]:
            assert found[target]["buffers"] == int(row["buffers"]), found[target]
    assert all(telling["agrees"] for telling in found.values())


def test_every_classification_model() -> None:
    """As torchvision describes it. Weights come without the auxiliary heads of GoogLeNet, and for
    some models in several sizes of image."""
    described = metadata()
    calls = {name: f"{MODELS}:{name}" for name in described}
    calls["googlenet"] += "(aux_logits=False)"
    found = swept("torchvision", calls.values())

    assert len(described) >= 80
    for name, call in calls.items():
        telling = found[call]
        assert telling.get("parameters") in described[name], telling
        assert telling["parameters"] == telling["own"], telling
        assert telling["trainable"] == telling["own_trainable"], telling


def test_the_whole_way() -> None:
    """3·224·224 in: the table that ``weigh --run`` prints ends in 25,557,032 and 4.09 GMACs."""
    words = ["--run", f"{MODELS}:resnet50", "--input", "3x224x224"]
    done = subprocess.run(
        [sys.executable, "-m", "weighbridge", *words], capture_output=True, text=True, check=True,
        cwd=ROOT, env=environment(),
    )  # fmt: skip

    assert "25,557,032" in done.stdout
    assert "4,089,184,256" in done.stdout
