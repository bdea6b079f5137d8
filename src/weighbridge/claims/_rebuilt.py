"""Other builds of a network that somebody may have had in mind, weighed anew."""

from __future__ import annotations

from weighbridge._record import Record, replace
from weighbridge.claims._near import came_in
from weighbridge.claims._quantities import measured
from weighbridge.claims._subjects import Subject, subject
from weighbridge.errors import WeighbridgeError
from weighbridge.model import Input, Model
from weighbridge.weighing import Weighing, weigh

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims.assumptions import Assumption, Rebuilt

_ROWS = 1_000
"""Layers of one network weighed anew, all builds together."""


class Build(Record):
    """Another build of the network, on the scales."""

    assumption: Assumption
    weighing: Weighing
    about: Subject
    number: int
    says: str
    causes: tuple[str, ...]
    bits: float


class Others:
    """The other builds of a network, each weighed once, whatever is asked of it."""

    def __init__(self, weighing: Weighing) -> None:
        self.exhausted = True
        """False once a build was left out because too many layers had been weighed."""
        self._weighing = weighing
        self._filled: Weighing | None = None
        self._left = _ROWS
        self._forms: dict[str, Iterator[Rebuilt]] = {}
        self._weighed: dict[str, list[tuple[Rebuilt, Weighing | None]]] = {}

    def under(self, assumption: Assumption) -> Iterator[tuple[Rebuilt, Weighing | None]]:
        """The builds under ``assumption``, with ``None`` for one that cannot be."""
        name = assumption.name
        if self._filled is None:
            model = _open_inputs_filled(self._weighing)
            self._filled = replace(self._weighing, model=model)
        forms = self._forms.setdefault(name, assumption.models(self._filled))
        weighed = self._weighed.setdefault(name, [])
        yield from weighed
        for other in forms:
            if self._left < 0:
                self.exhausted = False
                return
            self._left -= len(self._weighing.rows)
            weighed.append((other, self._anew(other.model)))
            yield weighed[-1]

    def _anew(self, model: Model) -> Weighing | None:
        try:
            return weigh(model, self._weighing.convention)
        except WeighbridgeError:
            return None


def builds(
    others: Others, path: str, quantity: str, number: int, known: tuple[Assumption, ...]
) -> Iterator[Build]:
    """Those in which the quantity of what is at ``path`` comes to another number.

    Where the likeliest form of an assumption changes nothing, its other forms are not tried.
    """
    for assumption in known:
        for i, (other, anew) in enumerate(others.under(assumption)):
            built = None if anew is None else _built(anew, path, quantity, assumption, other)
            if built is not None and built.number != number:
                yield built
            elif built is not None and i == 0:
                break


def _built(
    anew: Weighing, path: str, quantity: str, assumption: Assumption, other: Rebuilt
) -> Build | None:
    try:
        about = subject(anew, path)
    except WeighbridgeError:
        return None
    number = measured(quantity, about, anew)
    if not number.exact or number.value is None:
        return None
    return Build(
        assumption, anew, about, number.value, other.says,
        other.causes or assumption.causes, assumption.bits + other.bits,
    )  # fmt: skip


def _open_inputs_filled(weighing: Weighing) -> Model:
    """The model with the sizes of its inputs as far as the first layers tell them."""
    model = weighing.model
    read = {row.path: (row.layer.kind, row.incoming, row.output) for row in weighing.rows}
    calls = list(model.calls)
    for call in model.calls:
        kind, incoming, output = read.get(call.layer or "", (None, (), None))
        port = call.reads[0] if call.reads else None
        if kind is None or port is None or not incoming:
            continue
        source = calls[port.call]
        if isinstance(source.kind, Input):
            shape = came_in(kind, incoming[0], output)
            calls[port.call] = replace(source, kind=replace(source.kind, shape=shape))
    return replace(model, calls=tuple(calls))
