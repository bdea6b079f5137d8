"""Files that lie beside the one that is read, and that it imports.

They are followed like it, once each and within bounds, when one of their names is first needed:
relative imports, and modules in the folder of the file or of the package it is part of. A package
that is only passed on the way (``from .blocks.residual import Block``) is not followed itself.
"""

from __future__ import annotations

import os

from weighbridge.errors import LIMITS
from weighbridge.layers import Untold
from weighbridge.readers._python import tree
from weighbridge.readers._python.values import Namespace, Native, Raised, Returning, Scope, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _ast as ast

    from weighbridge.readers._python.run import Run

_FILES, _CHARACTERS = 100, 4 * LIMITS.source_bytes
"""How many files one reading follows, and how long they may be together."""
_DEEPEST = 10
"""Folders of one package inside each other."""


class FileModule(Native):
    """A module of the file's own package: its names, and the modules in it if it is a folder."""

    def __init__(self, label: str, path: str, folder: str) -> None:
        self.name, self.path, self.folder = label, path, folder
        self._scope: Scope | None = None if path else Scope()
        self._asked: set[str] = set()
        """Names that are being looked for, so that modules may import each other."""

    @property
    def label(self) -> str:
        return self.name

    def attribute(self, run: Run, name: str) -> Value:
        scope = self.followed(run)
        if name in self._asked:
            return Untold(f"{self.name}.{name}, which is imported from itself")
        self._asked.add(name)
        try:
            if name in scope.names:
                return at_last(run, scope.names[name])
            return self.part(run, name) or self._from_stars(run, scope, name)
        finally:
            self._asked.remove(name)

    def _from_stars(self, run: Run, scope: Scope, name: str) -> Value:
        for star in reversed(scope.stars):
            found = star.attribute(run, name)
            if not isinstance(found, Untold | Namespace):
                return found
        return Untold(f"{self.name}.{name}")

    def has(self, run: Run, name: str) -> Value:
        return name in self.followed(run).names

    def part(self, run: Run, name: str) -> FileModule | None:
        """The module ``name`` in it, if it is a folder with such a file."""
        return _module(run, self.folder, (name,)) if self.folder else None

    def assign(self, run: Run, name: str, value: Value) -> None:
        self.followed(run).names[name] = value

    @property
    def waits(self) -> bool:
        """Whether nothing of it has been needed so far."""
        return self._scope is None

    def followed(self, run: Run) -> Scope:
        """Its names; while it is being followed, those it has got so far."""
        if self._scope is None:
            self._scope = Scope()
            self._follow(run, self._scope)
        return self._scope

    def _follow(self, run: Run, scope: Scope) -> None:
        text = _text(self.path)
        if text is None or sum(map(len, run.lines)) + len(text) > _CHARACTERS:
            return
        before = run.joined(text, os.path.basename(self.folder or self.path), self.path)
        scope.names |= {"__name__": self.name, "__file__": self.path}
        here, noted = run.here, len(run.findings)
        try:
            top(run, tree.parse("\n" * before + text).body, scope)
        except (SyntaxError, ValueError, MemoryError):
            pass
        finally:
            # What is not known in there is told where the file that is read makes use of it.
            run.here = here
            del run.findings[noted:]


class Imported(Native):
    """A name that a file beside defines, looked up when it is needed."""

    def __init__(self, module: FileModule, name: str) -> None:
        self.module, self.name = module, name

    @property
    def label(self) -> str:
        return f"{self.module.label}.{self.name}"


class Members(Native):
    """``models.__dict__``: the names of a module, to look one up."""

    def __init__(self, module: Namespace) -> None:
        self.module = module

    def item(self, run: Run, key: Value) -> Value:
        return self.module.attribute(run, key) if isinstance(key, str) else super().item(run, key)


