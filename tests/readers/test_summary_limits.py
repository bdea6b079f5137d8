"""Hostile and huge summaries cost no more than the limits allow."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from weighbridge.errors import LIMITS, TooLarge, WeighbridgeError
from weighbridge.readers import named, read

SECONDS = 20
HOSTILE = {
    "open brackets": "a.weight " + "(" * 200_000,
    "deep list": "[" * 200_000,
    "deep modules": "".join(f"(m{i}): Block(\n" for i in range(20_000)),
    "many copies": "M(\n"
    + "(0-99999999): 100000000 x Linear(in_features=1, out_features=1, bias=True)\n)",
    "copies of copies": "M(\n" + "(0-999): 1000 x Block(\n" * 9 + "(a): ReLU()\n" + ")\n" * 10,
    "long number": "Layer (type)  Output Shape  Param #\nd (Dense) (None, 3) " + "9" * 100_000,
    "wide cells": "Layer (type)  Output Shape  Param #\n" + "(None, 1" * 50_000,
    "totals": "Total params: 1\n" * 30_000,
    "quotes": "> " * 100_000 + "Total params: 1",
    "many shapes": "(1, 2)\n" * 60_000,
    "table": "| Layer | Params |\n" + "| a | 1 |\n" * 40_000,
    "long count": "Layer (type)  Output Shape  Param #\nc (Conv2D) (None, 9, 9, 9) 720720720720\n"
    * 2_000,
}


@pytest.mark.parametrize("attack", HOSTILE)
def test_hostile_text_is_cheap(attack: str, tmp_path: Path) -> None:
    path = tmp_path / "summary.txt"
    path.write_text(HOSTILE[attack])
    start = time.perf_counter()
    try:
        read(named(str(path)))
    except WeighbridgeError as error:
        assert str(error)

    assert time.perf_counter() - start < SECONDS


def test_large_file(tmp_path: Path) -> None:
    path = tmp_path / "summary.txt"
    path.write_bytes(b"x" * (LIMITS.source_bytes + 1))
    with pytest.raises(TooLarge):
        read(named(str(path)))
