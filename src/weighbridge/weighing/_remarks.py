"""What is worth telling of a weighed layer: disagreement, sharing, tied tensors, disuse."""

from __future__ import annotations

from weighbridge.formula import value
from weighbridge.model import Unknown, sizes
from weighbridge.weighing._findings import (
    Disagreement,
    NeverCalled,
    SharedLayer,
    TiedTensor,
    UnknownLayer,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.errors import Finding
    from weighbridge.model import Expected, Layer, Shape
    from weighbridge.weighing._rows import Row


def remarks(row: Row, traced: bool) -> Iterator[Finding]:
    """The findings about a row; with ``traced`` calls are known, so that none means disuse."""
    layer = row.layer
    if row.basis == "disagrees":
        yield Disagreement(row.path, _difference(row))
    if isinstance(layer.kind, Unknown):
        yield UnknownLayer(row.path, layer.kind.because or f"{layer.native} is not known here")
    elif traced and _is_declared(layer) and not row.calls and _owns(row):
        yield NeverCalled(row.path, "declared and never called")
    if row.calls > 1:
        yield SharedLayer(row.path, f"called {row.calls} times: counted once, its work each time")
    for held in row.held or ():
        if held.tied_to is not None:
            yield TiedTensor(row.path, f"{held.name} is {held.tied_to}; counted there")


def _is_declared(layer: Layer) -> bool:
    """Whether calls of it would be seen.

    Code that reaches for the tensors of a layer need not call it.
    """
    return layer.tensors is None if layer.place else bool(layer.tensors)


def _owns(row: Row) -> bool:
    """Whether the layer has more than a seed to count."""
    return any(not held.buffer for held in row.held or ())


def _difference(row: Row) -> str:
    derived = None if row.derived is None else value(row.derived)
    if derived is not None and row.observed is not None and derived != row.observed:
        return f"settings call for {derived:,} values, the tensors hold {row.observed:,}"
    wanted, present = lengths(row.expected), (held.shape for held in row.held or ())
    return f"settings call for {shown(tuple(wanted))}, the tensors are {shown(tuple(present))}"


def lengths(expected: tuple[Expected, ...] | None) -> list[Shape | None]:
    """The sizes of what a layer must own."""
    return [sizes(tensor.dims) for tensor in expected or ()]


def shown(shapes: tuple[Shape | None, ...]) -> str:
    """``shapes`` as a message names them."""
    return ", ".join("?" if shape is None else str(shape) for shape in shapes)
