"""The calls of a live model: those of a graph, as saved, and those that code makes.

What a class of the author's own calls is not known. Its layers are listed with the shapes they were
built for, so that what they must own can be derived; how often they work is not known, and neither
is what else its code does.
"""

from __future__ import annotations

from weighbridge.formula import Num
from weighbridge.model import Custom, Dims, Expected, Kind, Port, Shape, Use
from weighbridge.readers._keras_calls import Arguments, Reference, sample
from weighbridge.readers._keras_runs import Came, Runs, declared
from weighbridge.readers._live_keras_objects import built_for
from weighbridge.readers._live_keras_saved import Alone, Code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.formula import Expr
    from weighbridge.readers._keras_places import Place
    from weighbridge.readers._live_keras_plan import LivePlan


class Uncounted(Kind):
    """A layer that code uses: what it owns and gives is known, how often it works is not."""

    kind: Kind

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...] | None:
        return self.kind.tensors(*incoming)

    def output(self, *incoming: Shape | None) -> Dims | None:
        return self.kind.output(*incoming)

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        return self.kind.outputs(*incoming)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        return _if_none(self.kind.macs((), None))

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        return _if_none(self.kind.connections((), None))


def _if_none(work: Expr | None) -> Expr | None:
    """No work is none, however often it is done; any other is not known."""
    return work if work == Num(0) else None


class LiveRuns(Runs):
    """Lays out the calls of a live model. ``given`` are input shapes that the user names."""

    def __init__(self, plan: LivePlan, given: tuple[Shape, ...]) -> None:
        self._plan = plan
        self._rows = {place.path for place in plan.listed}
        self._hidden = False
        """Whether the calls that are being laid out are made by code."""
        self._used: set[int] = set()
        """By identity, the places that calls of a graph reach."""
        self._code: list[Place] = []
        """Classes of the author's own, in the order in which they are met."""
        super().__init__(plan.root, given)
        self._hidden = True
        for part in plan.beside:
            self._apart(part)
        for place in self._code:  # which grows meanwhile
            for _, part in place.inside:
                self._apart(part)

    def _entrances(self, root: Place) -> Iterator[Port]:
        inside: object = root.layer.inside
        if not isinstance(inside, Code | Alone):
            yield from super()._entrances(root)
            return
        reads = inside.reads or (None,)
        for at in range(max(len(reads), len(self._given))):
            yield self._enter(self._shape(at, reads[at] if at < len(reads) else None), None)

    def _within(self, model: Place, reads: tuple[Port | None, ...]) -> tuple[Port | None, ...]:
        inside: object = model.layer.inside
        if isinstance(inside, Code):
            return self._coded(model, inside, reads).ports
        if isinstance(inside, Alone):
            return self._alone(model, inside, reads)
        return super()._within(model, reads)

    def _use(
        self, place: Place, reads: tuple[Port | None, ...], given: Arguments | None = None
    ) -> Came:
        inside: object = place.layer.inside
        self._used.add(id(place))
        if not isinstance(inside, Code):
            return super()._use(place, reads, given)
        came = self._coded(place, inside, reads, 1 if given is None else len(given.gives))
        place.uses.append(Use(reads, came.ports, None if given is None else given.number))
        return came

    def _call(
        self,
        kind: Kind,
        path: str | None,
        reads: tuple[Port | None, ...],
        place: str = "",
        number: int | None = None,
    ) -> int:
        hidden = self._hidden and path is not None
        return super()._call(Uncounted(kind=kind) if hidden else kind, path, reads, place, number)

    def _alone(
        self, model: Place, inside: Alone, reads: tuple[Port | None, ...]
    ) -> tuple[Port | None, ...]:
        ((_, place),) = model.inside
        call = inside.call
        if len(call.reads) != len(reads):
            call = Arguments(tuple(Reference("", at, 0) for at in range(len(reads))), {})
        came = self._use(place, reads, call)
        if not self._given:
            self._tell_all(came, call.gives)
        return tuple(came.port(at) for at in range(max(len(call.gives), 1)))

    # -- code ------------------------------------------------------------------------------------

    def _coded(
        self, place: Place, inside: Code, reads: tuple[Port | None, ...], outputs: int = 1
    ) -> Came:
        """One call of a class whose code is not followed."""
        row = place.path if place.path in self._rows else None
        call = self._call(place.kind, row, reads, place.path)
        came = Came(ports=tuple(Port(call, at) for at in range(max(outputs, len(inside.gives)))))
        if not self._given:
            self._tell_all(came, inside.gives)
        if place not in self._code:
            self._code.append(place)
        return came

    def _apart(self, place: Place) -> None:
        """A use by code: what reaches it is known only as far as it was built for it."""
        if id(place) in self._used:
            return
        shapes = declared(place) or tuple(map(sample, built_for(self._plan.object(place))))
        self._use(place, tuple(self._value(shape) for shape in shapes))

    def _value(self, shape: Shape | None) -> Port:
        """A value that code computes, of a shape that is known at most."""
        port = Port(self._call(Custom(native="code"), None, ()))
        self._tell(port, shape)
        return port
