"""One file per format. Each spells the blocks of a document, or the record, its own way.

A module here defines ``RENDERER``; its docstring is the format's page in the reference. What a
format does not need is not computed: a ``Report`` tells the result as blocks, sheet or record when
it is asked to.
"""

from __future__ import annotations

from weighbridge._record import Record
from weighbridge.errors import Usage
from weighbridge.reports.document import Document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.reports.document import Table

    Options = tuple[tuple[str, object], ...]


class Report(Record):
    """A result on its way into a format."""

    result: object
    """A ``Weighing``, or a ``Document`` that is to be spelled as it is."""
    format: str
    width: int | None = None
    """Columns of the page; ``None``: as wide as it gets."""
    colour: bool = False
    options: Options = ()
    """What is meant for the result's outline: ``("by", "kind")``."""

    @property
    def document(self) -> Document:
        """The result as blocks."""
        if isinstance(self.result, Document):
            return self.result
        return self._told("document")  # type: ignore[return-value]  # an outline's document

    @property
    def sheet(self) -> Table:
        """The result as one flat table with plain numbers."""
        return self._told("sheet")  # type: ignore[return-value]  # an outline's sheet

    @property
    def record(self) -> dict[str, object]:
        """The result as dicts and lists."""
        return self._told("record")  # type: ignore[return-value]  # an outline's record

    def _told(self, form: str) -> object:
        if isinstance(self.result, Document):
            raise self.without_meaning()
        from weighbridge.reports.outline import outline_of

        return getattr(outline_of(self.result), form)(self.result, **dict(self.options))

    def without_meaning(self) -> Usage:
        """The error for a result this format cannot tell."""
        sort = "an explanation" if isinstance(self.result, Document) else type(self.result).__name__
        return Usage(
            f"{self.format} has no form for {sort}", hint="text, markdown, latex and html have"
        )


class Renderer(Record):
    """A format: its name, the suffixes of its files, and the function that writes it."""

    name: str
    suffixes: tuple[str, ...]
    render: Callable[[Report], str]
    """The whole text, with a newline at its end."""
