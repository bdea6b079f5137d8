"""What reads what in a saved Keras model: the calls of a graph, in all the ways Keras wrote them.

Keras 3 writes the arguments of each call, tf.keras 2.12 to 2.15 a list of
``[layer, call, output, other arguments]``. Both become ``Arguments`` with a ``Reference`` in the
place of each tensor, counted from a layer's first call in this graph.
"""

from __future__ import annotations

from weighbridge._record import Record
from weighbridge.errors import Malformed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from weighbridge.model import Shape

    Json = Any  # What a file holds is not known before it is looked at.

_CONSTANT = "_CONSTANT_VALUE"
_LEAF, _LEAF_WITH_ARGUMENTS = 3, 4
_MOST_OUTPUTS = 10_000
"""Of one call."""
_LARGEST_RANK = 32
"""As HDF5 and NumPy have it, more or less."""


class Reference(Record):
    """One output of one call of a layer, as another call reads it."""

    layer: str
    call: int
    output: int
    shape: Shape | None = None
    """What the file says of its shape."""


class Arguments:
    """What a layer was called with: values with ``Reference`` for tensors."""

    __slots__ = ("_reads", "gives", "named", "number", "positional")

    def __init__(
        self,
        positional: tuple[Json, ...],
        named: dict[str, Json],
        gives: tuple[Shape | None, ...] = (),
        number: int | None = None,
    ) -> None:
        self.positional, self.named = positional, named
        self.gives = gives
        """The shapes of what came out, where the source tells."""
        self.number = number
        """Which call of the layer it is, where not all are in the graph."""
        self._reads: tuple[Reference, ...] | None = None

    @property
    def reads(self) -> tuple[Reference, ...]:
        """The tensors among them, in the order in which Keras counts them."""
        if self._reads is None:
            self._reads = tuple(_references([*self.positional, self.named]))
        return self._reads


class Target(Record):
    """What the rest of a graph needs to know of a layer to refer to it."""

    calls: int
    is_model: bool
    is_graph: bool


def calls(nodes: Json, where: str) -> Iterator[Arguments]:
    """The uses of a layer that ``inbound_nodes`` lists."""
    if nodes is None:
        return
    if not isinstance(nodes, list):
        raise wrong(where, "inbound_nodes is no list", nodes)
    for node in nodes:
        if isinstance(node, dict) and "args" in node:
            positional, named = (
                _values(node["args"], where),
                _values(node.get("kwargs") or {}, where),
            )
            if not isinstance(positional, tuple) or not isinstance(named, dict):
                raise wrong(where, "the arguments of a call are no list and mapping", node)
            yield Arguments(positional, named)
        elif isinstance(node, list | dict):
            yield _listed(node, where)
        else:
            raise wrong(where, "a call is neither a mapping nor a list", node)


def _values(value: Json, where: str) -> Json:
    """Arguments of Keras 3 with ``Reference`` for tensors."""
    if isinstance(value, list):
        return tuple(_values(item, where) for item in value)
    if not isinstance(value, dict):
        return value
    if value.get("class_name") != "__keras_tensor__":
        return {key: _values(item, where) for key, item in value.items()}
    config = value.get("config")
    if not isinstance(config, dict) or config.get("keras_history") is None:
        return None
    return _reference(config["keras_history"], where, sample(config.get("shape")))


def _listed(node: Json, where: str) -> Arguments:
    """One call of tf.keras: the first argument's tensors, each with all other arguments."""
    named: dict[str, Json] = {}

    def first(value: Json) -> Json:
        if _is_leaf(value):
            if len(value) == _LEAF_WITH_ARGUMENTS and isinstance(value[3], dict):
                named.update({key: others(item) for key, item in value[3].items()})
            return value[2] if value[0] == _CONSTANT else _reference(value[:_LEAF], where)
        return _each(value, first)

    def others(value: Json) -> Json:
        alone = _is_leaf(value) and len(value) == _LEAF
        return _reference(value, where) if alone else _each(value, others)

    given = first(node)
    alone = isinstance(given, tuple) and len(given) == 1
    return Arguments((given[0] if alone else given,), named)


