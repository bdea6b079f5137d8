"""How a number came about: sums and products that remember how they were written.

A formula is never multiplied out. ``total`` adds up the element counts of shapes and pulls common
factors out, ``tally`` does so part by part; ``value`` computes; ``plain``, ``symbolic``,
``ascii_``, ``latex`` and ``html`` spell.
"""

from __future__ import annotations

from weighbridge.formula._expressions import (
    ONE,
    Dim,
    Expr,
    Floor,
    Num,
    Product,
    Sum,
    dims,
    floor,
    minus,
    per,
    plus,
    times,
    value,
)
from weighbridge.formula._factoring import counted, repeated, tally, total
from weighbridge.formula._spelling import ascii_, equation, html, latex, plain, symbolic

__all__ = [
    "ONE", "Dim", "Expr", "Floor", "Num", "Product", "Sum", "ascii_", "counted", "dims", "equation",
    "floor", "html", "latex", "minus", "per", "plain", "plus", "repeated", "symbolic", "tally",
    "times", "total", "value",
]  # fmt: skip
