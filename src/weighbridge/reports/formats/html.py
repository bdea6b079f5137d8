"""A page of HTML with its own small style sheet; its body is what a notebook shows."""

from __future__ import annotations

from weighbridge import formula
from weighbridge._record import replace
from weighbridge.reports.document import (
    Column,
    Equation,
    Heading,
    Note,
    Paragraph,
    Speller,
    Table,
    derivation,
    printable,
    spelled,
)
from weighbridge.reports.formats import Renderer, Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.reports.document import Block, Text

_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})
_STYLE = """\
.weighbridge table { border-collapse: collapse; margin: 1em 0; }
.weighbridge :is(th, td) { padding: .15em .8em; text-align: left; border: 0; }
.weighbridge :is(th, td).right { text-align: right; font-variant-numeric: tabular-nums; }
.weighbridge :is(thead, tfoot tr:first-child) :is(th, td) { border-top: 1px solid; }
.weighbridge tbody tr:first-child td { border-top: 1px solid; }
.weighbridge .bare tbody tr:first-child td { border-top: 0; }
.weighbridge .strong { font-weight: bold; }
.weighbridge .faint, .weighbridge small { opacity: .65; font-weight: normal; }
.weighbridge .equation { margin: .5em 2em; }
.weighbridge .equation td { padding: .1em .3em; }
"""
_SPELLER = Speller(lambda text: text.translate(_ESCAPED), formula.html)


def _render(report: Report) -> str:
    title = printable(report.document.title).translate(_ESCAPED)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n</head>\n<body>\n{fragment(report)}</body>\n</html>\n"
    )


def fragment(report: Report) -> str:
    """The report as one element, to be put into any page."""
    blocks = "\n".join(_block(block) for block in report.document.blocks)
    return f'<div class="weighbridge">\n<style>\n{_STYLE}</style>\n{blocks}\n</div>\n'


def _block(block: Block) -> str:
    match block:
        case Heading(text, level, aside):
            said = f" <small>{_words(aside)}</small>" if aside else ""
            return f"<h{min(level, 6)}>{_words(text)}{said}</h{min(level, 6)}>"
        case Paragraph(text):
            return f"<p>{spelled(text, _SPELLER)}</p>"
        case Equation():
            return _equation(block)
        case Note():
            return _note(block)
        case Table():
            return _table(block)


def _words(text: str) -> str:
    return spelled(text, _SPELLER)


def _equation(block: Equation) -> str:
    """One step per row, equals signs under each other."""
    steps = [spelled(step, _SPELLER) for step in derivation(block)]
    names = [_words(block.name), *[""] * (len(steps) - 1)]
    pairs = zip(names, steps, strict=True)
    lines = [f"<tr><td>{name}</td><td>= {step}</td></tr>" for name, step in pairs]
    return "\n".join(('<table class="equation bare">', "<tbody>", *lines, "</tbody>", "</table>"))


def _note(block: Note) -> str:
    code = "\n".join(_words(line) for line in block.excerpt.splitlines())
    excerpt = f"<pre>{code}</pre>" if code else ""
    return f'<p class="{block.level}"><b>{block.level}:</b> {_words(block.text)}</p>{excerpt}'


def _table(table: Table) -> str:
    columns = table.columns
    titles = tuple(column.title for column in columns)
    aligned = tuple(replace(column, look="") for column in columns)
    bold = tuple(replace(c, look="strong" if c.align == "right" else "") for c in columns)
    lines = [f'<table class="{"titled" if table.titled else "bare"}">']
    if table.titled:
        lines += _rows("thead", "th", (titles,), aligned)
    lines += _rows("tbody", "td", table.rows, columns)
    if table.totals:
        lines += _rows("tfoot", "td", table.totals, bold)
    return "\n".join((*lines, "</table>"))


def _rows(
    section: str, tag: str, rows: tuple[tuple[Text, ...], ...], columns: tuple[Column, ...]
) -> Iterator[str]:
    yield f"<{section}>"
    for cells in rows:
        pairs = zip(cells, columns, strict=True)
        line = (f"<{tag}{_class(c)}>{spelled(cell, _SPELLER)}</{tag}>" for cell, c in pairs)
        yield f"<tr>{''.join(line)}</tr>"
    yield f"</{section}>"


def _class(column: Column) -> str:
    names = [name for name in (column.align, column.look) if name not in ("left", "")]
    return f' class="{" ".join(names)}"' if names else ""


RENDERER = Renderer("html", (".html", ".htm"), _render)
