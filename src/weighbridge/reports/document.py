"""What stands between results and formats: a small document of five sorts of block.

A result is told as blocks once; a format spells blocks and knows no result. Formulas stay formulas
until a format spells them, so that each can write them its own way.
"""

from __future__ import annotations

from weighbridge._record import Record
from weighbridge.amount import Amount
from weighbridge.formula import Dim, Expr, Floor, Num, Product, Sum, value
from weighbridge.reports._shown import Shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    Align = Literal["left", "right"]
    Look = Literal["", "strong", "faint", "formula"]


class Symbols(Record):
    """A formula to be spelled with the names of its sizes instead of their values."""

    expr: Expr


Inline = str | int | Amount | Expr | Symbols
"""A piece of a line: words, a number, an amount, a formula with its values, or with its symbols."""
Text = Inline | tuple[Inline, ...]
"""A line: one piece or several, written without a gap between them."""


class Heading(Record):
    """A title; level 1 is the document's own, ``aside`` what is said of it in passing."""

    text: str
    level: int = 1
    aside: str = ""


class Paragraph(Record):
    """A sentence or a few."""

    text: Text


class Equation(Record):
    """How a number comes about: ``name`` = symbols = values = result."""

    name: str
    expr: Expr


class Note(Record):
    """Something to mind, with the line of the source it is about where there is one."""

    level: Literal["note", "warning"]
    text: str
    excerpt: str = ""


class Column(Record):
    """A column of a table."""

    title: str
    align: Align = "left"
    look: Look = ""
    spare: int = 0
    """Whether a narrow page may do without it: 0 never, 1 if folding does not help, 2 at once."""
    least: int = 24
    """Width up to which its cells had better not be folded."""


class Table(Record):
    """Rows of cells, one for each column; a table whose columns have no titles is printed bare."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Text, ...], ...]
    totals: tuple[tuple[Text, ...], ...] = ()
    """Rows set apart at the foot."""

    @property
    def titled(self) -> bool:
        """Whether any column has a title."""
        return any(column.title for column in self.columns)


Block = Heading | Paragraph | Equation | Note | Table


class Document(Shown, Record):
    """A result as blocks, in the order they are read."""

    title: str
    blocks: tuple[Block, ...]


class Speller(Record):
    """How one format writes the pieces of a line."""

    words: Callable[[str], str]
    """Escapes what the format would take for markup."""
    formula: Callable[[Expr, bool], str]
    """Spells a formula; with its symbols if the second argument is true."""


def spelled(text: Text, speller: Speller) -> str:
    """``text`` in the writing of one format."""
    match text:
        case tuple():
            return "".join(spelled(piece, speller) for piece in text)
        case str():
            return speller.words(printable(text))
        case int():
            return speller.words(f"{text:,}")
        case Amount():
            return speller.words(str(text))
        case Symbols(expr):
            return speller.formula(expr, True)
        case Num() | Dim() | Sum() | Product() | Floor():
            return speller.formula(text, False)


def derivation(equation: Equation) -> tuple[Text, ...]:
    """The steps of an equation, each told once: symbols, values, result."""
    result = value(equation.expr)
    if isinstance(equation.expr, Num):
        return (equation.expr.value,)
    steps: tuple[Text, ...] = (Symbols(equation.expr), equation.expr)
    if isinstance(equation.expr, Dim) and result is not None:
        steps = steps[:1]
    return (*steps, "?" if result is None else result)


def printable(text: str) -> str:
    """``text`` on one line, its control characters made visible.

    Names come from files of strangers; an escape sequence in one must not reach a terminal.
    """
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(letter: str) -> str:
    if letter.isprintable():
        return letter
    return " " if letter.isspace() else ascii(letter)[1:-1]
