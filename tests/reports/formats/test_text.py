"""Plain text: the layout, its fitting to a page, and the column that adds up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.drawn import DOCUMENTS, weighings
from tests.reports.formats.printed import number
from tests.reports.models import everything, lenet5, lenet5_1998, nested
from weighbridge.reports import render
from weighbridge.reports.explanation import explained, explained_model
from weighbridge.reports.formats._lines import breadth, folded
from weighbridge.weighing import Weighing, fold, weigh

if TYPE_CHECKING:
    from tests.reports.conftest import Golden


@pytest.mark.parametrize("width", [60, 80, 100, None])
def test_pages(golden: Golden, width: int | None) -> None:
    """LeNet-5, and a model with everything that can go wrong, on pages of several widths."""
    golden(f"lenet5-{width}.txt", render(weigh(lenet5()), "text", width=width))
    golden(f"everything-{width}.txt", render(weigh(everything()), "text", width=width))


@pytest.mark.parametrize("by", ["kind", "dtype"])
def test_groups(golden: Golden, by: str) -> None:
    golden(f"everything-by-{by}.txt", render(weigh(everything()), "text", by=by))


def test_explanations(golden: Golden) -> None:
    """A layer with a connection table, and a whole model."""
    weighing = weigh(lenet5_1998())
    golden("partial.txt", render(explained(weighing.rows[2], weighing), "text"))
    golden("every-layer.txt", render(explained_model(weigh(lenet5())), "text"))


@given(weighings())
def test_column_adds_up(weighing: Weighing) -> None:
    """The printed column comes to the printed total."""
    lines = render(weighing, "text").splitlines()
    end = lines[2].index("parameters") + len("parameters")
    rules = [i for i, line in enumerate(lines) if line.startswith("─")]
    column = [_last(line[:end]) for line in lines[rules[0] + 1 : rules[1]]]

    assert sum(column) == _last(lines[rules[1] + 1][:end])


def _last(line: str) -> int:
    return number(line.rpartition("  ")[2])


@given(DOCUMENTS, st.integers(20, 120))
def test_fits_the_page(weighing: Weighing, width: int) -> None:
    """Lines are as long as the page or shorter, but for what cannot be folded: numbers."""
    narrow = render(weighing, "text", width=width).splitlines()
    wide = render(weighing, "text").splitlines()

    if max(map(breadth, wide)) <= width:
        assert narrow == wide
    assert all(breadth(line) <= max(width, 72) for line in narrow)


@given(DOCUMENTS)
def test_no_control_characters(weighing: Weighing) -> None:
    """A name cannot send the terminal an escape sequence."""
    assert all(line.isprintable() for line in render(weighing, "text").split("\n"))


@given(st.text("ab ·_漢", max_size=40), st.integers(2, 12))
def test_folding(text: str, width: int) -> None:
    """Nothing is lost but spaces where lines end, and no line is too long."""
    lines = folded(text, width)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(breadth(line) <= width for line in lines)


def test_breadth() -> None:
    """East Asian letters take two columns, combining accents none."""
    assert breadth("conv") == len("conv")
    assert breadth("(5·5·6 − 1)") == len("(5·5·6 − 1)")
    assert breadth("漢字") == 2 + 2
    assert breadth("e\u0301") == 1


def test_folded_layers(golden: Golden) -> None:
    """A folded row says how many layers are in it; the totals stay."""
    golden("pair-folded.txt", render(fold(weigh(nested()), 1), "text"))
