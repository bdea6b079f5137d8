"""The frameworks and libraries whose names the source reader answers, one file each.

A module here defines ``ROOTS``: from a top-level module, ``"tensorflow"``, to the ``Dialect`` that
speaks for it. Only the dialects whose names a file mentions are imported.
"""

from __future__ import annotations

from weighbridge import _collect
from weighbridge.layers import Untold
from weighbridge.readers._python.values import Namespace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.model import Model, Origin
    from weighbridge.readers import Source
    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Instance, Named, Value


class Dialect:
    """One library's vocabulary for one reading."""

    def __init__(self, world: World) -> None:
        self.world = world

    def resolve(self, path: str) -> Value | None:
        """What the dotted name stands for; ``None`` for a module or a name it does not follow."""
        return None

    def speaks_for(self, root: str) -> bool:
        """Whether names of the top-level module ``root`` are its own to answer in any file.

        Of a module it knows only parts of, the files that are read say more.
        """
        return True

    def has_module(self, path: str) -> bool:
        """Whether the dotted name is a module that a star import of the one above it brings."""
        return False

    def bare(self, name: str) -> Value | None:
        """What a name used without an import stands for, as in snippets; ``None``: not its own."""
        return None

    def called(self, run: Run, path: str, values: list[Value], named: Named) -> Value:
        """A call of a function it does not follow."""
        return Untold(f"{path}(…)")

    def unknown(self, run: Run, why: Untold, values: list[Value], named: Named) -> Value | None:
        """What a call of something unknown gives if its own tensors are among the arguments."""
        return None

    def attached(self, run: Run, owner: Untold, name: str, value: Value) -> None:
        """``owner.name = value`` of an unknown ``owner``, which may be a model of this library."""

    def adopted(self, run: Run, instance: Instance, because: str) -> bool:
        """Whether it takes on ``instance``, of a class of the file whose base nobody knows."""
        return False

    producer = ""
    """The framework whose conventions hold for its models."""

    def model(
        self, run: Run, source: Source, named: Value | None
    ) -> Callable[[Origin], Model] | None:
        """The model of the file that is meant, waiting for its origin; ``None`` if it made none."""
        return None

    def row(self, run: Run, source: Source, parts: list[Value]) -> Callable[[Origin], Model] | None:
        """The model of a line of notation; ``None`` if its parts are not of this dialect."""
        return None


class World:
    """All dialects of one reading, made on demand."""

    def __init__(self) -> None:
        self._made: dict[object, Dialect] = {}
        self._bare: dict[str, Value] = {}
        self._resolved: dict[str, Value] = {}

    def speaker(self, root: str) -> Dialect | None:
        """The dialect for a top-level module, made once."""
        sort = _collect.find(__name__, "ROOTS", root)
        if not isinstance(sort, type) or not issubclass(sort, Dialect):
            return None
        return (
            self._made.setdefault(sort, sort(self)) if sort not in self._made else self._made[sort]
        )

    def made(self) -> list[Dialect]:
        """The dialects this reading has used so far."""
        return list(self._made.values())

    def resolve(self, path: str) -> Value:
        """What an imported dotted name stands for; a namespace where it may be a module."""
        if path not in self._resolved:
            speaker = self.speaker(path.partition(".")[0])
            found = None if speaker is None else speaker.resolve(path)
            self._resolved[path] = Namespace(path) if found is None else found
        return self._resolved[path]

    def has_module(self, path: str) -> bool:
        """Whether the dotted name is a module that a star import brings."""
        speaker = self.speaker(path.partition(".")[0])
        return speaker is not None and speaker.has_module(path)

    def called(self, run: Run, path: str, values: list[Value], named: Named) -> Value:
        """A call of a function that no dialect follows."""
        speaker = self.speaker(path.partition(".")[0])
        if speaker is None:
            return self.unknown(run, Untold(f"{path}(…)"), values, named)
        return speaker.called(run, path, values, named)

    def unknown(self, run: Run, why: Untold, values: list[Value], named: Named) -> Value:
        """A call of something unknown; given tensors, an unknown layer may have been called."""
        for dialect in self.made():
            found = dialect.unknown(run, why, values, named)
            if found is not None:
                return found
        return why

    def attached(self, run: Run, owner: Untold, name: str, value: Value) -> None:
        """An attribute is assigned to something unknown."""
        for dialect in self.made():
            dialect.attached(run, owner, name, value)

    def adopted(self, run: Run, instance: Instance, because: str) -> bool:
        """Whether a dialect takes on an object of a class whose base nobody knows."""
        return any(dialect.adopted(run, instance, because) for dialect in self.made())

    def bare(self, name: str) -> Value:
        """What a name stands for that the file neither defines nor imports."""
        if name not in self._bare:
            self._bare[name] = self._anywhere(name)
        return self._bare[name]

    def _anywhere(self, name: str) -> Value:
        found = self._said("builtins", name)
        if found is not None:
            return found
        for table in _collect.collect(__name__, "ROOTS", dict).values():
            found = self._said(next(iter(table)), name)
            if found is not None:
                return found
        return Untold(f"{name}, which is not defined")

    def _said(self, root: str, name: str) -> Value | None:
        speaker = self.speaker(root)
        return None if speaker is None else speaker.bare(name)
