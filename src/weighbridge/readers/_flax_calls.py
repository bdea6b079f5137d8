"""The calls of a live Flax model, out of two runs of its code."""

from __future__ import annotations

from weighbridge._record import Record, replace
from weighbridge.layers import batch_axis, multiple
from weighbridge.model import Call, Input, Port
from weighbridge.readers._flax_kinds import Computed, Product
from weighbridge.readers._flax_samples import product, sample
from weighbridge.readers._flax_settings import kind_of, spelled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from weighbridge.model import Kind, Shape
    from weighbridge.readers._flax_listing import Listing
    from weighbridge.readers._flax_rows import Incoming, Rows
    from weighbridge.readers._flax_tensors import Array
    from weighbridge.readers._flax_trace import Path, Recorder, Seen
    from weighbridge.readers._flax_work import Program, Work


class Run(Record):
    """One run of the code: what was called, and the program that came of it."""

    recorder: Recorder
    program: Program


class Traced:
    """Two runs of the same code on different numbers of samples."""

    def __init__(self, first: Run, second: Run) -> None:
        self.runs = first, second
        self.numbers = first.recorder.calls(first.program.reach)

    @property
    def repeats(self) -> bool:
        """Whether code that JAX has kept the program of was not run again."""
        return any(run.program.repeats for run in self.runs)

    @property
    def agrees(self) -> bool:
        """Whether both runs did the same."""
        one, two = (
            [(call.path, call.method, len(call.incoming), len(call.outgoing)) for call in calls]
            for calls in (run.recorder.seen for run in self.runs)
        )
        return one == two and self._alike(self.runs[0].program) == self._alike(self.runs[1].program)

    @staticmethod
    def _alike(program: Program) -> list[object]:
        return [(work.name, work.scope) for work in program.work]

    def call(self, number: int) -> Seen:
        """A call, in the first run."""
        return self.runs[0].recorder.seen[number]

    def shapes(self, number: int, which: str) -> Incoming:
        """The shapes that come into a call, or go out of it, for one sample."""
        calls = [run.recorder.seen[number] for run in self.runs]
        reaches = [run.program.reach.get(number) for run in self.runs]
        lanes = [call.lanes for call in calls]
        if any(
            reach is not None and reach.lanes != len(found)
            for reach, found in zip(reaches, lanes, strict=True)
        ):
            return (None,) * len(getattr(calls[0], which))
        loops = [() if reach is None else reach.loops for reach in reaches]
        around = ((lanes[0], lanes[1]), (loops[0], loops[1]))
        pairs = zip(*(getattr(call, which) for call in calls), strict=True)
        return tuple(sample((a.shape, b.shape), around) for a, b in pairs)

    def values(self, which: str) -> tuple[Shape | None, ...]:
        """The shapes of the inputs or outputs of the model, for one sample."""
        pairs = zip(*(getattr(run.recorder, which) for run in self.runs), strict=True)
        return tuple(sample((a.shape, b.shape), ()) for a, b in pairs)

    def products(self) -> Iterator[tuple[Work, Call]]:
        """Each product, and the call it is for one sample."""
        for one, two in zip(*(run.program.work for run in self.runs), strict=True):
            sizes, shape = product((one.sizes, two.sizes)), sample((one.result, two.result), ())
            yield one, Call(Product(sizes=sizes), outputs=(shape,))


def reached(traced: Traced, listing: Listing) -> dict[Path, tuple[Kind, Incoming]]:
    """For each spelled layer what it is in its first call, and the shapes that reach it."""
    found: dict[Path, tuple[Kind, Incoming]] = {}
    for number in traced.numbers:
        call = traced.call(number)
        own = listing.owners.get(call.path)
        if own is None or own.kind is None or call.method != "__call__" or call.path in found:
            continue
        told = own.kind.called(call.positional, call.named)
        found[call.path] = told, traced.shapes(number, "incoming")
    return found


class Calls:
    """The calls of a model as they are being written down."""

    def __init__(self, traced: Traced, listing: Listing, rows: Rows) -> None:
        self._traced, self._listing, self._rows = traced, listing, rows
        self.calls: list[Call] = []
        self._ports: dict[object, Port] = {}
        """Where an array of the first run comes from, by what it is to a call."""
        self._counted: set[int] = set()
        """Calls of layers whose kind tells their work, by number."""
        first = traced.runs[0].recorder
        for array, shape in zip(first.inputs, traced.values("inputs"), strict=True):
            self._gives([array], [shape], Call(Input(shape=shape)))
        for number in traced.numbers:
            self._call(number)
        given = zip(first.outputs, traced.values("outputs"), strict=True)
        self.outputs = tuple(self._port(array, shape) for array, shape in given)
        self.calls += self._products()

    def _call(self, number: int) -> None:
        call = self._traced.call(number)
        kind = self._kind(call)
        if kind is None:
            return
        if self._rows.is_known(call.path):
            self._counted.add(number)
        incoming = self._traced.shapes(number, "incoming")
        reads = tuple(self._port(*pair) for pair in zip(call.incoming, incoming, strict=True))
        outputs = self._traced.shapes(number, "outgoing")
        owner = self._listing.owners[call.path]
        self._gives(call.outgoing, outputs, Call(kind, owner.place, reads, outputs))

    def _kind(self, call: Seen) -> Kind | None:
        """What the layer is in ``call``; ``None`` where it is no call of a layer."""
        kind = self._rows.kinds.get(call.path)
        if kind is None:
            return None
        if call.method == "__call__":
            return kind.called(call.positional, call.named)
        if not self._rows.is_known(call.path):
            return None
        # A method with a spelling of its own, such as ``Embed.attend``.
        dialect, module = self._listing.dialect, self._listing.owners[call.path].module
        variant = spelled(dialect, module, call.method)
        return None if variant is None else kind_of(dialect, module, variant)

    def _port(self, array: Array, shape: Shape | None) -> Port:
        """Where ``array`` comes from; if from no layer, from the code between them."""
        if _known_by(array, shape) not in self._ports:
            self._gives([array], [shape], Call(Computed(), outputs=(shape,)))
        return self._ports[_known_by(array, shape)]

    def _gives(self, given: Sequence[Array], shapes: Sequence[Shape | None], call: Call) -> None:
        for i, (array, shape) in enumerate(zip(given, shapes, strict=True)):
            # A module may hand on what a module in it gave.
            self._ports.setdefault(_known_by(array, shape), Port(len(self.calls), i))
        self.calls.append(call)

    def _products(self) -> Iterator[Call]:
        """Products of the model's own code: those of layers belong to their kinds."""
        for work, call in self._traced.products():
            path = self._path_of(work.scope)
            if path is not None:
                yield replace(call, path=".".join((*path, work.name)))

    def _path_of(self, scope: tuple[int, ...]) -> Path | None:
        """The module whose own code does what is done in ``scope``; ``None`` if it is a layer."""
        paths = {number: self._traced.call(number).path for number in scope}
        layers = {path for number, path in paths.items() if number in self._counted}
        for number in reversed(scope):
            if number in self._counted:
                return None
            if paths[number] not in layers and not self._listing.is_part(paths[number]):
                return paths[number]
        return ()


def _known_by(array: Array, shape: Shape | None) -> object:
    """What tells an array from others; in a loop the same array is read several times a sample."""
    return id(array), shape, batch_axis(shape), None if shape is None else multiple(shape)
