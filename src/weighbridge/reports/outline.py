"""Which of the files in ``outlines/`` tells which sort of result."""

from __future__ import annotations

from weighbridge import _collect
from weighbridge._record import Record
from weighbridge.errors import Usage, kebab

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.reports.document import Document, Table


class Outline(Record):
    """How one sort of result is told: to people, to spreadsheets, to programs.

    Each function takes the result and the options of ``render`` that are meant for it.
    """

    document: Callable[..., Document]
    sheet: Callable[..., Table]
    """One flat table with plain numbers."""
    record: Callable[..., dict[str, object]]
    """Dicts, lists, text and numbers only."""


_PACKAGE = "weighbridge.reports.outlines"


def outline_of(result: object) -> Outline:
    """The outline in the file named after the type of ``result`` or one of its ancestors."""
    files = _collect.names(_PACKAGE)
    for base in type(result).__mro__:
        name = kebab(base.__name__).replace("-", "_")
        if name in files:
            return _collect.constant(_PACKAGE, name, "OUTLINE", Outline)
    raise Usage(f"nothing tells how to report a {type(result).__name__}")
