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
    from collections.abc import Iterator

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
        self._drafts: list[tuple[Kind, str | None, tuple[Port | None, ...], str, int | None]] = []
        self._reported: dict[int, dict[int, Shape]] = {}
        self._given = given
        self._telling = True
        """Whether what the source says of shapes holds in the run that is being laid out."""
        self.outputs = self._within(root, tuple(self._entrances(root)))
        """What the model returns."""

    def _entrances(self, root: Place) -> Iterator[Port]:
        """Calls that stand for what ``root`` reads."""
        inside = root.layer.inside
        match inside:
            case Graph():
                named = {layer.name: place for layer, place in root.inside}
                for at, found in enumerate(inside.inputs):
                    entrance = named[found.layer]
                    shape = self._shape(at, sample(whole_shape(entrance.layer)))
                    yield self._enter(shape, entrance.path)
            case Chain():
                yield self._enter(self._shape(0, sample(chain_reads(inside))), None)

    @property
    def calls(self) -> tuple[Call, ...]:
        """All calls, with the shapes the source tells of them."""
        return tuple(
            Call(kind, path, reads, self._outputs(at), place, number)
            for at, (kind, path, reads, place, number) in enumerate(self._drafts)
        )

    def _outputs(self, call: int) -> tuple[Shape | None, ...] | None:
        told = self._reported.get(call)
        return None if told is None else tuple(told.get(i) for i in range(max(told) + 1))

    def _shape(self, at: int, declared: Shape | None) -> Shape | None:
        return self._given[at] if at < len(self._given) else declared

    def _enter(self, shape: Shape | None, path: str | None) -> Port:
        return Port(self._call(Input(shape=shape), path, ()))

    def _call(
        self,
        kind: Kind,
        path: str | None,
        reads: tuple[Port | None, ...],
        place: str = "",
        number: int | None = None,
    ) -> int:
        """Where a new call stands, of the layer at ``path`` or of an operation in ``place``."""
        if len(self._drafts) == LIMITS.calls:
            raise TooLarge(
                f"the model comes to more than {LIMITS.calls:,} uses of layers",
                hint="models inside it use one another many times over",
            )
        self._drafts.append((kind, path, reads, place, number))
        return len(self._drafts) - 1

    # -- running ---------------------------------------------------------------------------------

    def _use(
        self, place: Place, reads: tuple[Port | None, ...], given: Arguments | None = None
    ) -> Came:
        number = None if given is None else given.number
        if place.layer.inside is None:
            kind = place.kind if given is None else place.kind.called(given.positional, given.named)
            return Came(call=self._call(kind, place.path, reads, number=number))
        ports = self._within(place, reads)
        place.uses.append(Use(reads, ports, number))
        return Came(ports=ports)

    def _within(self, model: Place, reads: tuple[Port | None, ...]) -> tuple[Port | None, ...]:
        outside, inside = self._telling, model.layer.inside
        # A model inside may run on other sizes than those it was built for.
        pairs = zip(declared(model), reads, strict=False)
        self._telling = outside and not any(_differ(a, self._told(port)) for a, port in pairs)
        ports: tuple[Port | None, ...] = ()
        match inside:
            case Graph():
                ports = self._graph(model, inside, reads)
            case Chain():
                ports = self._chain(model, reads)
        self._telling = outside
        return ports

    def _chain(self, model: Place, reads: tuple[Port | None, ...]) -> tuple[Port | None, ...]:
        before: Kind | None = None
        for layer, place in model.inside:
            # What a layer was built for tells what came out before it, where its kind cannot.
            if isinstance(before, Unknown):
                self._tell(reads[0], sample(layer.built))
            came = self._use(place, reads[:1])
            self._tell_all(came, layer.calls[0].gives if layer.calls else ())
            reads, before = (came.port(0),), place.kind
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
            self._tell_all(came[name, number], given.gives)
        return tuple(came[found.layer, found.call].port(found.output) for found in graph.outputs)

    def _tell_all(self, came: Came, shapes: tuple[Shape | None, ...]) -> None:
        for output, shape in enumerate(shapes):
            self._tell(came.port(output), shape)

    def _tell(self, port: Port | None, shape: Shape | None) -> None:
        """Notes what the source says of the shape of an output; what is said first stands."""
        if port is not None and shape is not None and self._telling:
            self._reported.setdefault(port.call, {}).setdefault(port.output, shape)

    def _told(self, port: Port | None) -> Shape | None:
        """What the source, or the user, says of the shape of an output."""
        if port is None:
            return None
        kind = self._drafts[port.call][0]
        entered = kind.shape if isinstance(kind, Input) else None
        return self._reported.get(port.call, {}).get(port.output, entered)


def declared(model: Place) -> tuple[Shape | None, ...]:
    """The shapes of what ``model`` reads, as it was made."""
    match model.layer.inside:
        case Graph() as graph:
            named = {layer.name: layer for layer in graph.layers}
            return tuple(sample(whole_shape(named[found.layer])) for found in graph.inputs)
        case Chain() as chain:
            return (sample(chain_reads(chain)),)
    return ()


def _differ(one: Shape | None, other: Shape | None) -> bool:
    """Whether two shapes cannot be of the same value."""
    if one is None or other is None:
        return False
    return len(one) != len(other) or any(
        a is not None and b is not None and a != b for a, b in zip(one, other, strict=True)
    )


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
