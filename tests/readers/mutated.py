"""Python that still parses, changed at random places: what a source may say by mistake."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

_ELSE = [
    ast.parse(text, mode="eval").body
    for text in (
        "None", "-1", "0", "1", "2.5", "'x'", "''", "10**300", "1e308 * 10", "[]", "()", "{}",
        "{'a': 1}", "(None,)", "(1, 2)", "[[1]]", "lambda *a, **k: a", "lambda: 0", "True", "...",
        "b'x'", "1j", "float('nan')", "range(3)", "range(10**20)", "slice(1)", "object()", "int",
        "len", "print", "super", "type", "keras", "unknown", "unknown()", "unknown.thing[3]",
        "(x for x in [1])", "{1, 2}", "f'{1:>5}'", "x", "model", "(-1,)", "(0,)", "(None, None)",
        "keras.Input((3,))", "keras.layers.Dense(3)", "keras.Sequential()", "keras.layers.Layer",
        "keras.Model", "'same'", "'channels_first'", "[1, 'a', None]", "-10**9", "2**64",
    )
]  # fmt: skip
_OPERATORS = (
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.FloorDiv,
    ast.Mod,
    ast.Pow,
    ast.MatMult,
    ast.BitOr,
)
_ATTRIBUTES = (
    "shape",
    "output",
    "input",
    "layers",
    "weights",
    "name",
    "append",
    "keys",
    "get",
    "dtype",
)


def mutant(text: str, chance: random.Random) -> str:
    """``text`` with a few, or many, of its expressions and statements replaced."""
    tree = _Changing(chance).visit(ast.parse(text))
    return ast.unparse(ast.fix_missing_locations(tree))


class _Changing(ast.NodeTransformer):
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.share = chance.choice((0.005, 0.01, 0.03, 0.1))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        """Parts of an f-string stay what they are: not every expression may stand in one."""
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        node = super().generic_visit(node)
        if self.chance.random() > self.share:
            return node
        if isinstance(node, ast.expr) and not isinstance(node, ast.Starred | ast.Slice):
            return self._expression(node)
        if isinstance(node, ast.stmt) and self.chance.random() < 0.3:
            return ast.Pass()
        return node

    def _expression(self, node: ast.expr) -> ast.expr:
        if isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
            return node
        if self.chance.random() < 0.5:
            return self.chance.choice(_ELSE)
        match node:
            case ast.Call(args=[_, *_]) if self.chance.random() < 0.4:
                node.args.pop(self.chance.randrange(len(node.args)))
            case ast.Call(args=[first, *_]) if self.chance.random() < 0.2:
                node.args.append(first)
            case ast.Call(keywords=[_, *_]):
                node.keywords.pop(self.chance.randrange(len(node.keywords)))
            case ast.BinOp():
                node.op = self.chance.choice(_OPERATORS)()
            case ast.Attribute():
                node.attr = self.chance.choice(_ATTRIBUTES)
        return node
