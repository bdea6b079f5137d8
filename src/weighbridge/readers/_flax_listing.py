"""The modules of a live Flax model: which are layers, and which only group others."""

from __future__ import annotations

from weighbridge._record import Record, replace
from weighbridge.model import Container, Unknown
from weighbridge.readers._flax_settings import inner_modules, kind_of, spelled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from weighbridge.model import Kind
    from weighbridge.readers._flax_settings import Dialect, FlaxModule
    from weighbridge.readers._flax_tensors import Held
    from weighbridge.readers._flax_trace import Path


class Node(Record):
    """A module where it is in the model, with the tensors that are its own."""

    path: Path
    module: FlaxModule
    held: tuple[Held, ...] = ()
    aliases: tuple[str, ...] = ()


class Own(Record):
    """A module that is a layer: one that has a spelling, or any that owns tensors."""

    place: str
    """The path of its row."""
    native: str
    """The class of Flax whose spelling it has, else its own class."""
    kind: Kind | None
    """By its settings; ``None`` where nobody spells it."""
    held: tuple[Held, ...]
    """Its tensors, and those of the modules that are parts of it."""
    module: FlaxModule
    aliases: tuple[str, ...] = ()
    because: str = ""
    """Why it has no kind although its class has a spelling."""


class Listing:
    """The modules of a model in order, those that are parts of a layer taken together with it."""

    def __init__(self, dialect: Dialect, nodes: Iterable[Node]) -> None:
        self.dialect = dialect
        self.owners: dict[Path, Own] = {}
        self.containers: list[Container] = []
        self._apart: dict[Path, tuple[str, ...]] = {}
        """For each spelled layer the modules in it that are layers of their own."""
        self._nodes = list(nodes)
        self.name = type(self._nodes[0].module).__name__
        for node in self._nodes:
            if not self.is_part(node.path):
                self._add(node)

    def place(self, path: Path) -> str:
        """The path of a row, dotted; the model itself goes by its class."""
        return ".".join(path) or self.name

    def is_part(self, path: Path) -> bool:
        """Whether the module at ``path`` is a part of a spelled layer."""
        return any(
            path[:length] in self._apart and path[length] not in self._apart[path[:length]]
            for length in range(len(path))
        )

    def _add(self, node: Node) -> None:
        native = spelled(self.dialect, node.module)
        kind = None if native is None else kind_of(self.dialect, node.module, native)
        if native is not None and kind is not None and not isinstance(kind, Unknown):
            self._apart[node.path] = tuple(inner_modules(self.dialect, node.module, native))
            held = tuple(one for one in self._all_of(node) if one.collection != LOOSE)
            place = self.place(node.path)
            self.owners[node.path] = Own(place, native, kind, held, node.module, node.aliases)
            return
        because = kind.because if isinstance(kind, Unknown) else ""
        own_class, place = type(node.module).__name__, self.place(node.path)
        if node.held:
            self.owners[node.path] = Own(
                place, own_class, None, node.held, node.module, node.aliases, because
            )
        else:
            self.containers.append(Container(place, own_class, node.aliases))

    def _all_of(self, layer: Node) -> Iterator[Held]:
        """The tensors of ``layer`` and of the modules that are parts of it."""
        yield from layer.held
        start = len(layer.path)
        for node in self._nodes:
            if self.is_part(node.path) and _is_inside(node.path, layer.path):
                between = ".".join(node.path[start:])
                yield from (replace(one, inside=f"{between}.{one.inside}") for one in node.held)


LOOSE = "plain arrays"
"""The collection of arrays that a module holds outside of any variable, such as a mask."""


def _is_inside(path: Path, other: Path) -> bool:
    return len(path) > len(other) and path[: len(other)] == other
