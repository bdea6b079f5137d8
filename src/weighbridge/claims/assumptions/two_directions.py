"""Two directions are confused with one, or with one layer of twice as many units.

A bidirectional layer of n units is two layers of n units, not one of 2n, whose recurrent matrix
would be four times as large. What reads it, reads both: 2n inputs. Seen in bidirectional RNN, LSTM
and GRU, and in the layers above them.
"""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import changed, dense, of, plain, recurrent, with_depth
from weighbridge.formula import Dim, Expr, Num, Product, dims, floor, times, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.model import Expected


def _edits(line: Line) -> Iterator[Edit]:
    if recurrent(line):
        yield from _one_for_two(line) if _has_both(line) else _two_for_one(line)
        yield from _upper(line)
    kernels = of(line, "kernel")
    if line.near.after_both and kernels and (dense(line) is not None or recurrent(line)):
        half = changed(line, kernels, _halved)
        yield Edit(half, "it reads one direction of the layer below only", "below")


def _is_back(tensor: Expected) -> bool:
    return tensor.role.startswith("backward_") or tensor.role.endswith("_reverse")


def _has_both(line: Line) -> bool:
    return any(_is_back(tensor) for tensor in line.tensors)


def _one_for_two(line: Line) -> Iterator[Edit]:
    one = tuple(tensor for tensor in line.tensors if not _is_back(tensor))
    yield Edit(one, "one direction is counted", "one")
    wide = tuple(_scaled(tensor, 2) for tensor in one)
    yield Edit(wide, "it is one layer of twice as many units", "wide")


def _two_for_one(line: Line) -> Iterator[Edit]:
    back = tuple(replace(t, role=f"backward_{t.role}") for t in line.tensors)
    yield Edit((*line.tensors, *back), "it reads in both directions", "two", 1.5)
    if all(value(dim) or 0 for t in of(line, "recurrent_kernel") for dim in t.dims) and _even(line):
        narrow = tuple(_scaled(tensor, 0) for tensor in line.tensors)
        other = tuple(replace(t, role=f"backward_{t.role}") for t in narrow)
        says = "it is two directions of half as many units"
        yield Edit((*narrow, *other), says, "narrow", 1.5)


def _even(line: Line) -> bool:
    sizes = {d.size for t in line.tensors for e in t.dims for d in dims(e) if d.symbol == "h"}
    return all(size and size % 2 == 0 for size in sizes)


def _scaled(tensor: Expected, factor: int) -> Expected:
    """The tensor of a layer with twice as many units, or for a factor of 0 with half as many."""
    return replace(tensor, dims=tuple(_resized(dim, factor) for dim in tensor.dims))


def _resized(expr: Expr, factor: int) -> Expr:
    if isinstance(expr, Product):
        return times(*(_resized(f, factor) for f in expr.factors))
    if isinstance(expr, Dim) and expr.symbol == "h":
        return times(Num(2), expr) if factor else floor(expr, Num(2))
    return expr


def _upper(line: Line) -> Iterator[Edit]:
    """The upper layers of a stack, as if they read one direction."""
    upper = tuple(t for t in line.tensors if plain(t.role) == "kernel" and _reads(t) == "n_up")
    if upper and _has_both(line):
        half = changed(line, upper, _halved)
        yield Edit(half, "the upper layers read one direction of the layer below only", "upper")


def _reads(kernel: Expected) -> str:
    return getattr(kernel.dims[0], "symbol", "")


def _halved(kernel: Expected) -> Expected:
    return with_depth(kernel, floor(kernel.dims[0], Num(2)))


ASSUMPTION = Assumption(
    "two-directions", ("bidirectional-width",), 2.5, _edits,
    decides="whether the layer reads in both directions, and how wide each is",
)  # fmt: skip
