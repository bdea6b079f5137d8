"""The terminal: the page of ``text``, in colour."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.drawn import DOCUMENTS
from tests.reports.models import lenet5
from weighbridge.reports import render
from weighbridge.weighing import Weighing, weigh

if TYPE_CHECKING:
    from tests.reports.conftest import Golden

CODE = re.compile(r"\x1b\[\d+m")


def test_colour(golden: Golden) -> None:
    golden("lenet5.ansi", render(weigh(lenet5()), "terminal", width=100, colour=True))


@given(DOCUMENTS, st.integers(40, 120))
def test_colour_changes_nothing_else(weighing: Weighing, width: int) -> None:
    """Without its codes a coloured page is the plain one, and each line ends as it began."""
    coloured = render(weighing, "terminal", width=width, colour=True)

    assert CODE.sub("", coloured) == render(weighing, "text", width=width)
    for line in coloured.split("\n"):
        assert len(CODE.findall(line)) == 2 * line.count("\x1b[0m")


def test_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody tells the width, a page has 80 columns."""

    def fail(*_: int) -> None:
        raise OSError

    monkeypatch.setattr("os.get_terminal_size", fail)
    assert render(weigh(lenet5()), "terminal") == render(weigh(lenet5()), "text", width=80)
