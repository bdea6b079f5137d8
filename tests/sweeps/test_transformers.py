"""Every model type of transformers that its default configuration makes on the meta device."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.sweeps.building import swept

pytestmark = pytest.mark.long

NOT_BUILT = Path(__file__).parent / "transformers_not_built.csv"
"""Those that transformers itself cannot make so, and what it says."""


def test_every_architecture() -> None:
    """What is counted is ``num_parameters()``, and what cannot be made is known."""
    found = swept("transformers", HF_HUB_OFFLINE="1", TRANSFORMERS_VERBOSITY="error")
    built = {target: telling for target, telling in found.items() if "parameters" in telling}
    with NOT_BUILT.open(encoding="utf-8") as file:
        known = {row["target"] for row in csv.DictReader(file)}

    wrong = [telling for telling in built.values() if telling["parameters"] != telling["own"]]
    assert wrong == []
    wrong = [
        telling for telling in built.values() if telling["trainable"] != telling["own_trainable"]
    ]
    assert wrong == []
    assert [telling for telling in built.values() if not telling["agrees"]] == []
    assert [telling for target, telling in found.items() if target not in {*built, *known}] == []
    assert len(built) > 700
