"""Symbolic tensors of followed code, and the calls that make them, whatever the framework."""

from __future__ import annotations

import itertools

from weighbridge.layers import Untold, batch_axis
from weighbridge.readers._python.objects import elements as elements_of
from weighbridge.readers._python.objects import proper
from weighbridge.readers._python.values import Builtin, Named, Native, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from weighbridge.model import Kind, Shape
    from weighbridge.readers._python.run import Run
    from weighbridge.readers.dialects._session import Session


class TensorShape(tuple[Value, ...], Native):
    """The shape of a symbolic tensor, batch axis first, as the followed code sees it."""

    __slots__ = ()

    def attribute(self, run: Run, name: str) -> Value:
        match name:
            case "as_list":
                return Builtin(name, lambda run: list(self))
            case "rank" | "ndims":
                return len(self)
            case "dims":
                return list(self)
            case "__bool__":
                return True
        return Untold(f"shape.{name}")

    def item(self, run: Run, key: Value) -> Value:
        if isinstance(key, slice) and proper(key):
            return tuple(self)[key]
        if isinstance(key, int) and -len(self) <= key < len(self):
            return tuple(self)[key]
        return Untold("shape[…]")

    def elements(self, run: Run) -> Iterator[Value]:
        return iter(tuple(self))

    def operate(self, run: Run, operator: str, other: Value, reflected: bool) -> Value:
        from weighbridge.readers._python.arithmetic import binary

        left, right = (other, tuple(self)) if reflected else (tuple(self), other)
        if operator in ("eq", "ne"):
            return (tuple(self) == tuple(elements_of(run, other) or ())) is (operator == "eq")
        return binary(run, operator, left, right, run.here)  # type: ignore[arg-type]  # a statement is being followed


class Owner(Native):
    """A layer, module or model that followed code makes: its kind, and the calls made of it."""

    native: str
    """Its class in the framework, or in the file."""
    name: str
    kind: Kind
    nodes: list[Node]
    trainable: bool
    dtype: str
    place: str
    excerpt: str
    aliases: list[str]

    def compute(self, run: Run, node: Node) -> Value:
        """Fills ``node`` with outputs; returns them as the call does."""
        raise NotImplementedError


class Symbol(Native):
    """A tensor without values: its shape, and the node whose output it is."""

    def __init__(
        self,
        session: Session,
        shape: Shape | None,
        node: Node | None = None,
        index: int = 0,
        stored: bool = False,
        start: bool = False,
    ) -> None:
        self.session, self.shape, self.node, self.index = session, shape, node, index
        self.is_start = start
        """What a model of the file is called with by the reader itself."""
        self.trainable: bool | None = None
        """For ``tf.Variable``: whether it is trained; ``None`` for what is no variable."""
        self.stored = stored
        """A weight or a constant: its shape has no batch axis."""

    @property
    def whole(self) -> TensorShape | None:
        """The shape with the batch axis."""
        if self.shape is None:
            return None
        if self.stored:
            return TensorShape(self.shape)
        axis = batch_axis(self.shape)
        return TensorShape((*self.shape[:axis], None, *self.shape[axis:]))

    def attribute(self, run: Run, name: str) -> Value:
        return self.session.of_tensor(run, self, name)

    def passed_over(self, run: Run, name: str, why: Untold) -> Value:
        return self.session.over_tensor(run, self, why)

    def item(self, run: Run, key: Value) -> Value:
        return self.session.operate(run, "python:getitem", [self, key], {})

    def operate(self, run: Run, operator: str, other: Value, reflected: bool) -> Value:
        if operator in ("neg", "pos", "invert"):
            return self.session.operate(run, f"python:{operator}", [self], {})
        values = [other, self] if reflected else [self, other]
        return self.session.operate(run, f"python:{operator}", values, {})

    @property
    def label(self) -> str:
        return "a tensor"


class Constant(Symbol):
    """What a layer reads that has no samples: weights, positions; in the shape of one sample."""


_serials = itertools.count()


class Node:
    """One call of a layer or an operation: what it read and what came out.

    ``inner`` are the calls made inside, for a model or a layer written in the file; ``returns`` are
    their symbols behind each output.
    """

    def __init__(self, kind: Kind, layer: Owner | None, values: list[Value], named: Named) -> None:
        self.kind, self.layer = kind, layer
        self.values, self.named = values, named
        self.serial = next(_serials)
        """Nodes are numbered as they are made."""
        self.reads = [symbol for symbol in symbols([values, named]) if not symbol.stored]
        self.outputs: list[Symbol] = []
        self.structure: Value = None
        """The outputs as the call returned them: one, or a list or dict of several."""
        self.inner: list[Node] | None = None
        self.returns: list[Symbol] = []
        self.path = ""
        """For an operation: what to call it."""

    @property
    def parents(self) -> list[Node]:
        return [symbol.node for symbol in self.reads if symbol.node is not None]


def symbols(value: Value) -> list[Symbol]:
    """The symbolic tensors in a structure of lists, tuples and dicts, in order.

    Those of a dict come in the order of its sorted keys, as in Keras.
    """
    if isinstance(value, Symbol):
        return [value]
    if isinstance(value, dict):
        value = [value[key] for key in sorted(value, key=str)]
    if isinstance(value, tuple | list) and not isinstance(value, TensorShape):
        return [symbol for item in value for symbol in symbols(item)]
    return []


def mapped(value: Value, change: Callable[[Symbol], Value]) -> Value:
    """The structure with each symbolic tensor replaced."""
    if isinstance(value, Symbol):
        return change(value)
    if isinstance(value, dict):
        return {key: mapped(item, change) for key, item in value.items()}
    if isinstance(value, tuple | list) and not isinstance(value, TensorShape):
        return type(value)(mapped(item, change) for item in value)
    return value


def runnable(inputs: list[Symbol], outputs: list[Symbol]) -> list[Node]:
    """The same nodes in the order they were made, which has each after all it reads."""
    walk = Walk({id(symbol) for symbol in inputs})
    for symbol in outputs:
        walk.visit(symbol)
    return sorted(walk.nodes, key=lambda node: node.serial)


def of_layer(node: Node) -> int:
    """One number for all calls of one layer; an operation has its own."""
    return id(node.layer) if node.layer is not None else id(node)


class Walk:
    """A depth-first walk from outputs back to inputs; iterative, since networks are deep."""

    def __init__(self, stops: set[int]) -> None:
        self.stops = stops
        self.nodes: list[Node] = []
        self.first: dict[int, int] = {}
        self._seen: set[int] = set()

    def visit(self, symbol: Symbol) -> None:
        stack: list[tuple[Node, Iterator[Symbol]]] = []
        self._enter(symbol, stack)
        while stack:
            node, reads = stack[-1]
            following = next(reads, None)
            if following is None:
                stack.pop()
                self.nodes.append(node)
            else:
                self._enter(following, stack)

    def _enter(self, symbol: Symbol, stack: list[tuple[Node, Iterator[Symbol]]]) -> None:
        node = symbol.node
        if node is None or id(node) in self._seen:
            return
        if id(symbol) in self.stops and node.reads:
            return
        self._seen.add(id(node))
        self.first.setdefault(of_layer(node), len(self.first))
        stack.append((node, iter(node.reads)))