class Loaded(Native):
    """``sys.modules``: the file that is read, and those it has imported."""

    def item(self, run: Run, key: Value) -> Value:
        if key == "__main__":
            main = FileModule("__main__", "", "")
            main._scope = run.scope
            return main
        named = (module for module in run.modules.values() if module.name == key)
        return next(named, Untold(f"sys.modules[{key!r}]"))


def at_last(run: Run, value: Value) -> Value:
    """What a name stands for that may have been imported from a file beside."""
    return value.module.attribute(run, value.name) if isinstance(value, Imported) else value


def follow_all(run: Run) -> bool:
    """Follows what was imported and not needed yet; whether there was any.

    A registry is filled by files that are imported for nothing else.
    """
    waiting = [module for module in run.modules.values() if module.waits]
    for module in waiting:
        module.followed(run)
    return bool(waiting)


def enlist(run: Run, path: str) -> None:
    """Makes the file that is read a module itself: what imports it gets it as it is, not again.

    A model of a package is registered once, also where reading it leads through the whole package.
    """
    path = os.path.abspath(path)
    folder, name = os.path.split(path)
    label = name.removesuffix(".py")
    module = FileModule(label, path, folder if label == "__init__" else "")
    module._scope = run.scope
    run.modules[path] = module


def imported(run: Run, name: str, level: int, node: ast.AST) -> FileModule | None:
    """The module ``name`` as the statement ``node`` imports it; ``None``: no file beside it.

    ``level`` is the number of dots before the name.
    """
    path = run.path_of(node)
    if not path:
        return None
    parts = tuple(name.split(".")) if name else ()
    folder = os.path.dirname(os.path.abspath(path))
    if level:
        for _ in range(level - 1):
            folder = os.path.dirname(folder)
        return _module(run, folder, parts)
    speaker = run.world.speaker(parts[0]) if parts else None
    if not parts or (speaker is not None and speaker.speaks_for(parts[0])):
        return None
    roots = _roots(run, folder, parts[0], only_own=speaker is not None)
    found = (_module(run, root, parts) for root in roots)
    return next((module for module in found if module is not None), None)


def _roots(run: Run, folder: str, name: str, only_own: bool) -> list[str]:
    """Folders in which a module ``name`` is looked for; an installed package has only itself."""
    above, own = folder, ""
    for _ in range(_DEEPEST):
        if not os.path.isfile(os.path.join(above, "__init__.py")):
            break
        above, own = os.path.split(above)
    if own == name or only_own:
        return [above] if own == name else []
    beside = os.path.dirname(os.path.abspath(run.files[0][2]))
    installed = os.path.basename(above) in ("site-packages", "dist-packages")
    return [beside] if installed else list(dict.fromkeys((above, beside)))


def _module(run: Run, folder: str, parts: tuple[str, ...]) -> FileModule | None:
    place = os.path.join(folder, *parts)
    label = ".".join(parts) or os.path.basename(place)
    if parts and os.path.isfile(f"{place}.py"):
        return _listed(run, FileModule(label, f"{place}.py", ""))
    file = os.path.join(place, "__init__.py")
    if os.path.isfile(file):
        return _listed(run, FileModule(label, file, place))
    return FileModule(label, "", place) if os.path.isdir(place) else None


def _listed(run: Run, module: FileModule) -> FileModule | None:
    if module.path not in run.modules and len(run.modules) >= _FILES:
        return None
    return run.modules.setdefault(module.path, module)


def _text(path: str) -> str | None:
    try:
        with open(path, "rb") as file:
            data = file.read(LIMITS.source_bytes + 1)
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    return None if len(data) > LIMITS.source_bytes else text.replace("\r\n", "\n")


def top(run: Run, body: list[ast.stmt], scope: Scope) -> None:
    """A module's statements; an exception of the file ends its statement, not the reading."""
    from weighbridge.readers._python.statements import execute

    for node in body:
        try:
            execute(run, [node], scope)
        except Raised as raised:
            if raised.kind == "SystemExit":
                return
            run.note(f"the file raises {raised}", raised.node or run.here or node)
        except Returning:
            continue
