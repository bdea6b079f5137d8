"""Running code as ``--run`` does, but in this process: that is quicker, and leaves no trace."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from weighbridge.model import Model, Shape
from weighbridge.readers._run_answer import Failure
from weighbridge.readers._run_making import answer
from weighbridge.readers.run import target_of


@contextmanager
def aside() -> Iterator[None]:
    """What running code changes in a process is put back."""
    path, words, modules = list(sys.path), list(sys.argv), dict(sys.modules)
    try:
        yield
    finally:
        sys.path[:], sys.argv[:] = path, words
        for name in set(sys.modules) - set(modules):
            if not name.startswith(("weighbridge.", "torch", "keras")):
                del sys.modules[name]


def made(text: str, input_shape: Shape | None = None) -> Model:
    """The model that ``text`` makes."""
    with aside():
        found = answer(target_of(text), input_shape)
    assert isinstance(found, Model), found
    return found


def failed(text: str) -> Failure:
    """Why ``text`` makes none."""
    with aside():
        found = answer(target_of(text), None)
    assert isinstance(found, Failure), found
    return found


def written(folder: Path, text: str, name: str = "net.py") -> str:
    """A file of the user's."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return str(file)


def environment() -> dict[str, str]:
    """That of a process that finds what this one finds."""
    search = os.pathsep.join(map(os.path.abspath, filter(None, sys.path)))
    return {**os.environ, "PYTHONPATH": search, "PYTHONUTF8": "1"}
