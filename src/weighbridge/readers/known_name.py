"""A well-known network by its name, such as ``lenet5``.

Each is a source file of the package's ``known/`` folder that anybody can run with its framework,
beside a TOML file of what is published about it. ``weigh source NAME`` prints the file.
"""

from __future__ import annotations

import os

from weighbridge.errors import NotFound
from weighbridge.readers import Reader, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Model

FOLDER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "known")


def names() -> tuple[str, ...]:
    """Every well-known network, sorted."""
    return tuple(
        sorted(
            stem for stem, suffix in map(os.path.splitext, os.listdir(FOLDER)) if suffix == ".py"
        )
    )


def file_of(name: str) -> str:
    """Where the source of ``name`` lies.

    Raises ``NotFound`` with the names there are.
    """
    if name not in names():
        raise NotFound(f"no well-known network {name!r}", hint=f"there are {', '.join(names())}")
    return os.path.join(FOLDER, f"{name}.py")


def text_of(name: str) -> str:
    """The source of ``name``, which its framework runs as it is."""
    with open(file_of(name), encoding="utf-8") as file:
        return file.read()


def _accepts(source: Source) -> bool:
    return source.text in names()


def _read(source: Source) -> Model:
    from weighbridge.readers.python_source import read_text

    return read_text(text_of(source.text), source, f"known/{source.text}.py")


READER = Reader(name="known", suffixes=(), accepts=_accepts, read=_read, rank=0)
