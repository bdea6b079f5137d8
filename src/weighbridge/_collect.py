"""The only plug-in mechanism: what can be added is one file that defines one typed constant.

``collect`` demands the constant from every public module of a package. ``find`` serves the command
line, which must not import fifty files to read one: it imports only the modules whose text holds
the quoted key, and falls back to all of them where the text is not at hand.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType
    from typing import TypeVar

    T = TypeVar("T")


class BadPlugin(Exception):
    """A module of a collected package does not define what it must."""


def _module(name: str) -> ModuleType:
    __import__(name)
    return sys.modules[name]


def names(package: str) -> tuple[str, ...]:
    """The public modules of ``package``, sorted; none of them is imported."""
    folders = _module(package).__path__
    entries = (entry for folder in folders for entry in os.listdir(folder))
    modules = (entry for entry in entries if entry.endswith(".py") and not entry.startswith("_"))
    return tuple(sorted({entry.removesuffix(".py") for entry in modules}))


def constant(package: str, name: str, attribute: str, sort: type[T]) -> T:
    """The constant ``attribute`` of one module of ``package``."""
    module = _module(f"{package}.{name}")
    found = getattr(module, attribute, None)
    if not isinstance(found, sort):
        raise BadPlugin(
            f"{module.__file__}: must define {attribute}, a {sort.__name__}; found {found!r}"
        )
    return found


def collect(package: str, attribute: str, sort: type[T]) -> dict[str, T]:
    """``attribute`` of every public module of ``package``, by module name."""
    return {name: constant(package, name, attribute, sort) for name in names(package)}


def find(package: str, attribute: str, key: str, later: Iterable[str] = ()) -> object | None:
    """The entry ``key`` of the first table ``attribute`` in ``package`` that has it.

    Keys are written out in the files as quoted strings, which a test checks. Modules with one of
    the words ``later`` in their names are looked into after the others.
    """
    asked = (package, attribute, key)
    if asked in _found:
        return _found[asked]
    for name in _mentioning(package, f'"{key}"', frozenset(later)):
        table = constant(package, name, attribute, dict)
        if key in table:
            _found[asked] = table[key]
            return _found[asked]
    return None


_found: dict[tuple[str, str, str], object] = {}
"""Entries found before: a model asks for the same few hundreds of times."""


def _mentioning(package: str, text: str, later: frozenset[str]) -> Iterator[str]:
    """The modules whose source says ``text``; none is read before it is asked for."""
    wanted = text.encode()
    for name in sorted(_listed(package), key=lambda name: not later.isdisjoint(name.split("_"))):
        source = _text(package, name)
        if source is None or wanted in source:
            yield name


_names: dict[str, tuple[str, ...]] = {}
_texts: dict[tuple[str, str], bytes | None] = {}
"""What was listed and read before."""


def _listed(package: str) -> tuple[str, ...]:
    if package not in _names:
        _names[package] = names(package)
    return _names[package]


def _text(package: str, name: str) -> bytes | None:
    if (package, name) not in _texts:
        folder = next(iter(_module(package).__path__))
        _texts[package, name] = _source(f"{folder}{os.sep}{name}.py")
    return _texts[package, name]


def _source(path: str) -> bytes | None:
    """The whole file, past the buffers of ``open``, which for small files cost more than they."""
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        return os.read(file, os.fstat(file).st_size)
    finally:
        os.close(file)
