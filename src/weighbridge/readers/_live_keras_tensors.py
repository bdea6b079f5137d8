"""The variables of live layers as tensors: their roles, what trains, which are one and the same."""

from __future__ import annotations

from itertools import repeat

from weighbridge._record import Record
from weighbridge.errors import Impossible
from weighbridge.model import Tensor
from weighbridge.readers._keras_calls import printable
from weighbridge.readers._keras_weights import met
from weighbridge.readers._live_keras_objects import variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Kind, Shape
    from weighbridge.readers._live_keras_objects import Foreign, Variable


class Variables:
    """Hands out the tensors of one model's layers; ``trained`` says whether anything in it is.

    A variable that two layers hold belongs to the first, and is tied to it in the second.
    """

    def __init__(self, trained: bool) -> None:
        self._trained = trained
        self._names: dict[int, str] = {}
        """By identity of a variable: the full name of its tensor."""
        self._met: dict[object, tuple[Kind, list[Met]]] = {}
        """What the variables of a layer are, by its kind, what it reads, and their sizes. The kind
        is kept, so that no other has its identity."""

    def of(
        self, layer: Foreign, path: str, kind: Kind, incoming: tuple[Shape | None, ...], deep: bool
    ) -> tuple[Tensor, ...]:
        """The tensors of ``layer``; ``deep`` with those of the layers inside it."""
        held = variables(layer, deep)
        if not held:
            return ()
        shapes = [tuple(found.value.shape) for found in held]
        alike = (id(kind), incoming, *[found.parts for found in held], *shapes)
        if alike not in self._met:
            self._met[alike] = kind, _met(held, shapes, kind, incoming)
        return tuple(map(self._tensor, held, shapes, self._met[alike][1], repeat(path)))

    def _tensor(self, found: Variable, shape: tuple[int, ...], met: Met, path: str) -> Tensor:
        name = f"{path}.{met.name}"
        first = self._names.setdefault(id(found.value), name)
        trained = self._trained and bool(found.value.trainable)
        tied = None if first == name else first
        return Tensor(name, shape, dtype_of(found.value), met.role, trained, met.buffer, tied)


class Met(Record):
    """What a variable is among those that the kind of its layer must own."""

    name: str
    """Within its layer: its role, or what its author calls it."""
    role: str
    buffer: bool


def _met(
    held: list[Variable],
    shapes: list[tuple[int, ...]],
    kind: Kind,
    incoming: tuple[Shape | None, ...],
) -> list[Met]:
    try:
        expected = kind.tensors(*incoming) or ()
    except Impossible:
        expected = ()  # Weighing says so, with its place.
    unmet = [tensor for tensor in expected if tensor.role != "seed"]
    found: list[Met] = []
    for variable, shape in zip(held, shapes, strict=True):
        if variable.seed:
            found.append(Met("seed", "seed", True))
            continue
        alike = [tensor for tensor in unmet if tensor.buffer != variable.made_to_train]
        wanted = met(alike, variable.parts, shape) or met(unmet, variable.parts, shape)
        if wanted is not None:
            unmet.remove(wanted)
            found.append(Met(wanted.role, wanted.role, wanted.buffer))
        else:
            name = _free(printable(".".join(variable.parts)), [each.name for each in found])
            found.append(Met(name, "", not variable.made_to_train))
    return found


def dtype_of(variable: Foreign) -> str:
    """The element type a variable is stored in, whatever it is read as within a scope of casts."""
    # What Keras 3 answers to ``dtype`` takes it longer than all that is done here for a tensor.
    stored = getattr(variable, "_dtype", None) or variable.dtype
    return stored if isinstance(stored, str) else str(getattr(stored, "name", stored))


def _free(name: str, taken: list[str]) -> str:
    """``name``, told apart from an equal one: authors may call two variables the same."""
    free, count = name, 1
    while free in taken:
        count += 1
        free = f"{name}#{count}"
    return free
