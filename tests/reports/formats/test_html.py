"""HTML: well formed, escaped, and a part of it fit for a notebook."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

from hypothesis import given

from tests.reports.drawn import DOCUMENTS
from tests.reports.formats.printed import number
from tests.reports.models import everything, lenet5
from weighbridge.reports import printed, render
from weighbridge.reports.document import printable
from weighbridge.reports.explanation import explained
from weighbridge.weighing import Weighing, weigh

if TYPE_CHECKING:
    from tests.reports.conftest import Golden

VOID = {"meta"}


class Page(HTMLParser):
    """Checks that elements nest, and keeps the cells of each table."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.feed(text)
        self.close()
        assert not self.opened

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Opens an element, a row or a cell."""
        if tag not in VOID:
            self.opened.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """Closes the element opened last."""
        assert self.opened.pop() == tag

    def handle_data(self, data: str) -> None:
        """Text of a cell."""
        if {"td", "th"} & set(self.opened):
            self.tables[-1][-1][-1] += data


def test_pages(golden: Golden) -> None:
    weighing = weigh(lenet5())
    golden("lenet5.html", render(weighing, "html"))
    golden("everything.html", render(weigh(everything()), "html"))
    golden("conv2d_1.html", render(explained(weighing.rows[3], weighing), "html"))


@given(DOCUMENTS)
def test_nests_and_adds_up(weighing: Weighing) -> None:
    """Elements nest, names arrive as they are, the column comes to its total."""
    titles, *rows = Page(render(weighing, "html")).tables[0]
    layers = len(weighing.rows)
    column = [row[titles.index("parameters")] for row in rows]

    assert [row[0] for row in rows[:layers]] == [printable(row.path) for row in weighing.rows]
    assert sum(map(number, column[:layers])) == number(column[layers])


def test_notebook() -> None:
    """A notebook gets the same table, without the page around it."""
    shown = printed(weigh(lenet5()))._repr_html_()

    assert shown in render(weigh(lenet5()), "html")
    assert "<html" not in shown
