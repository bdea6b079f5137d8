"""A weighing told: what stands in the rows, what is said of them."""

from __future__ import annotations

from hypothesis import given

from tests.reports.drawn import DOCUMENTS
from tests.reports.models import chain, everything, layer, lenet5
from weighbridge._record import replace
from weighbridge.model import Model, Origin
from weighbridge.reports.document import Document, Heading, Note, Paragraph, Table
from weighbridge.reports.outlines.weighing import weighed
from weighbridge.weighing import NeverCalled, Weighing, weigh


def told(model: Model) -> Document:
    """The document of ``model``."""
    return weighed(weigh(model))


def table(document: Document) -> Table:
    """The table of layers."""
    return next(block for block in document.blocks if isinstance(block, Table))


def notes(document: Document) -> list[str]:
    """What is noted."""
    return [block.text for block in document.blocks if isinstance(block, Note)]


def test_heading() -> None:
    assert told(lenet5()).blocks[0] == Heading("lenet5", aside="Sequential, from lenet.py")


@given(DOCUMENTS)
def test_a_row_per_layer(weighing: Weighing) -> None:
    found = table(weighed(weighing))
    assert [row[0] for row in found.rows] == [row.path for row in weighing.rows]
    assert {len(row) for row in (*found.rows, *found.totals)} <= {len(found.columns)}


def test_one_basis() -> None:
    """Where all rows rest on the same, a sentence says so and no column is needed."""
    document = told(lenet5())
    said = next(block for block in document.blocks if isinstance(block, Paragraph))

    assert [column.title for column in table(document).columns][-1] == "derivation"
    assert str(said.text).startswith("Every count is derived only: ")


def test_several_bases() -> None:
    """Where rows rest on different things, a column says what, and a list what that means."""
    document = told(everything())
    found = table(document)
    *_, meanings = (block for block in document.blocks if isinstance(block, Table))

    assert found.columns[-1].title == "basis"
    assert {row[-1] for row in found.rows} - {""} == {row[0] for row in meanings.rows}


def test_buffers_matter() -> None:
    """Keras counts moving statistics, PyTorch does not; without any, neither is worth a word."""
    norm = chain("m", (4, 4, 2), layer("BatchNormalization"))
    torch = replace(norm, origin=Origin("python", producer="torch"))
    dropout = chain("m", (4,), layer("Dropout", 0.5))

    assert any("Keras counts" in note for note in notes(told(norm)))
    assert any("PyTorch keeps" in note for note in notes(told(torch)))
    assert not notes(told(dropout))
    assert not notes(told(lenet5()))


def test_missing_is_named() -> None:
    said = notes(told(everything()))
    assert said[0].endswith("lost could not be weighed in full")
    assert said[1].startswith("MACs, connections: ")


def test_equal_findings_together() -> None:
    """The same of several layers is said once; of very many findings the first few."""
    paths = tuple(f"d{i}" for i in range(40))
    alike = tuple(NeverCalled(path, "declared and never called") for path in paths)
    unlike = tuple(NeverCalled("", f"layer {path} is never called") for path in paths)
    model = replace(lenet5(), findings=alike + unlike)
    said = notes(told(model))

    assert said[0] == "d0, d1, d2, d3, d4, d5 and 34 more: declared and never called"
    assert said[-1] == "33 more of this sort: never-called"
