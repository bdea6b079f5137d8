"""Plain text: aligned columns, no colour. What a pipe and a Python shell get.

Lines are as long as they need to be unless a width is given.
"""

from __future__ import annotations

from weighbridge.reports.formats import Renderer, Report
from weighbridge.reports.formats._grid import Page, page


def _render(report: Report) -> str:
    return page(report.document, Page(report.width, lambda _, text: text))


RENDERER = Renderer("text", (".txt",), _render)
