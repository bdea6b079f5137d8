"""From a source to a ``Model``. One file per sort of source; ``read`` finds the one that fits.

A module here defines ``READER``. A reader knows no layer: it hands the framework's own words to
``weighbridge.layers`` and gets a kind back.
"""

from __future__ import annotations

import os

from weighbridge import _collect
from weighbridge._record import Record
from weighbridge.errors import NotFound

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.model import Model, Shape


class Source(Record):
    """What the user named: a file, a line of notation, a name, a live object."""

    value: object
    """The text, or the object itself."""
    input_shape: Shape | tuple[Shape, ...] | None = None
    """What reaches the model, without the batch axis, in the framework's own order."""
    select: str = ""
    """Which of several models: NAME of ``FILE.py:NAME``."""

    @property
    def text(self) -> str:
        return self.value if isinstance(self.value, str) else ""

    @property
    def is_file(self) -> bool:
        return bool(self.text) and os.path.isfile(self.text)

    @property
    def suffix(self) -> str:
        return os.path.splitext(self.text)[1].lower()


class Reader(Record):
    """One sort of source. The module's docstring is its page in the reference."""

    name: str
    suffixes: tuple[str, ...]
    accepts: Callable[[Source], bool]
    """Whether this source is of its sort; looks at the name and the first bytes at most."""
    read: Callable[[Source], Model]
    rank: int = 10
    """Who is asked first where several may accept; lower first."""


def readers() -> list[Reader]:
    """Every reader, the most particular first."""
    found = _collect.collect(__name__, "READER", Reader).values()
    return sorted(found, key=lambda reader: reader.rank)


def read(source: Source) -> Model:
    """The model in ``source``.

    Raises ``NotFound`` where no reader accepts it, and what the reader raises.
    """
    for reader in readers():
        if reader.accepts(source):
            return reader.read(source)
    raise NotFound(
        f"no model called {source.value!r}",
        hint="a Python file, a .keras file, a line such as 'Conv2D(16, 5)', or a name: see weigh --help",
    )
