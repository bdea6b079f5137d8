"""What a source leaves open is told, with line and caret, and the rest is still weighed.

No total pretends to be exact where something of the model is unknown.
"""

from __future__ import annotations

import pytest

from tests.readers.hostile import cases
from weighbridge import readers, weighing
from weighbridge.readers import python_source

START = """\
import keras
import pandas as pd
import somewhere
from keras import layers

data = pd.read_csv("data.csv")
"""
"""Six lines; what follows starts at line 7."""


def read(text: str) -> weighing.Weighing:
    return weighing.weigh(python_source.read_text(START + text, readers.Source("net.py"), "net.py"))


UNKNOWN = cases("unknown")
"""By name, the least that it comes to and the text that the caret must point at."""


@pytest.mark.parametrize("title", UNKNOWN)
def test_at_least_what_is_known(title: str) -> None:
    """4·8 + 8 = 40, and the 2 (or 8) biases of a layer whose input nobody knows."""
    least = title.partition(": ")[2].partition(" ")[0]
    found = read(UNKNOWN[title])

    assert not found.parameters.exact
    assert found.parameters.value == int(least)


@pytest.mark.parametrize("title", UNKNOWN)
def test_told_with_line_and_caret(title: str) -> None:
    """One warning points at the line that has the unknown, and says which part of it."""
    unknown = title.partition(": ")[2].partition(" ")[2]
    lines = (START + UNKNOWN[title]).splitlines()
    line = next(i for i, part in enumerate(lines, 1) if unknown in part)
    told = [each for each in read(UNKNOWN[title]).findings if each.level == "warning"]
    about = [finding for finding in told if f"line {line}" in finding.message]

    assert about, [finding.message for finding in told]
    shown, carets = about[0].excerpt.splitlines()
    assert unknown in shown
    assert carets.strip("^ ") == ""
    assert carets.index("^") <= shown.index(unknown) < len(carets)
