"""One reading of one file: its text, its world, and what it may still spend."""

from __future__ import annotations

from weighbridge.errors import LIMITS, Finding, Malformed, TooLarge
from weighbridge.layers import Untold
from weighbridge.readers._python import tree
from weighbridge.readers._python.modules import FileModule, Imported, at_last
from weighbridge.readers._python.places import Places
from weighbridge.readers._python.values import CONTAINERS, Namespace, Scope, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _ast as ast
    from typing import ClassVar, Literal

    from weighbridge.readers.dialects import World


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


class Run(Places):
    """The state of following one file."""

    def __init__(self, text: str, location: str, world: World, path: str = "") -> None:
        super().__init__(text, location, path)
        self.world = world
        self.steps = 0
        self.elements = 0
        self.depth = 0
        self.here: ast.AST | None = None
        """The statement or call being followed."""
        self.scope = Scope()
        self.scope.names |= {"__name__": "__main__", "__file__": "model.py"}
        self.findings: list[Finding] = []
        self.modules: dict[str, FileModule] = {}
        """Files that the one being read imports, by their paths."""
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

    # -- unknowns --------------------------------------------------------------------------------

    def unknown(self, node: ast.AST, why: str = "") -> Untold:
        """The value of an expression nobody can tell, with where it stands."""
        line = self.line_of(node)
        return Untold(f"{why or self.snippet(node)} ({line})" if line else why)

    def note(self, message: str, node: ast.AST | None, path: str = "") -> None:
        """Tells once that something could not be followed."""
        line = getattr(node, "lineno", 0)
        if (message, line) not in self._noted:
            self._noted.add((message, line))
            where = f"{self.line_of(node)}: " if line else ""
            self.findings.append(NotFollowed(path, where + message, self.excerpt(node)))

    def lookup(self, name: str, scope: Scope) -> Value:
        """What ``name`` stands for: in scopes, star imports, built-ins, well-known bare names."""
        holder = scope.holder(name)
        if holder is not None and name in holder.names:
            found = holder.names[name]
            return at_last(self, found) if type(found) is Imported else found
        for star in reversed(scope.module.stars):
            if isinstance(star, FileModule) and self._is_builtin(name):
                continue
            found = star.attribute(self, name)
            if isinstance(found, Namespace) and self.world.has_module(found.path):
                return found
            if not isinstance(found, Untold | Namespace):
                return found
        return self.world.bare(name)

    def _is_builtin(self, name: str) -> bool:
        """Whether Python itself has it: no file is followed to look for ``len``."""
        standard = self.world.speaker("builtins")
        return standard is not None and standard.bare(name) is not None
