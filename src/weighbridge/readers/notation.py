"""One line of notation: constructor calls chained with ``>``, which is Python.

``'Conv2D(16, 5)'``, or ``'Input((32, 32, 1)) > Conv2D(6, 5) > Flatten() > Dense(10)'``. The same
reader that follows files follows it; names need no import. ``Input(32, 32, 1)`` may be written
without the inner parentheses. Where the line names no input, ``--input 14x14x6`` does.
"""

from __future__ import annotations

from weighbridge.readers import Reader, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Model


def _accepts(source: Source) -> bool:
    return "(" in source.text and not source.is_file


def read(source: Source) -> Model:
    """The layers of the line, one after the other."""
    from weighbridge.readers._python.follow import follow_line

    return follow_line(source)


READER = Reader(name="notation", suffixes=(), accepts=_accepts, read=read, rank=20)
