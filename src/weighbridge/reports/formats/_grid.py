"""Blocks as lines of a fixed-width page: columns under each other, with or without colour.

A table that is wider than the page first gives up what can be spared, then folds its cells.
"""

from __future__ import annotations

from weighbridge._record import Record, replace
from weighbridge.formula import plain, symbolic
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
from weighbridge.reports.formats._lines import breadth, folded, longest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from weighbridge.reports.document import Block, Document, Text

    Cells = tuple[str, ...]
    Paint = Callable[[str, str], str]
    """A look and a text to the text in that look."""

_GAP = 2
_INSET = 2
_NARROWEST = 8
_SPELLER = Speller(str, lambda expr, symbols: symbolic(expr) if symbols else plain(expr))


class Page(Record):
    """How wide lines may be, and how a look is painted."""

    width: int | None
    paint: Paint


def page(document: Document, page: Page) -> str:
    """The document as text: blocks parted by empty lines, set in under their headings."""
    lines: list[str] = []
    inset = 0
    for block, before in zip(document.blocks, (None, *document.blocks), strict=False):
        if before is not None and not _close(before, block):
            lines.append("")
        inset = _start(block, inset)
        room = None if page.width is None else page.width - inset
        lines += (" " * inset + line for line in _block(block, replace(page, width=room)))
        if isinstance(block, Heading):
            inset = _INSET * (block.level - 1)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _start(block: Block, inset: int) -> int:
    """How far a block is set in; notes are about the whole."""
    match block:
        case Heading(_, level):
            return _INSET * max(level - 2, 0)
        case Note():
            return 0
    return inset


def _close(before: Block, block: Block) -> bool:
    """Whether two blocks stand without an empty line between them."""
    if isinstance(before, Heading):
        return before.level > 1
    return isinstance(before, Note) and isinstance(block, Note)


def _block(block: Block, page: Page) -> list[str]:
    match block:
        case Heading():
            return [_heading(block, page)]
        case Paragraph(text):
            return folded(spelled(text, _SPELLER), page.width)
        case Equation():
            return _equation(block, page)
        case Note():
            return _note(block, page)
        case Table():
            return _table(block, page)


def _heading(block: Heading, page: Page) -> str:
    aside = page.paint("faint", f"  {printable(block.aside)}") if block.aside else ""
    return page.paint("strong", printable(block.text)) + aside


def _equation(block: Equation, page: Page) -> list[str]:
    """One step per line, equals signs under each other."""
    lines: list[str] = []
    lead = f"{block.name} = "
    room = None if page.width is None else page.width - len(lead)
    for step in derivation(block):
        parts = folded(spelled(step, _SPELLER), room)
        for i, part in enumerate(parts):
            start = lead if not lines else " " * (len(lead) - 2) + ("= " if i == 0 else "  ")
            lines.append(start + page.paint("formula", part))
    return lines


def _note(block: Note, page: Page) -> list[str]:
    label = f"{block.level}: "
    room = None if page.width is None else page.width - len(label)
    first, *rest = folded(printable(block.text), room)
    lines = [page.paint(block.level, label) + first]
    lines += (" " * len(label) + line for line in rest)
    lines += (page.paint("faint", f"    {printable(line)}") for line in block.excerpt.splitlines())
    return lines


# -- tables --------------------------------------------------------------------------------------


