"""The arithmetic of a layer: parts that add up, symbols that are all explained."""

from __future__ import annotations

from hypothesis import given

from tests.reports.drawn import DOCUMENTS
from tests.reports.models import chain, layer, lenet5, lenet5_1998, nested
from weighbridge.formula import Dim, Expr, dims
from weighbridge.reports import render
from weighbridge.reports.document import Document, Equation, Heading, Symbols, Table
from weighbridge.reports.explanation import explained, explained_model
from weighbridge.weighing import Weighing, weigh


def under(document: Document, heading: str) -> list[object]:
    """The blocks between a heading and the next."""
    found: list[object] = []
    inside = False
    for block in document.blocks:
        if isinstance(block, Heading):
            inside = block.text == heading
        elif inside:
            found.append(block)
    return found


def test_second_convolution_of_lenet5() -> None:
    """(5·5·6 + 1)·16 = 2,416: every step of it, as issue and textbook write them."""
    weighing = weigh(lenet5())
    text = render(explained(weighing.rows[3], weighing), "text")

    for line in (
        "kernel  (k_h, k_w, C_in, C_out)  (5, 5, 6, 16)  2,400  trainable",
        "5·5·6 + 1 = 151 per filter, 16 filters: 151·16 = 2,416",
        "parameters = (k_h·k_w·C_in + 1)·C_out",
        "1  H − k_h + 1  14 − 5 + 1     10",
        "MACs = k_h·k_w·C_in·C_out·H_out·W_out",
        "= 240,000",
        "= 241,600",
        "C_in        6  input channels",
    ):
        assert line in text


def test_connection_table() -> None:
    """LeCun et al. 1998, table I: six maps see 3 inputs, nine see 4, one sees 6; 1,516 in all."""
    weighing = weigh(lenet5_1998())
    parts = under(explained(weighing.rows[2], weighing), "parameters")[0]

    assert isinstance(parts, Table)
    assert [row[-1] for row in parts.rows] == [6 * 76, 9 * 101, 1 * 151]
    assert parts.totals[0][-1] == 6 * 76 + 9 * 101 + 1 * 151 == 25 * 60 + 16


@given(DOCUMENTS)
def test_all_symbols_are_explained(weighing: Weighing) -> None:
    """Whatever symbol an explanation uses in a formula is in its list of symbols."""
    for row in weighing.rows:
        document = explained(row, weighing)
        used = {
            dim.symbol
            for block in document.blocks
            if isinstance(block, Equation)
            for dim in dims(block.expr)
        }
        listed = {
            _symbol(cells[0].expr)
            for block in under(document, "symbols")
            if isinstance(block, Table)
            for cells in block.rows
            if isinstance(cells[0], Symbols)
        }
        assert used <= listed


def _symbol(expr: Expr) -> str:
    assert isinstance(expr, Dim)
    return expr.symbol


@given(DOCUMENTS)
def test_counts_of_tensors_add_up(weighing: Weighing) -> None:
    """The counts in the list of tensors come to the parameters, buffers left aside included."""
    for row in weighing.rows:
        tables = [b for b in under(explained(row, weighing), "tensors") if isinstance(b, Table)]
        counts = [cells[3] for found in tables for cells in found.rows]
        known = sum(count for count in counts if isinstance(count, int))
        assert known == sum(held.count or 0 for held in row.held or ())


def test_shared_layer() -> None:
    weighing = weigh(nested())
    text = render(explained(weighing.rows[2], weighing), "text")

    assert "called 2 times: counted once, its work each time" in text
    assert "MACs = 2·n_in·units" in text


def test_nothing_known() -> None:
    """A layer without an input keeps its symbols, and the result is a question mark."""
    weighing = weigh(chain("m", None, layer("Dense", 3)))
    text = render(explained(weighing.rows[0], weighing), "text")

    assert "(n_in + 1)·3" in text
    assert "= ?" in text


def test_whole_model() -> None:
    """Every layer has its section, the last one adds them up."""
    weighing = weigh(lenet5())
    document = explained_model(weighing)
    sections = [b.text for b in document.blocks if isinstance(b, Heading) and b.level == 2]
    (total,) = under(document, "total")

    assert sections == [*(row.path for row in weighing.rows), "total"]
    assert isinstance(total, Table)
    assert total.totals[0][:2] == ("total", weighing.parameters)
