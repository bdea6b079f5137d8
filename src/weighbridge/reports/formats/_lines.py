"""Lines of a fixed-width page: how wide text is there, and where it may be broken."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_BREAKS = " ·_./,-"
_FIRST_COMBINING = "\u0300"
_NARROW = "−≥⌊⌋…"
_ENDLESS = 1_000_000


def folded(text: str, width: int | None) -> list[str]:
    """``text`` in lines of at most ``width`` columns, broken where a reader would."""
    if width is None or breadth(text) <= width:
        return [text]
    lines, line = [], ""
    for piece in _pieces(text, max(width, 1)):
        if line and breadth(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()]


def _pieces(text: str, width: int) -> Iterator[str]:
    """``text`` cut after spaces and joints; what is too long between them is cut anywhere."""
    piece = ""
    for letter in text:
        if breadth(piece + letter) > width:
            yield piece
            piece = ""
        piece += letter
        if letter in _BREAKS:
            yield piece
            piece = ""
    if piece or not text:
        yield piece


def longest(text: str) -> int:
    """Columns of the longest stretch of ``text`` that no break parts."""
    return max(breadth(piece.rstrip()) for piece in _pieces(text, _ENDLESS))


def breadth(text: str) -> int:
    """Columns ``text`` takes on a terminal; East Asian letters take two, accents none."""
    if text.isascii() or max(text) < _FIRST_COMBINING:
        return len(text)
    if all(letter < _FIRST_COMBINING or letter in _NARROW for letter in text):
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(
        2 if east_asian_width(letter) in "WF" else 0 if combining(letter) else 1 for letter in text
    )
