"""GitHub's Markdown: headings, pipe tables with their totals in bold, notes as quotations.

Formulas are written in plain signs, so that they read well where no mathematics is typeset.
"""

from __future__ import annotations

from weighbridge.formula import plain, symbolic
from weighbridge.reports.document import (
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
    from weighbridge.formula import Expr
    from weighbridge.reports.document import Block, Column, Text

_MARKUP = frozenset("\\`*[]<>|#~&$!")
_RULES = {"left": ":---", "right": "---:"}


def _render(report: Report) -> str:
    return "\n\n".join(_block(block) for block in report.document.blocks) + "\n"


def _words(text: str) -> str:
    """``text`` with Markdown's signs escaped; an underscore within a word is none of them."""
    spelled_ = ""
    for before, letter, after in zip(" " + text, text, text[1:] + " ", strict=False):
        escaped = letter in _MARKUP or (
            letter == "_" and not (before.isalnum() and after.isalnum())
        )
        spelled_ += f"\\{letter}" if escaped else letter
    return spelled_


def _formula(expr: Expr, symbols: bool) -> str:
    return _words(symbolic(expr) if symbols else plain(expr))


_SPELLER = Speller(_words, _formula)
_UNTOUCHED = Speller(str, lambda expr, symbols: symbolic(expr) if symbols else plain(expr))


def _block(block: Block) -> str:
    match block:
        case Heading(text, level, aside):
            said = f"\n\n{_words(printable(aside))}" if aside else ""
            return f"{'#' * min(level, 6)} {_words(printable(text))}{said}"
        case Paragraph(text):
            return _start(spelled(text, _SPELLER))
        case Equation():
            return _equation(block)
        case Note():
            return _note(block)
        case Table():
            return _table(block)


def _start(line: str) -> str:
    """A line that starts with what would make it a list's entry or a rule, made plain."""
    head, dot, _ = line.partition(".")
    if line[:1] in "+-=":
        return f"\\{line}"
    return f"{head}\\{line[len(head) :]}" if dot and head.isdecimal() else line


def _equation(block: Equation) -> str:
    """In a fence, as Markdown has no mathematics of its own."""
    steps = [spelled(step, _UNTOUCHED) for step in derivation(block)]
    space = " " * (len(block.name) + 1)
    lines = [f"{block.name} = {steps[0]}", *(f"{space}= {step}" for step in steps[1:])]
    return "\n".join(("```text", *lines, "```"))


def _note(block: Note) -> str:
    lines = [f"**{block.level}:** {_words(printable(block.text))}"]
    if block.excerpt:
        lines += ["", *(f"    {printable(line)}" for line in block.excerpt.splitlines())]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _table(table: Table) -> str:
    titles = _row(tuple(column.title for column in table.columns))
    rule = f"| {' | '.join(_RULES[column.align] for column in table.columns)} |"
    rows = [_row(cells) for cells in table.rows]
    totals = [_row(cells, bold=_amounts(cells, table.columns)) for cells in table.totals]
    return "\n".join((titles, rule, *rows, *totals))


def _amounts(cells: tuple[Text, ...], columns: tuple[Column, ...]) -> int:
    """How many cells at the start of a total are its name and number, not its remark."""
    return max(
        (i + 1 for i, c in enumerate(columns) if c.align == "right" and cells[i] != ""), default=1
    )


def _row(cells: tuple[Text, ...], bold: int = 0) -> str:
    words = [spelled(cell, _SPELLER) for cell in cells]
    words = [f"**{word}**" if word and i < bold else word for i, word in enumerate(words)]
    return f"| {' | '.join(words)} |"


RENDERER = Renderer("markdown", (".md", ".markdown"), _render)
