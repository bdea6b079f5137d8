"""Where a node of the syntax tree stands: its file, line, text, and carets under it.

The lines of all files of a reading are numbered through: a file that is imported begins where the
one before it ends, so that a line number alone says which file it is of.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _ast as ast

_WIDE, _LEFT = 160, 100
"""Columns of a source line that are shown, and how many of them before the place in question."""
_SHORT = 60
"""Characters of source quoted inside a sentence."""


class Places:
    """The text that is read, and what to call a place in it."""

    def __init__(self, text: str, location: str, path: str) -> None:
        self.text, self.location = text, location
        self.lines = text.splitlines()
        self.files: list[tuple[int, str, str]] = [(0, location, path)]
        """Of each file the lines before it, what to call it, and its path (empty: no file)."""

    def joined(self, text: str, location: str, path: str) -> int:
        """Adds a file; the number of lines before its first."""
        before = len(self.lines) + 1
        self.files.append((before, location, path))
        self.lines += ["", *text.splitlines()]
        return before

    def _file(self, line: int) -> tuple[int, str, str]:
        return next(file for file in reversed(self.files) if file[0] < max(line, 1))

    def path_of(self, node: ast.AST | None) -> str:
        """The path of the file that ``node`` stands in; empty where it was no file."""
        return self._file(getattr(node, "lineno", 0))[2]

    def line_of(self, node: ast.AST | None) -> str:
        """``line 12``, of a file that was imported ``line 12 of blocks.py``."""
        line = getattr(node, "lineno", 0)
        if not line:
            return ""
        before, location, _ = self._file(line)
        return f"line {line - before} of {location}" if before else f"line {line}"

    def place(self, node: ast.AST | None) -> str:
        """``net.py, line 12``."""
        line = getattr(node, "lineno", None)
        if not line:
            return self.location
        before, location, _ = self._file(line)
        return f"{location}, line {line - before}"

    def excerpt(self, node: ast.AST | None) -> str:
        """The line of ``node`` with carets under it."""
        line = getattr(node, "lineno", None)
        if node is None or line is None or line > len(self.lines):
            return ""
        start, end = self._column(line, node.col_offset), None  # type: ignore[attr-defined]  # a node with a line has a column
        if getattr(node, "end_lineno", None) == line:
            end = self._column(line, node.end_col_offset)  # type: ignore[attr-defined]  # as above
        return self.caret(line, start, end)

    def _column(self, line: int, offset: int) -> int:
        """Characters before a byte offset of the syntax tree."""
        return len(self.lines[line - 1].encode()[:offset].decode(errors="replace"))

    def caret(self, line: int, start: int, end: int | None) -> str:
        """Line ``line`` and carets from column ``start`` to ``end``, shifted to the left margin."""
        if not 0 < line <= len(self.lines):
            return ""
        text = self.lines[line - 1].rstrip()
        stop = len(text) if end is None or end > len(text) else end
        left = max(len(text) - len(text.lstrip()), start - _LEFT)
        shown = text[left : left + _WIDE]
        carets = "^" * max(min(stop, left + len(shown)) - start, 1)
        return f"{shown}\n{' ' * max(start - left, 0)}{carets}"

    def snippet(self, node: ast.AST | None) -> str:
        """The text of ``node``, shortened."""
        text = " ".join(self._segment(node).split())
        return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"

    def _segment(self, node: ast.AST | None) -> str:
        start, end = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
        if start is None or end is None or end > len(self.lines):
            return ""
        lines = [line.encode() for line in self.lines[start - 1 : end]]
        lines[-1] = lines[-1][: node.end_col_offset]  # type: ignore[union-attr]  # a node with a line
        lines[0] = lines[0][node.col_offset :]  # type: ignore[union-attr]  # has a column
        return b" ".join(lines).decode(errors="replace")
