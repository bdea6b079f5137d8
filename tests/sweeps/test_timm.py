"""A model of every family of timm."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.readers.running import environment
from tests.sweeps.building import ROOT, swept

pytestmark = pytest.mark.long

FAMILIES = """
import json
from tests.sweeps import compiled
compiled.declare()
import timm
families = [timm.list_models(module=name) for name in timm.list_modules()]
print(json.dumps([models[0] for models in families if models]))
"""


def test_one_of_each_family() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FAMILIES], capture_output=True, text=True, check=True, cwd=ROOT,
        env=environment(),
    )  # fmt: skip
    names: list[str] = json.loads(done.stdout)
    found = swept("timm", [f"timm:create_model({name!r})" for name in names])

    assert len(found) == len(names) > 60
    for telling in found.values():
        assert telling.get("parameters") == telling.get("own", ""), telling
        assert telling["trainable"] == telling["own_trainable"], telling
        assert telling["agrees"], telling
