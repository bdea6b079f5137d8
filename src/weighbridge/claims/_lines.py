"""A network as somebody may count it: for each layer the named shapes of its tensors.

An assumption changes these shapes and nothing else, so every number it yields has a formula in
which each factor is a size of that layer or of a named neighbour.
"""

from __future__ import annotations

from weighbridge._record import Record, replace
from weighbridge.claims._near import ALONE, Near, came_in, neighbours
from weighbridge.formula import ONE, Dim, Expr, Product, tally, value
from weighbridge.model import Expected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.model import Kind, Shape
    from weighbridge.weighing import Held, Row


class Line(Record):
    """One layer as it is counted."""

    rows: tuple[Row, ...]
    """All layers of the network, in their order."""
    place: int
    """Which of them it is."""
    tensors: tuple[Expected, ...]
    """Those that are counted."""
    uncounted: tuple[Expected, ...] = ()
    """Those it owns besides: running statistics where they are buffers, what the claim is not
    about."""
    tied: tuple[Expected, ...] = ()
    """Those that are another layer's, and counted there."""
    near: Near = ALONE
    """What lies around it."""

    @property
    def row(self) -> Row:
        """The layer, truly weighed."""
        return self.rows[self.place]

    @property
    def kind(self) -> Kind:
        """What the layer is."""
        return self.row.layer.kind

    @property
    def incoming(self) -> Shape | None:
        """The shape of one sample of the first thing it reads."""
        shape = self.row.incoming[0] if self.row.incoming else None
        return came_in(self.kind, shape, self.row.output)

    @property
    def count(self) -> int:
        """What it comes to."""
        return sum(counts(self.tensors).values())

    @property
    def formula(self) -> Expr:
        """The arithmetic behind ``count``."""
        return formula(self.tensors)

    def tensor(self, *roles: str) -> Expected | None:
        """The first of the tensors counted that plays one of ``roles``."""
        return next((tensor for tensor in self.tensors if tensor.role in roles), None)


class Edit(Record):
    """A layer as counted under one assumption."""

    tensors: tuple[Expected, ...]
    says: str
    """What is assumed, to come after "if": ``the biases are left out``."""
    variant: str = ""
    """Which of several things the assumption may mean; equal for all layers it is made for."""
    bits: float = 0.0
    """How much less likely than the assumption at its likeliest."""
    causes: tuple[str, ...] = ()
    """The known causes of wrong numbers, where they are others than the assumption's."""
    truly: str = ""
    """How it really is, where that is worth a sentence: ``The network here is fully connected``."""


class Whole(Record):
    """Several layers as counted under one assumption that is about all of them."""

    made: tuple[tuple[int, tuple[Expected, ...]], ...]
    """Which of the lines, counted from 0, and what is counted of it."""
    says: str
    variant: str = ""
    bits: float = 0.0
    causes: tuple[str, ...] = ()


def slot(tensor: Expected) -> str:
    """The name of a tensor within its layer, also where parts have tensors of the same role."""
    return ".".join((*tensor.part, tensor.role)) if tensor.part else tensor.role


def elements(tensor: Expected) -> int | None:
    """Number of values; ``None`` while a size is unknown."""
    count = 1
    for dim in tensor.dims:
        for factor in dim.factors if type(dim) is Product else (dim,):
            size = factor.size if type(factor) is Dim else value(factor)
            if size is None:
                return None
            count *= size
    return count


def counts(tensors: tuple[Expected, ...]) -> dict[str, int]:
    """How many values each tensor has, by its role; those of equal roles together, none empty."""
    return known(tensors, unknown=0) or {}


def known(tensors: tuple[Expected, ...], unknown: int | None = None) -> dict[str, int] | None:
    """``counts``, with ``unknown`` for what is not known; ``None`` where that is ``None``."""
    found: dict[str, int] = {}
    for tensor in tensors:
        key = ".".join((*tensor.part, tensor.role)) if tensor.part else tensor.role
        count = elements(tensor)
        if count is None:
            count = unknown
        if count is None:
            return None
        if count:
            found[key] = found.get(key, 0) + count
    return found


def formula(tensors: tuple[Expected, ...]) -> Expr:
    """The arithmetic that counts ``tensors``."""
    return tally((tensor.part, tensor.dims) for tensor in tensors)


def measurable(tensors: tuple[Expected, ...]) -> tuple[Expected, ...]:
    """The tensors; one without axes, a single number, has one axis of 1."""
    if all(tensor.dims for tensor in tensors):
        return tensors
    return tuple(t if t.dims else replace(t, dims=(ONE,)) for t in tensors)


def complete(tensors: tuple[Expected, ...]) -> bool:
    """Whether all their sizes are known."""
    return all(elements(tensor) is not None for tensor in tensors)


def lines(
    rows: tuple[Row, ...], counted: Callable[[Held], bool], about: Callable[[Row], bool]
) -> tuple[Line, ...]:
    """Those of ``rows`` that a claim is ``about`` and of which all is known, as counted."""
    found = []
    places = [place for place, row in enumerate(rows) if about(row)]
    for place, near in neighbours(rows, places).items():
        row = rows[place]
        expected = _expected(row)
        if expected is None or not complete(expected):
            continue
        held = {each.role or each.name: each for each in row.held or ()}
        tied = tuple(t for t in expected if t.role in held and held[t.role].tied_to is not None)
        kept = tuple(
            t for t in expected if t.role in held and counted(held[t.role]) and t not in tied
        )
        rest = tuple(t for t in expected if t not in kept and t not in tied)
        found.append(Line(rows, place, kept, rest, tied, near))
    return tuple(found)


def _expected(row: Row) -> tuple[Expected, ...] | None:
    """What the layer owns: by its settings, or where they are not known by its tensors."""
    if row.expected is not None and (row.basis != "disagrees" or row.held is None):
        return measurable(row.expected)
    if row.held is None:
        return None
    found = (
        Expected(
            held.role or held.name,
            tuple(Dim(f"n_{i}", size, f"size {i}") for i, size in enumerate(held.shape, 1)),
            trainable=held.trainable,
            buffer=held.buffer,
        )
        for held in row.held
    )
    return measurable(tuple(found))


def worked(rows: tuple[Row, ...], about: Callable[[Row], bool], name: str) -> tuple[Line, ...]:
    """Those of ``rows`` that a claim is ``about``, their work in place of their tensors."""
    found = []
    places = [place for place, row in enumerate(rows) if about(row)]
    for place, near in neighbours(rows, places).items():
        work = rows[place].work if name == "macs" else rows[place].links
        if work is not None and value(work):
            found.append(Line(rows, place, (Expected(name, (work,)),), near=near))
    return tuple(found)
