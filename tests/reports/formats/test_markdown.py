"""Markdown: tables of equal rows, escaped names, and the column that adds up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hypothesis import given

from tests.reports.drawn import DOCUMENTS
from tests.reports.formats.printed import number
from tests.reports.models import everything, lenet5
from weighbridge.reports import render
from weighbridge.reports.explanation import explained
from weighbridge.weighing import Weighing, weigh

if TYPE_CHECKING:
    from tests.reports.conftest import Golden

BAR = re.compile(r"(?<!\\)(?:\\\\)*\|")


def tables(text: str) -> list[list[list[str]]]:
    """The cells of every table in ``text``; its titles and rule first."""
    found: list[list[list[str]]] = [[]]
    for line in text.split("\n"):
        if line.startswith("|"):
            found[-1].append([cell.strip() for cell in BAR.split(line)[1:-1]])
        elif found[-1]:
            found.append([])
    return [table for table in found if table]


def test_pages(golden: Golden) -> None:
    weighing = weigh(lenet5())
    golden("lenet5.md", render(weighing, "markdown"))
    golden("everything.md", render(weigh(everything()), "markdown"))
    golden("conv2d_1.md", render(explained(weighing.rows[3], weighing), "markdown"))


@given(DOCUMENTS)
def test_tables_are_whole(weighing: Weighing) -> None:
    """Every row has as many cells as the titles, whatever the names hold."""
    for table in tables(render(weighing, "markdown")):
        assert {len(row) for row in table} == {len(table[0])}


@given(DOCUMENTS)
def test_column_adds_up(weighing: Weighing) -> None:
    titles, _, *rows = tables(render(weighing, "markdown"))[0]
    column = [row[titles.index("parameters")] for row in rows]
    layers = len(weighing.rows)

    assert sum(map(number, column[:layers])) == number(column[layers])
    assert rows[layers][0] == "**total**"
