"""The third witness: what training changes is what is counted as trainable.

Beside the formula and the framework's own tensors stands the optimizer. It runs in a process of its
own, since Keras has another back end there.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

SCRIPT = Path(__file__).parents[2] / "examples" / "lenet5.py"
PNG = b"\x89PNG\r\n\x1a\n"

FROZEN_LAYER = """
import sys
sys.path.insert(0, sys.argv[1])
import lenet5
build = lenet5.built
def frozen(name):
    model = build(name)
    model.get_layer("C3").trainable = False
    return model
lenet5.built = frozen
sys.exit(lenet5.main(["--only", "lenet5-1998", "--epochs", "1"]))
"""
"""Trains with C3 frozen, of which weighbridge, reading the file, knows nothing."""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    settings = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, env=settings, check=False
    )


@cache
def transcript() -> str:
    done = run(str(SCRIPT))
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def row(layer: str, after: str) -> list[int]:
    """The numbers of the first line that begins with ``layer`` behind the line ``after``."""
    rest = transcript().partition(f"\n{after}\n")[2]
    found = re.search(rf"^  {layer} .*?((?: +[\d,]+){{4}})$", rest, re.MULTILINE)
    assert found is not None
    return [int(number.replace(",", "")) for number in found[1].split()]


def test_the_numbers_that_changed_are_the_61_706_counted() -> None:
    """All of 156 + 2,416 + 48,120 + 10,164 + 850, and there is nothing else."""
    trainable = 156 + 2_416 + 48_120 + 10_164 + 850

    assert row("total", "lenet5") == [trainable, trainable, 0, 0] == [61_706, 61_706, 0, 0]
    assert row("conv2d_1", "lenet5") == [2_416, 2_416, 0, 0]


def test_the_numbers_that_changed_are_the_60_000_of_the_paper() -> None:
    """The 10 centres of 84 values each are kept as they are; so is nothing else."""
    trainable = 156 + 12 + 1_516 + 32 + 48_120 + 10_164

    assert row("total", "lenet5-1998") == [60_000, 60_000, 840, 840]
    assert trainable == 60_000
    assert row("C3", "lenet5-1998") == [25 * 60 + 16, 1_516, 0, 0]
    assert row("output", "lenet5-1998") == [0, 0, 84 * 10, 840]


def test_both_networks_have_learned_to_read() -> None:
    last = re.findall(r"epoch 30 .* ([\d.]+)% right", transcript())

    assert len(last) == 2
    assert all(float(share) >= 97 for share in last)


def test_what_was_learned_is_drawn(tmp_path: Path) -> None:
    """One epoch is not enough for 97 %, which the exit code tells."""
    picture = tmp_path / "learned.png"
    done = run(str(SCRIPT), "--only", "lenet5", "--epochs", "1", "--plot", str(picture))

    assert done.returncode == 1
    assert "fewer than 97%" in done.stdout
    assert picture.read_bytes().startswith(PNG)


def test_the_witness_can_contradict() -> None:
    """With C3 frozen, 1,516 numbers that were counted as trainable stay as they are."""
    done = run("-c", FROZEN_LAYER, str(SCRIPT.parent))

    assert done.returncode == 1
    assert re.search(r"C3 .* 1,516 +0 +0 +1,516\n", done.stdout)
    assert "lenet5-1998: what training changed is not what is counted" in done.stdout