class _Grid(Record):
    """A table whose cells are text already."""

    columns: tuple[Column, ...]
    rows: tuple[Cells, ...]
    totals: tuple[Cells, ...]

    @property
    def titles(self) -> Cells:
        return tuple(column.title for column in self.columns)

    @property
    def widths(self) -> list[int]:
        """Of each column, what its longest cell needs; remarks at the foot may stick out."""
        feet = (cells[: _spilling(cells, self.columns)] for cells in self.totals)
        lines = [self.titles, *self.rows, *feet]
        return [
            max(breadth(cells[i]) for cells in lines if i < len(cells))
            for i in range(len(self.columns))
        ]

    def needed(self, share: int) -> int:
        """The width of the table with long cells folded to a ``share``-th of what they ask for."""
        pairs = zip(self.widths, self.columns, strict=True)
        return _total([min(width, column.least // share) for width, column in pairs])

    def without(self, at: int) -> _Grid:
        """The same without one column."""
        rows, totals = (
            tuple((*cells[:at], *cells[at + 1 :]) for cells in lines)
            for lines in (self.rows, self.totals)
        )
        return _Grid((*self.columns[:at], *self.columns[at + 1 :]), rows, totals)


def _spilling(cells: Cells, columns: tuple[Column, ...]) -> int:
    """Where the remark at the end of a foot row stands, which may run over the columns after it."""
    end = max((i for i, cell in enumerate(cells) if cell), default=0)
    return end if end and columns[end].align == "left" else len(cells)


def _table(table: Table, page: Page) -> list[str]:
    written: dict[int, str] = {}

    def cell(text: Text) -> str:
        # Layers that repeat share their formulas.
        if id(text) not in written:
            written[id(text)] = spelled(text, _SPELLER)
        return written[id(text)]

    grid = _Grid(
        table.columns,
        *(
            tuple([tuple(map(cell, line)) for line in lines])
            for lines in (table.rows, table.totals)
        ),
    )
    grid = _spared(grid, page.width)
    return _ruled(grid, _squeezed(grid, page.width), table.titled, page)


def _spared(grid: _Grid, width: int | None) -> _Grid:
    """Without the columns that a page so narrow can do without."""
    for spare, share in ((2, 1), (1, 2)):
        while width is not None and grid.needed(share) > width:
            at = next((i for i, column in enumerate(grid.columns) if column.spare == spare), None)
            if at is None:
                break
            grid = grid.without(at)
    return grid


def _ruled(grid: _Grid, widths: list[int], titled: bool, page: Page) -> list[str]:
    """Titles, rows and totals, rules between them."""
    rule = page.paint("faint", "─" * _total(widths))
    lines: list[str] = []
    if titled:
        columns = tuple(replace(column, look="faint") for column in grid.columns)
        lines += [*_line(grid.titles, columns, widths, page), rule]
    for cells in grid.rows:
        lines += _line(cells, grid.columns, widths, page)
    if grid.totals:
        lines.append(rule)
    for cells in grid.totals:
        lines += _foot(cells, grid, widths, page)
    return lines


def _foot(cells: Cells, grid: _Grid, widths: list[int], page: Page) -> Iterator[str]:
    """A row at the foot, whose remark runs on to the end of the page."""
    end = _spilling(cells, grid.columns)
    room = [breadth(cell) for cell in cells[end : end + 1]]
    if page.width is not None and room:
        room = [max(page.width - _total(widths[:end]) - _GAP, _NARROWEST)]
    columns = [replace(column, look="faint") for column in grid.columns[end:]]
    columns[:0] = grid.columns[:end]
    return _line(cells[: end + 1], tuple(columns[: end + 1]), widths[:end] + room, page)


def _total(widths: list[int]) -> int:
    return sum(widths) + _GAP * (len(widths) - 1)


def _squeezed(grid: _Grid, width: int | None) -> list[int]:
    """Column widths; on a page too narrow the widest columns of words give way.

    Down to what they ask for first, then to half of it; words are cut where nothing else helps.
    """
    widths = grid.widths
    words = [i for i, column in enumerate(grid.columns) if column.align == "left"]
    for share in (1, 2, 0):
        if width is None or _total(widths) <= width:
            break
        least = {i: _floor(grid, i, share) for i in words}
        while _total(widths) > width:
            yielding = [i for i in words if widths[i] > least[i]]
            if not yielding:
                break
            widths[max(yielding, key=widths.__getitem__)] -= 1
    return widths


def _floor(grid: _Grid, at: int, share: int) -> int:
    """How narrow a column may become; ``share`` 0: as narrow as can still be read."""
    if not share:
        return _NARROWEST
    whole = max(longest(cells[at]) for cells in (grid.titles, *grid.rows))
    return max(grid.columns[at].least // share, whole)


def _line(
    cells: Cells, columns: tuple[Column, ...], widths: list[int], page: Page
) -> Iterator[str]:
    """A row of cells as one line, or as several where cells are folded."""
    folds = [folded(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for i in range(max(map(len, folds))):
        parts = []
        for fold, column, width in zip(folds, columns, widths, strict=False):
            part = fold[i] if i < len(fold) else ""
            space = " " * (width - breadth(part))
            painted = page.paint(column.look, part) if part else ""
            parts.append(space + painted if column.align == "right" else painted + space)
        yield (" " * _GAP).join(parts)
