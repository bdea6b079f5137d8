"""Every result becomes one small document, and each format is one pure function over its blocks.

``render`` is the door. A result is told in ``outlines/``, one file per sort of result; a format is
spelled in ``formats/``, one file per format. Neither knows the other.
"""

from __future__ import annotations

import os

from weighbridge import _collect
from weighbridge.errors import Usage
from weighbridge.reports._shown import Shown
from weighbridge.reports.formats import Renderer, Report
from weighbridge.weighing import Weighing

_FORMATS = "weighbridge.reports.formats"


def render(
    result: object,
    format: str = "text",
    *,
    width: int | None = None,
    colour: bool = False,
    **options: object,
) -> str:
    """``result``, a weighing or a document, as text in one of ``formats()``.

    ``width`` is that of the page, for formats that have one; ``colour`` asks for ANSI codes.
    ``options`` are meant for the result: ``by="kind"`` groups a weighing. Raises ``Usage`` where
    there is no such format, or where it has no meaning for the result.
    """
    return renderer(format).render(
        Report(result, format, width=width, colour=colour, options=tuple(options.items()))
    )


def formats() -> tuple[str, ...]:
    """The names of all formats; imports none of them."""
    return _collect.names(_FORMATS)


def renderer(format: str) -> Renderer:
    """The one format called so. Raises ``Usage`` where there is none."""
    if format not in formats():
        raise Usage(f"no format {format!r}", hint=f"one of {', '.join(formats())}")
    return _collect.constant(_FORMATS, format, "RENDERER", Renderer)


def format_for(path: str) -> str:
    """The format whose files end as ``path`` does. Raises ``Usage`` where there is none."""
    suffix = os.path.splitext(path)[1].lower()
    known: list[str] = []
    for found in _collect.collect(_FORMATS, "RENDERER", Renderer).values():
        if suffix in found.suffixes:
            return found.name
        known += found.suffixes
    raise Usage(
        f"the suffix of {path!r} names no format",
        hint=f"one of {', '.join(known)}, or say which with --format",
    )


class Printed(Shown, Weighing):
    """A weighing that shows itself: as a table in a shell, as a page's table in a notebook."""


def printed(weighing: Weighing) -> Printed:
    """``weighing`` as one that shows itself."""
    return Printed(weighing.model, weighing.convention, weighing.rows, weighing.findings)
