"""The only plug-in mechanism: what can be added is one file that defines one typed constant.

``collect`` demands the constant from every public module of a package. ``find`` serves the command
line, which must not import fifty files to read one: it imports only the modules whose text holds
the quoted key, and falls back to all of them where the text is not at hand.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    T = TypeVar("T")


class BadPlugin(Exception):
    """A module of a collected package does not define what it must."""


def names(package: str) -> tuple[str, ...]:
    """The public modules and packages of ``package``, sorted; none of them is imported."""
    found: set[str] = set()
    for folder in import_module(package).__path__:
        for entry in os.listdir(folder):
            stem, dot, suffix = entry.partition(".")
            is_module = dot and suffix == "py"
            if not entry.startswith("_") and (is_module or (not dot and _is_package(folder, entry))):
                found.add(stem)
    return tuple(sorted(found))


def _is_package(folder: str, entry: str) -> bool:
    return os.path.isfile(os.path.join(folder, entry, "__init__.py"))


def constant(package: str, name: str, attribute: str, sort: type[T]) -> T:
    """The constant ``attribute`` of one module of ``package``."""
    module = import_module(f"{package}.{name}")
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
    for name in _mentioning(package, f'"{key}"'):
        table = constant(package, name, attribute, dict)
        if key in table:
            return table[key]  # type: ignore[no-any-return]  # what a table holds is its package's business
    return None


def _mentioning(package: str, text: str) -> list[str]:
    wanted = text.encode()
    return [name for name, source in _sources(package).items() if source is None or wanted in source]


_read: dict[str, dict[str, bytes | None]] = {}


def _sources(package: str) -> dict[str, bytes | None]:
    if package not in _read:
        folder = next(iter(sys.modules[package].__path__ if package in sys.modules else import_module(package).__path__))
        _read[package] = {name: _source(os.path.join(folder, name + ".py")) for name in names(package)}
    return _read[package]


def _source(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None
