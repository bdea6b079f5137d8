"""Every model of Keras Applications, with and without its top, and what is published of them."""

from __future__ import annotations

import csv
from pathlib import Path

import keras  # type: ignore[import-untyped]  # Keras ships no types
import pytest

from tests.sweeps.building import swept

pytestmark = pytest.mark.long

PUBLISHED = Path(__file__).parent / "keras_applications.csv"
MODELS = "keras.applications"
BACK_END = {"KERAS_BACKEND": "numpy"}
"""It compiles nothing and has every layer these models are made of."""


def without_top(call: str, shape: str) -> str:
    """With the input shape that the whole has by default; left open, shapes take Keras long.

    NASNetLarge has other layers where sizes are open, and so it is published.
    """
    name, _, rest = call.rstrip(")").partition("(")
    words = [f"input_shape={shape}" if shape else "", "include_top=False", rest]
    return f"{name}({', '.join(filter(None, words))})"


def test_the_counts_published() -> None:
    with PUBLISHED.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    whole = {f"{MODELS}:{row['target']}": int(row["parameters"]) for row in rows}
    trainable = {f"{MODELS}:{row['target']}": int(row["trainable"]) for row in rows}
    headless = {
        f"{MODELS}:{without_top(row['target'], row['input'])}": int(row["without_top"])
        for row in rows
        if row["without_top"]
    }
    found = swept("keras", [*whole, *headless], **BACK_END)

    counted = {target: telling.get("parameters") for target, telling in found.items()}
    assert counted == whole | headless
    assert {target: found[target]["trainable"] for target in trainable} == trainable
    assert all(telling["agrees"] for telling in found.values())


def test_every_application() -> None:
    """By its own ``count_params()``; every class of ``keras.applications`` is one."""
    names = [name for name in dir(keras.applications) if name[0].isupper()]
    found = swept("keras", [f"{MODELS}:{name}" for name in names], **BACK_END)

    assert len(found) == len(names) >= 38
    for telling in found.values():
        assert telling.get("parameters") == telling.get("own", ""), telling
        assert telling["trainable"] == telling["own_trainable"], telling
        assert telling["agrees"], telling