def _each(value: Json, change: Callable[[Json], Any]) -> Json:
    """``value`` with the items of a list or mapping changed."""
    if isinstance(value, list):
        return tuple(change(item) for item in value)
    return {key: change(item) for key, item in value.items()} if isinstance(value, dict) else value


def _is_leaf(value: Json) -> bool:
    return (
        isinstance(value, list)
        and len(value) in (_LEAF, _LEAF_WITH_ARGUMENTS)
        and isinstance(value[0], str)
        and isinstance(value[1], int)
        and (isinstance(value[2], int) or value[0] == _CONSTANT)
    )


def _reference(history: Json, where: str, shape: Shape | None = None) -> Reference:
    if not _is_leaf(history) or history[1] < 0 or not 0 <= history[2] < _MOST_OUTPUTS:
        raise wrong(where, "what a call reads is not [layer, call, output]", history)
    return Reference(printable(history[0]), history[1], history[2], shape)


def _references(value: Json) -> Iterator[Reference]:
    if isinstance(value, Reference):
        yield value
    elif isinstance(value, dict):
        for key in sorted(value):
            yield from _references(value[key])
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _references(item)


# -- which call is meant -------------------------------------------------------------------------


def exact(given: Arguments, targets: Mapping[str, Target], legacy: bool, where: str) -> Arguments:
    """``given`` with every reference counted from the first call in this graph."""

    def counted(value: Json) -> Json:
        if isinstance(value, Reference):
            return _counted(value, targets, legacy, where)
        if isinstance(value, tuple):
            return tuple(counted(item) for item in value)
        return {k: counted(v) for k, v in value.items()} if isinstance(value, dict) else value

    return Arguments(counted(given.positional), counted(given.named))


def ends(
    listed: Json, targets: Mapping[str, Target], legacy: bool, where: str
) -> Iterator[Reference]:
    """The inputs or outputs of a model; of a mapping in the order of its keys, as Keras has it."""
    if _is_leaf(listed):
        found = _reference(listed, where)
        target = targets.get(found.layer)
        # A functional model has a call of its own before all others, counted here and nowhere else.
        yield _counted(found, targets, legacy or (target is not None and target.is_graph), where)
    elif isinstance(listed, list):
        for item in listed:
            yield from ends(item, targets, legacy, where)
    elif isinstance(listed, dict):
        for key in sorted(listed):
            yield from ends(listed[key], targets, legacy, where)
    else:
        raise wrong(where, "an input or output is not [layer, call, output]", listed)


def _counted(
    found: Reference, targets: Mapping[str, Target], shifted: bool, where: str
) -> Reference:
    target = targets.get(found.layer)
    if target is None:
        raise Malformed(f"{found.layer} is read, which is no layer of the model", where)
    call = found.call
    if target.is_model and call > 0 and (shifted or call >= target.calls):
        call -= 1
    if call >= target.calls:
        raise Malformed(f"call {call} of {found.layer} is read, which has {target.calls}", where)
    return Reference(found.layer, call, found.output, found.shape)


# -- shapes --------------------------------------------------------------------------------------


def sample(whole: Json) -> Shape | None:
    """``[None, 28, 28, 1]`` without its batch axis; ``None`` if it is no such list."""
    if isinstance(whole, dict):
        whole = whole.get("items")
    if not isinstance(whole, list | tuple) or not 0 < len(whole) <= _LARGEST_RANK:
        return None
    known = all(n is None or (type(n) is int and n >= 0) for n in whole)
    return tuple(whole[1:]) if known else None


def wrong(where: str, what: str, found: Json) -> Malformed:
    """An error about a part of the configuration, which it shows."""
    import reprlib

    hint = "the file was not written by Keras, or was edited since"
    return Malformed(what, where, hint, excerpt=printable(reprlib.repr(found)))


def printable(name: str) -> str:
    """``name`` with everything that would upset a terminal escaped."""
    return name if name.isprintable() else name.encode("unicode_escape").decode("ascii")
