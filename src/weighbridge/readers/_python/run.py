"""One reading of one file: its text, its world, and what it may still spend."""

from __future__ import annotations

from weighbridge.errors import LIMITS, Finding, Malformed, TooLarge
from weighbridge.layers import Untold
from weighbridge.readers._python import tree
from weighbridge.readers._python.values import CONTAINERS, Namespace, Scope, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _ast as ast
    from typing import ClassVar, Literal

    from weighbridge.readers.dialects import World


_WIDE, _LEFT = 160, 100
"""Columns of a source line that are shown, and how many of them before the place in question."""
_SHORT = 60
"""Characters of source quoted inside a sentence."""


class NotFollowed(Finding):
    """The source reader came to something it cannot follow.

    What it did understand is weighed; what depends on the rest is unknown and the totals say "at
    least". Typical causes: a value that only exists when the program runs (data, command-line
    arguments, files), or a library weighbridge does not know.
    """

    level: ClassVar[Literal["note", "warning"]] = "warning"


def _without_magic(text: str) -> str:
    """The text with a notebook's ``%magic``, ``!command`` and ``?help`` lines made empty."""
    lines = text.split("\n")
    return "\n".join("" if line.lstrip()[:1] in ("%", "!", "?") else line for line in lines)


class Run:
    """The state of following one file."""

    def __init__(self, text: str, location: str, world: World) -> None:
        self.text, self.location, self.world = text, location, world
        self.lines = text.splitlines()
        self.steps = 0
        self.elements = 0
        self.depth = 0
        self.here: ast.AST | None = None
        """The statement or call being followed."""
        self.scope = Scope()
        self.findings: list[Finding] = []
        self._noted: set[tuple[str, int]] = set()

    def parse(self) -> ast.Module:
        """The syntax tree; a syntax error as ``Malformed`` with line and caret."""
        if len(self.text) > LIMITS.source_bytes:
            raise TooLarge(f"{self.location} has {len(self.text):,} characters", self.location)
        try:
            return self._parsed(self.text)
        except SyntaxError as error:
            fault = error
        try:
            return self._parsed(_without_magic(self.text))
        except SyntaxError:
            raise self._syntax(fault) from None

    def _parsed(self, text: str) -> ast.Module:
        try:
            return tree.parse(text)
        except (RecursionError, MemoryError):
            # Python does not say where; it takes a long line to nest that deep.
            line = max(range(len(self.lines)), key=lambda i: len(self.lines[i])) + 1
            where, excerpt = f"{self.location}, line {line}", self.caret(line, 0, None)
            raise Malformed("nested too deeply to be read", where, "", excerpt) from None
        except ValueError as error:
            raise Malformed(f"cannot be parsed: {error}", self.location) from None

    def _syntax(self, error: SyntaxError) -> Malformed:
        line, column = error.lineno or 1, (error.offset or 1) - 1
        end = (error.end_offset or 0) - 1 if error.end_lineno == error.lineno else column + 1
        return Malformed(
            f"not Python: {error.msg}",
            f"{self.location}, line {line}",
            "Python 2 code and code cut out of a notebook or a page often need a small repair",
            self.caret(line, column, end),
        )

    # -- budget ----------------------------------------------------------------------------------

    def step(self, count: int = 1) -> None:
        """Counts one expression or statement, or what costs as much as ``count`` of them."""
        self.steps += count
        if self.steps > LIMITS.steps:
            raise TooLarge(
                f"gave up after {LIMITS.steps:,} steps",
                self.place(self.here),
                "a loop that does not end, or a program that computes more than its model",
                self.excerpt(self.here),
            )

    def charge(self, elements: int) -> None:
        """Counts elements of a list, string or range that is about to be built."""
        self.elements += max(elements, 0)
        if elements > LIMITS.elements or self.elements > 5 * LIMITS.elements:
            raise TooLarge(
                f"works through {max(elements, self.elements):,} elements",
                self.place(self.here),
                f"the reader follows at most {LIMITS.elements:,} at once, five times that in all",
                self.excerpt(self.here),
            )

    def handle(self, *values: Value) -> None:
        """Counts the elements of what is about to be walked through: compared, searched, copied."""
        for value in values:
            if isinstance(value, (*CONTAINERS, str, bytes)):
                self.charge(len(value))

    # -- places ----------------------------------------------------------------------------------

    def place(self, node: ast.AST | None) -> str:
        """``net.py, line 12``."""
        line = getattr(node, "lineno", None)
        return f"{self.location}, line {line}" if line else self.location

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

    # -- unknowns --------------------------------------------------------------------------------

    def unknown(self, node: ast.AST, why: str = "") -> Untold:
        """The value of an expression nobody can tell, with where it stands."""
        line = getattr(node, "lineno", 0)
        return Untold(f"{why or self.snippet(node)} (line {line})" if line else why)

    def note(self, message: str, node: ast.AST | None, path: str = "") -> None:
        """Tells once that something could not be followed."""
        line = getattr(node, "lineno", 0)
        if (message, line) not in self._noted:
            self._noted.add((message, line))
            where = f"line {line}: " if line else ""
            self.findings.append(NotFollowed(path, where + message, self.excerpt(node)))

    def lookup(self, name: str, scope: Scope) -> Value:
        """What ``name`` stands for: in scopes, star imports, built-ins, well-known bare names."""
        holder = scope.holder(name)
        if holder is not None and name in holder.names:
            return holder.names[name]
        for star in reversed(scope.module.stars):
            found = star.attribute(self, name)
            if not isinstance(found, Untold | Namespace):
                return found
        return self.world.bare(name)
