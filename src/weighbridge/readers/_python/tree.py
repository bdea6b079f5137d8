"""The syntax tree, without the module ``ast``, which imports 5 ms of others to do little here."""

from __future__ import annotations

import _ast as ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_ONLY_TREE = 0x400
"""``ast.PyCF_ONLY_AST``: compile to a tree and no further."""


def parse(text: str) -> ast.Module:
    """The tree of a module; raises what ``compile`` does. Nothing is executed."""
    tree: ast.Module = compile(text, "<source>", "exec", _ONLY_TREE, dont_inherit=True)
    return tree


def inner(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes right below ``node``."""
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, list):
            yield from (item for item in value if isinstance(item, ast.AST))
        elif isinstance(value, ast.AST):
            yield value


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """``node`` and all below it."""
    open_nodes = [node]
    while open_nodes:
        current = open_nodes.pop(0)
        open_nodes += inner(current)
        yield current


def within(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """All nodes of ``body`` but what is inside functions and classes it defines."""
    closed = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
    open_nodes: list[ast.AST] = list(body)
    while open_nodes:
        current = open_nodes.pop()
        yield current
        if not isinstance(current, closed):
            open_nodes += inner(current)
