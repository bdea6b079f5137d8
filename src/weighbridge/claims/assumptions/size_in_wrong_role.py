"""A size stands in another's place in the formula.

The number of filters where the kernel size belongs, the units of the layer before where its own
belong: each number is a true size of the layer, and in the wrong place. Seen everywhere.
"""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import is_bias, sizes, spatial
from weighbridge.formula import Dim, Expr, Product, times

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.model import Expected

_MOST = 6


def _edits(line: Line) -> Iterator[Edit]:
    own = tuple(sizes(line))[:_MOST]
    others = (*own, *spatial(line, line.incoming), *_steps(line))
    for old in own:
        for new in others:
            if new.symbol != old.symbol and new.size != old.size and new.size:
                yield from _exchanged(line, old, new)
    near = [Dim("n", n, "width of a layer near it") for n in line.near.widths]
    for old in own:
        for new in near:
            if new.size != old.size and old.symbol in ("C_out", "units", "h"):
                tensors = tuple(_put(t, old, new) for t in line.tensors)
                says = f"{_named(new)} stands for {_named(old)}"
                yield Edit(tensors, says, f"{old.symbol}-{new.size}", 1.0)


def _exchanged(line: Line, old: Dim, new: Dim) -> Iterator[Edit]:
    """One size for another in the whole layer, or in what multiplies only."""
    tensors = tuple(_put(t, old, new) for t in line.tensors)
    says = f"{_named(new)} stands for {_named(old)}"
    yield Edit(tensors, says, f"{old.symbol}-{new.symbol}")
    biases = tuple(_put(t, old, new) if is_bias(t) else t for t in line.tensors)
    if biases not in (tensors, line.tensors):
        yield Edit(biases, f"{says} in the bias", f"{old.symbol}-{new.symbol}-bias", 0.5)
    kernels = tuple(t if is_bias(t) else _put(t, old, new) for t in line.tensors)
    if kernels != tensors:
        yield Edit(kernels, f"{says} in the kernel", f"{old.symbol}-{new.symbol}-kernel", 0.5)


def _steps(line: Line) -> tuple[Dim, ...]:
    """The length of the sequence that an embedding reads."""
    read = line.row.incoming[0] if line.row.incoming else None
    given = line.row.output[:1] if line.row.output else ()
    if line.tensor("embedding") is None:
        return ()
    lengths = read if read and len(read) == 1 and read[0] else given
    return tuple(Dim("T", size, "length of the sequence") for size in lengths if size)


def _named(dim: Dim) -> str:
    return f"{dim.size} ({dim.meaning or dim.symbol})"


def _put(tensor: Expected, old: Dim, new: Dim) -> Expected:
    return replace(tensor, dims=tuple(_in(dim, old, new) for dim in tensor.dims))


def _in(expr: Expr, old: Dim, new: Dim) -> Expr:
    if isinstance(expr, Product):
        return times(*(_in(factor, old, new) for factor in expr.factors))
    return new if isinstance(expr, Dim) and expr.symbol == old.symbol else expr


ASSUMPTION = Assumption(
    "size-in-wrong-role", ("size-in-wrong-role",), 5.5, _edits, together=False,
    decides="which size is which",
)  # fmt: skip
