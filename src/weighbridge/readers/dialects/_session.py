"""What one reading of a file has called so far: the part that all frameworks share."""

from __future__ import annotations

from weighbridge import layers
from weighbridge.errors import Impossible
from weighbridge.layers import Fixed, Samples, Untold
from weighbridge.model import Kind, Shape, Unknown
from weighbridge.readers._python.objects import expanse
from weighbridge.readers.dialects._graph import Node, Owner, Symbol, TensorShape, mapped, symbols

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Named, Value

NODE_STEPS = 20
"""What a call of a layer or an operation counts for among the steps of a reading."""


class Recording:
    """The calls made between entering and leaving."""

    def __init__(self, recorders: list[list[Node]]) -> None:
        self._recorders = recorders

    def __enter__(self) -> list[Node]:
        self._recorders.append([])
        return self._recorders[-1]

    def __exit__(self, *_: object) -> None:
        self._recorders.pop()


class Session:
    """A framework's state while one file is followed: what is being called, and inside what."""

    def __init__(self) -> None:
        self._recorders: list[list[Node]] = []
        self._passed: dict[object, tuple[Kind, tuple[Shape | None, ...]]] = {}
        """What came out before of a kind for these shapes: networks repeat their layers."""

    def of_tensor(self, run: Run, symbol: Symbol, name: str) -> Value:
        """The attribute or method ``name`` of a tensor."""
        return Untold(f"{symbol.label}.{name}")

    def over_tensor(self, run: Run, symbol: Symbol, why: Untold) -> Value:
        """What a tensor is after code that nobody can tell may have assigned it anew."""
        return why

    # -- calling ---------------------------------------------------------------------------------

    def apply(self, run: Run, layer: Owner, values: list[Value], named: Named) -> Value:
        """A call of ``layer``; what it reads that is no symbolic tensor becomes an unknown one."""
        expanse(run, [values, named])
        given = [self._symbolic(value) for value in values[:1]] + values[1:]
        return self.apply_all(run, layer, given, named)

    def apply_all(
        self, run: Run, layer: Owner, given: list[Value], named: Named | None = None
    ) -> Value:
        """A call of ``layer`` on exactly these values."""
        named = named or {}
        run.step(NODE_STEPS)
        kind = layer.kind
        if type(kind).called is not Kind.called:
            kind = kind.called(operands(given), operands(named))  # type: ignore[arg-type]  # a list and a dict, mapped
        node = Node(kind, layer, given, named)
        node.structure = layer.compute(run, node)
        layer.nodes.append(node)
        self.record(node)
        return node.structure

    def _symbolic(self, value: Value) -> Value:
        if symbols(value):
            return mapped(value, lambda s: Symbol(self, (s.shape or ())[1:]) if s.stored else s)
        dims = getattr(value, "dims", None)
        known = sample(tuple(dims)[1:]) if isinstance(dims, tuple) else None
        return Symbol(self, known, start=not self._recorders and known is not None)

    def record(self, node: Node) -> None:
        """Notes a call for the layer of the file that is being followed."""
        if self._recorders:
            self._recorders[-1].append(node)

    def inside(self) -> Recording:
        """Collects, in a ``with`` statement, the calls made while a layer is followed."""
        return Recording(self._recorders)

    def operate(self, run: Run, key: str, values: list[Value], named: Named) -> Value:
        """A functional operation; ``Untold`` where it neither reads a tensor nor makes samples."""
        expanse(run, [values, named])
        dialect, _, name = key.partition(":")
        run.step(NODE_STEPS)
        try:
            return self._operated(dialect, name, values, named)
        except Impossible as error:
            error.what = f"{name}: {error.what}"
            raise error.at(run.place(run.here), run.excerpt(run.here)) from None

    def _operated(self, dialect: str, name: str, values: list[Value], named: Named) -> Value:
        given = symbols([values, named])
        kind = self._operation(dialect, name, operands(values), operands(named))
        if all(symbol.stored for symbol in given) and not has_samples([values, named]):
            return self._of_weights(kind) if given else Untold(f"{name}(…)")
        node = Node(kind, None, values, named)
        self.entitle(node, name)
        self.work_out(node)
        self.record(node)
        return node.structure

    def entitle(self, node: Node, name: str) -> None:
        """Says what to call an operation that goes by ``name``."""
        node.path = name

    def _of_weights(self, kind: Kind) -> Value:
        """What is computed from weights alone."""
        made = [Symbol(self, shape, stored=True) for shape in layers.unbatched(kind)]
        return made[0] if len(made) == 1 else made

    def _operation(self, dialect: str, name: str, values: Value, named: Value) -> Kind:
        if layers.spelling(dialect, name) is None:
            return Unknown(native=name, because=f"{name} is not an operation weighbridge knows")
        return layers.make(dialect, name, values, named)  # type: ignore[arg-type]  # a list and a dict, mapped

    def work_out(self, node: Node) -> None:
        """Fills the outputs of an operation's node."""
        self.yielded(node)
        node.structure = node.outputs[0] if len(node.outputs) == 1 else list(node.outputs)

    def yielded(self, node: Node) -> None:
        """Fills the outputs of ``node`` with what its kind makes of what it reads."""
        incoming = tuple([symbol.shape for symbol in node.reads])
        key = (id(node.kind), layers.layout(incoming))
        if key not in self._passed:
            # The kind is kept, so that no other gets its identity.
            self._passed[key] = (node.kind, self.passed(node.kind, incoming))
        shapes = self._passed[key][1]
        node.outputs = [Symbol(self, shape, node, i) for i, shape in enumerate(shapes)]

    def passed(self, kind: Kind, incoming: tuple[Shape | None, ...]) -> tuple[Shape | None, ...]:
        """The shapes that come out of ``kind``; raises ``Impossible`` where none can."""
        return layers.passed(kind, layers.legible(kind, incoming))


def operands(value: Value) -> Value:
    """Arguments of an operation; a weight or an array among them brings its shape."""
    match value:
        case Symbol() if value.stored:
            return Fixed(value.shape)
        case dict():
            return {key: operands(item) for key, item in value.items()}
        case TensorShape():
            return value
        case tuple() | list():
            return type(value)(operands(item) for item in value)
    if getattr(value, "nothing", False):
        return None
    dims = getattr(value, "dims", None)
    return Fixed(sample(dims)) if isinstance(dims, tuple) else value


def has_samples(value: Value) -> bool:
    """Whether the number of samples is among the arguments, so that a sample has its part."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, tuple | list):
        return any(has_samples(item) for item in value)
    return isinstance(value, Samples)


def sample(shape: Value) -> Shape | None:
    """A shape the file gives, as sizes of one sample; ``None`` where it is not known."""
    if isinstance(shape, int):
        return (shape,)
    if not isinstance(shape, tuple | list):
        return None
    if any(
        isinstance(n, bool | float | str) or (isinstance(n, int) and n < 1 and n != -1)
        for n in shape
    ):
        raise Impossible(
            f"{shape!r} is no shape", hint="whole numbers of at least 1, None where open"
        )
    return tuple(n if isinstance(n, int) and n > 0 else None for n in shape)
