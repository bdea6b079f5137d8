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


def find(package: str, attribute: str, key: str) -> object | None:
    """The entry ``key`` of the first table ``attribute`` in ``package`` that has it.

    Keys are written out in the files as quoted strings, which a test checks.
    """
    asked = (package, attribute, key)
    if asked in _found:
        return _found[asked]
    for name in _mentioning(package, f'"{key}"'):
        table = constant(package, name, attribute, dict)
        if key in table:
            _found[asked] = table[key]
            return _found[asked]
    return None


_found: dict[tuple[str, str, str], object] = {}
"""Entries found before: a model asks for the same few hundreds of times."""


def _mentioning(package: str, text: str) -> list[str]:
    wanted = text.encode()
    sources = _sources(package).items()
    return [name for name, source in sources if source is None or wanted in source]


_read: dict[str, dict[str, bytes | None]] = {}


def _sources(package: str) -> dict[str, bytes | None]:
    if package not in _read:
        folder = next(iter(_module(package).__path__))
        _read[package] = {
            name: _source(os.path.join(folder, name + ".py")) for name in names(package)
        }
    return _read[package]


def _source(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None
