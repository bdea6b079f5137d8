"""The calls of a saved Keras model, in an order that can be run: those inside models laid open.

A model inside that is used twice is run twice: each of its layers has a call for each use.
"""

from __future__ import annotations

from weighbridge._record import Record
from weighbridge.errors import LIMITS, TooLarge
from weighbridge.model import Call, Input, Kind, Port, Shape, Unknown, Use
from weighbridge.readers._keras_calls import sample
from weighbridge.readers._keras_config import Chain, Graph
from weighbridge.readers._keras_kinds import whole_shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._keras_calls import Arguments, Json
    from weighbridge.readers._keras_places import Place

    Node = tuple[str, int]


class Came(Record):
    """What came out of a use: the outputs of one call, or ports that a model handed out."""

    call: int | None = None
    ports: tuple[Port | None, ...] = ()

    def port(self, output: int) -> Port | None:
        """One output; ``None`` where there is none of that number."""
        if self.call is not None:
            return Port(self.call, output)
        return self.ports[output] if output < len(self.ports) else None


class Runs:
    """Lays out the calls of ``root``. ``given`` are input shapes that the user names.

    Raises ``TooLarge`` where models used by models come to more calls than the limits allow.
    """

    def __init__(self, root: Place, given: tuple[Shape, ...] = ()) -> None:
        self._drafts: list[tuple[Kind, str | None, tuple[Port | None, ...]]] = []
        self._reported: dict[int, dict[int, Shape]] = {}
        self._given = given
        inside = root.layer.inside
        reads: list[Port | None] = []
        match inside:
            case Graph():
                named = {layer.name: place for layer, place in root.inside}
                for at, found in enumerate(inside.inputs):
                    entrance = named[found.layer]
                    shape = self._shape(at, sample(whole_shape(entrance.layer)))
                    reads.append(self._enter(shape, entrance.path))
            case Chain():
                reads.append(self._enter(self._shape(0, sample(chain_reads(inside))), None))
        self.outputs = self._within(root, tuple(reads)) if inside is not None else ()
        """What the model returns."""

    @property
    def calls(self) -> tuple[Call, ...]:
        """All calls, with the shapes the file tells of them."""
        return tuple(
            Call(kind, path, reads, self._outputs(at))
            for at, (kind, path, reads) in enumerate(self._drafts)
        )

    def _outputs(self, call: int) -> tuple[Shape | None, ...] | None:
        told = self._reported.get(call)
        return None if told is None else tuple(told.get(i) for i in range(max(told) + 1))

    def _shape(self, at: int, declared: Shape | None) -> Shape | None:
        return self._given[at] if at < len(self._given) else declared

    def _enter(self, shape: Shape | None, path: str | None) -> Port:
        return Port(self._call(Input(shape=shape), path, ()))

    def _call(self, kind: Kind, path: str | None, reads: tuple[Port | None, ...]) -> int:
        if len(self._drafts) == LIMITS.calls:
            raise TooLarge(
                f"the model comes to more than {LIMITS.calls:,} uses of layers",
                hint="models inside it use one another many times over",
            )
        self._drafts.append((kind, path, reads))
        return len(self._drafts) - 1

    # -- running ---------------------------------------------------------------------------------

    def _use(
        self, place: Place, reads: tuple[Port | None, ...], given: Arguments | None = None
    ) -> Came:
        if place.layer.inside is None:
            kind = place.kind if given is None else place.kind.called(given.positional, given.named)
            return Came(call=self._call(kind, place.path, reads))
        ports = self._within(place, reads)
        place.uses.append(Use(reads, ports))
        return Came(ports=ports)

    def _within(self, model: Place, reads: tuple[Port | None, ...]) -> tuple[Port | None, ...]:
        match model.layer.inside:
            case Graph() as graph:
                return self._graph(model, graph, reads)
            case Chain():
                return self._chain(model, reads)
        return ()

    def _chain(self, model: Place, reads: tuple[Port | None, ...]) -> tuple[Port | None, ...]:
        before: Kind | None = None
        for layer, place in model.inside:
            # What a layer was built for tells what came out before it, where its kind cannot.
            if isinstance(before, Unknown):
                self._tell(reads[0], sample(layer.built))
            reads, before = (self._use(place, reads[:1]).port(0),), place.kind
        return reads

    def _graph(
        self, model: Place, graph: Graph, reads: tuple[Port | None, ...]
    ) -> tuple[Port | None, ...]:
        came: dict[Node, Came] = {}
        for at, found in enumerate(graph.inputs):
            came[found.layer, found.call] = Came(ports=(reads[at] if at < len(reads) else None,))
        named = {layer.name: (layer, place) for layer, place in model.inside}
        for name, number in model.order.calls if model.order else ():
            layer, place = named[name]
            given = layer.calls[number]
            sources = given.reads
            ports = tuple(came[found.layer, found.call].port(found.output) for found in sources)
            for port, found in zip(ports, sources, strict=True):
                alone = sample(layer.built) if len(sources) == 1 and number == 0 else None
                self._tell(port, alone if found.shape is None else found.shape)
            came[name, number] = self._use(place, ports, given)
        return tuple(came[found.layer, found.call].port(found.output) for found in graph.outputs)

    def _tell(self, port: Port | None, shape: Shape | None) -> None:
        """Notes what the file says of the shape of an output; what is said first stands."""
        if port is not None and shape is not None:
            self._reported.setdefault(port.call, {}).setdefault(port.output, shape)


def chain_reads(chain: Chain) -> Json:
    """The whole shape of what a Sequential reads, wherever its file tells; ``None`` if nowhere."""
    first = chain.layers[0] if chain.layers else None
    declared = chain.reads if first is None else whole_shape(first) or chain.reads
    if declared is not None or first is None:
        return declared
    match first.inside:
        case Chain() as inner:
            return chain_reads(inner)
        case Graph() as inner if len(inner.inputs) == 1:
            by_name = {layer.name: layer for layer in inner.layers}
            return whole_shape(by_name[inner.inputs[0].layer])
    return first.built
