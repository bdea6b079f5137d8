"""CSV: plain numbers that add up, formulas that can be computed."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from tests.reports.drawn import DOCUMENTS
from tests.reports.models import everything, lenet5
from weighbridge.errors import Usage
from weighbridge.formula import value
from weighbridge.reports import render
from weighbridge.reports.explanation import explained
from weighbridge.weighing import AMOUNTS, Weighing, weigh

if TYPE_CHECKING:
    from tests.reports.conftest import Golden


def rows(text: str) -> list[dict[str, str]]:
    """The lines by their titles."""
    return list(csv.DictReader(io.StringIO(text)))


def test_pages(golden: Golden) -> None:
    golden("lenet5.csv", render(weigh(lenet5()), "csv"))
    golden("everything.csv", render(weigh(everything()), "csv"))
    golden("lenet5-by-kind.csv", render(weigh(lenet5()), "csv", by="kind"))


@given(DOCUMENTS)
def test_columns_add_up(weighing: Weighing) -> None:
    """Every column of amounts comes to its total; an unknown number is empty."""
    *layers, total = rows(render(weighing, "csv"))
    for quantity in AMOUNTS:
        known = sum(int(row[quantity] or 0) for row in layers)
        assert known == int(total[quantity] or 0)
    assert (total["exact"] == "yes") == weighing.parameters.exact


@given(DOCUMENTS)
def test_formulas_compute(weighing: Weighing) -> None:
    """A formula is a Python expression of the derived count."""
    lines = rows(render(weighing, "csv"))
    for row, line in zip(weighing.rows, lines, strict=False):
        if row.derived is not None and value(row.derived) is not None:
            assert eval(line["formula"], {}) == value(row.derived)


def test_no_explanation() -> None:
    weighing = weigh(lenet5())
    with pytest.raises(Usage, match="csv has no form for an explanation"):
        render(explained(weighing.rows[0], weighing), "csv")
