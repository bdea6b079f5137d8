"""For the eye: the columns of ``text`` fitted to the width of the terminal, with colour.

Numbers are bright, formulas coloured, what is said in passing faint.
"""

from __future__ import annotations

import os

from weighbridge.reports.formats import Renderer, Report
from weighbridge.reports.formats._grid import Page, page

_CODES = {"strong": "1", "faint": "2", "formula": "36", "note": "34", "warning": "33"}
"""ANSI codes of the looks, from the eight colours every terminal has."""


def _render(report: Report) -> str:
    width = report.width or _columns()
    return page(report.document, Page(width, _paint if report.colour else lambda _, text: text))


def _paint(look: str, text: str) -> str:
    if look == "strong" and text == "0":
        look = "faint"
    code = _CODES.get(look)
    return f"\x1b[{code}m{text}\x1b[0m" if code else text


def _columns() -> int:
    """The terminal's width; 80 where there is none."""
    try:
        return os.get_terminal_size().columns or 80
    except (OSError, ValueError):
        return 80


RENDERER = Renderer("terminal", (), _render)
