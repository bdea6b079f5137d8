"""Reads a source tree and names what is against the plan of the house.

Kept apart from the test so that the test can be shown to fail: it takes any tree, a made-up one
included, as a mapping from dotted module names to their text.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

PACKAGE = "weighbridge"

FLOORS = {
    "_record": 0, "_collect": 0, "_garbage": 0, "_version": 0,
    "errors": 1, "formula": 1,
    "model": 2, "amount": 2,
    "layers": 3,
    "readers": 4, "weighing": 4,
    "claims": 5, "diff": 5, "memory": 5,
    "reports": 6,
    "app": 7,
    "__init__": 8, "__main__": 8,
}  # fmt: skip
"""Which floor each room is on; ``__init__`` is the door."""

FRAMEWORKS = frozenset(
    ("numpy", "torch", "keras", "tensorflow", "jax", "jaxlib", "flax", "onnx", "sympy", "scipy")
)
"""Never imported at module level, and never by the command line on its own."""
SLOW = frozenset(
    ("h5py", "rich", "dataclasses", "typing", "inspect", "pathlib", "tempfile", "shutil")
)
"""Imported where they are used: each costs more than the whole of weighbridge."""

LONGEST_FUNCTION = 35
LONGEST_FILE = 300

Tree = Mapping[str, str]
"""Text of each module by its name within the package: ``layers.conv``, ``layers.__init__``."""


def faults(tree: Tree) -> Iterator[str]:
    """Everything in ``tree`` that is against the plan, with file and line."""
    for module, text in tree.items():
        parsed = ast.parse(text)
        yield from misplaced(module, parsed)
        yield from heavy(module, parsed)
        yield from long(module, text, parsed)


def misplaced(module: str, parsed: ast.Module) -> Iterator[str]:
    """Imports from the same or a higher floor, or of what is private to another room."""
    room = module.partition(".")[0]
    for node in ast.walk(parsed):
        for line, target in _imports(node):
            package, _, inner = target.partition(".")
            if package != PACKAGE:
                continue
            other, _, rest = inner.partition(".")
            if other == room:
                continue
            if other not in FLOORS or room not in FLOORS:
                cellar = other if other not in FLOORS else room
                yield f"{module}:{line} room {cellar} is on no floor"
            elif FLOORS[other] >= FLOORS[room]:
                yield f"{module}:{line} imports {target}, which is not on a lower floor"
            elif any(_private(part) for part in rest.split(".")):
                yield f"{module}:{line} imports {target}, which is private to {other}"


def _private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def heavy(module: str, parsed: ast.Module) -> Iterator[str]:
    """Imports at module level of what must wait until it is needed."""
    for node in _at_import(parsed.body):
        for line, target in _imports(node):
            if target.partition(".")[0] in FRAMEWORKS | SLOW:
                yield f"{module}:{line} imports {target} at module level"


def long(module: str, text: str, parsed: ast.Module) -> Iterator[str]:
    """Files and functions nobody takes in at once; docstrings do not count against a function."""
    length = len(text.splitlines())
    if length > LONGEST_FILE:
        yield f"{module} has {length} lines"
    for node in ast.walk(parsed):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = _lines(node)
            if length > LONGEST_FUNCTION:
                yield f"{module}:{node.lineno} {node.name} has {length} lines"


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    docstring = 0
    if ast.get_docstring(function) is not None:
        first = function.body[0]
        docstring = (first.end_lineno or first.lineno) - first.lineno + 1
    return (function.end_lineno or function.lineno) - function.lineno + 1 - docstring


def _imports(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything ``node`` itself imports."""
    match node:
        case ast.Import(names=names):
            for alias in names:
                whole = alias.name
                yield node.lineno, f"{PACKAGE}.__init__" if whole == PACKAGE else whole
        case ast.ImportFrom(module=module, names=names, level=level):
            if level:
                yield node.lineno, f"{PACKAGE}.relative"
                return
            for alias in names:
                yield node.lineno, _origin(module or "", alias.name)


def _origin(module: str, name: str) -> str:
    """The module a name is taken from; names of the bare package are rooms, or the door's own."""
    if module != PACKAGE:
        return f"{module}.{name}" if module.startswith(PACKAGE) else module
    return f"{PACKAGE}.{name}" if name in FLOORS else f"{PACKAGE}.__init__"


def _at_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that run when the module is imported."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(statement, ast.If) and _for_types(statement.test):
            yield from _at_import(statement.orelse)
            continue
        yield statement
        for block in ("body", "orelse", "finalbody"):
            yield from _at_import(getattr(statement, block, []))
        for handler in getattr(statement, "handlers", []):
            yield from _at_import(handler.body)


def _for_types(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"
