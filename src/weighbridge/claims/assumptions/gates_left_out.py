"""A recurrent layer is counted with another number of gates.

An LSTM has four matrices of each sort (three gates and a candidate), a GRU three, a simple
recurrent layer one. Seen where the formula of one is used for another, or one gate is taken for the
layer.
"""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import recurrent
from weighbridge.formula import Dim, Expr, Product, times

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.model import Expected

_SAYS = {
    1: "one gate is counted",
    2: "two gates are counted",
    3: "three gates are counted, as in a GRU",
    4: "four gates are counted, as in an LSTM",
}


def _edits(line: Line) -> Iterator[Edit]:
    if not recurrent(line):
        return
    own = {g for t in line.tensors for dim in t.dims for g in _gates(dim)}
    for number, says in _SAYS.items():
        if own and own != {number}:
            tensors = tuple(
                replace(t, dims=tuple(_with(dim, number) for dim in t.dims)) for t in line.tensors
            )
            bits = 0.0 if number == 1 else 1.0
            causes = ("part-for-whole",) if number < max(own) else ("variant-mismatch",)
            yield Edit(tensors, says, str(number), bits, causes)
    if not own and line.kind.name in ("simple-rnn", "bidirectional"):
        for number in (3, 4):
            yield Edit(
                _multiplied(line, number), _SAYS[number], str(number), 2.0, ("variant-mismatch",)
            )


def _multiplied(line: Line, number: int) -> tuple[Expected, ...]:
    gates = Dim("g", number, "gates")
    return tuple(replace(t, dims=(*t.dims[:-1], times(gates, t.dims[-1]))) for t in line.tensors)


def _gates(dim: Expr) -> list[int]:
    factors = dim.factors if isinstance(dim, Product) else ()
    return [f.size for f in factors if isinstance(f, Dim) and f.symbol == "g" and f.size]


def _with(dim: Expr, number: int) -> Expr:
    """A width with another number of gates."""
    if not _gates(dim) or not isinstance(dim, Product):
        return dim
    gates = Dim("g", number, "gates")
    return times(*(gates if isinstance(f, Dim) and f.symbol == "g" else f for f in dim.factors))


ASSUMPTION = Assumption(
    "gates-left-out", ("part-for-whole",), 3.5, _edits,
    decides="which recurrent layer it is, and so how many gates it has",
)  # fmt: skip
