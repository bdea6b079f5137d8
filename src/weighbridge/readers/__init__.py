"""From a source to a ``Model``. One file per sort of source; ``read`` finds the one that fits.

A module here defines ``READER``. A reader knows no layer: it hands the framework's own words to
``weighbridge.layers`` and gets a kind back.
"""

from __future__ import annotations

import os

from weighbridge import _collect
from weighbridge._record import Record
from weighbridge.errors import Malformed, NotFound, Usage

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
    run: bool = False
    """Whether the user wants the code that the text names to be run, not read."""

    @property
    def text(self) -> str:
        """The source as text; empty for a live object."""
        return self.value if isinstance(self.value, str) else ""

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The input shapes given, one for each input."""
        given = self.input_shape
        if given is None:
            return ()
        return (given,) if all(n is None or isinstance(n, int) for n in given) else given  # type: ignore[return-value]  # one shape or several

    @property
    def is_file(self) -> bool:
        """Whether the text is the path of an existing file."""
        return bool(self.text) and os.path.isfile(self.text)

    @property
    def suffix(self) -> str:
        """The end of the file's name in lower case: ``.py``."""
        return os.path.splitext(self.text)[1].lower()


def named(value: object, input_shape: object = None, run: bool = False) -> Source:
    """What ``value`` stands for: a text or a path; ``FILE.py:NAME`` is one model of a file.

    With ``run`` it names code that is to be imported and called: see ``readers.run``.

    ``input_shape`` is a tuple of sizes of one sample, or a sequence of such for several inputs;
    ``None`` and -1 are open sizes. Raises ``Usage`` where it is neither.
    """
    text = os.fspath(value) if isinstance(value, str | os.PathLike) else None
    if not isinstance(text, str):
        return Source(value=value, input_shape=_shapes(input_shape))
    if run:
        return Source(value=text, input_shape=_shapes(input_shape), run=True)
    file, _, name = text.rpartition(":")
    if file.endswith(".py") and name.isidentifier() and not os.path.exists(text):
        return Source(value=file, input_shape=_shapes(input_shape), select=name)
    return Source(value=text, input_shape=_shapes(input_shape))


def _shapes(given: object) -> Shape | tuple[Shape, ...] | None:
    if given is None:
        return None
    if isinstance(given, tuple | list):
        if all(isinstance(item, tuple | list) for item in given):
            return tuple(_shape(item) for item in given)
        return _shape(given)
    raise Usage(f"an input shape is a tuple of sizes, not {given!r}")


def _shape(given: tuple[object, ...] | list[object]) -> Shape:
    sizes = tuple(None if size == -1 else size for size in given)
    if not all(size is None or (type(size) is int and size > 0) for size in sizes):
        raise Usage(f"an input shape has whole sizes of at least 1, or None: not {tuple(given)!r}")
    return sizes  # type: ignore[return-value]  # checked in the line before


class Reader(Record):
    """One sort of source. The module's docstring is its page in the reference."""

    name: str
    suffixes: tuple[str, ...]
    accepts: Callable[[Source], bool]
    """Whether this source is of its sort; looks at the name and the first bytes at most."""
    read: Callable[[Source], Model]
    rank: int = 10
    """Who is asked first where several may accept; lower first."""


_LIVE = "live_"
"""How the files that read live objects begin; what the user names by a text is none."""


def readers(live: bool | None = None) -> list[Reader]:
    """Every reader, the most particular first; only those of live objects, or only the others."""
    names = (n for n in _collect.names(__name__) if live in (None, n.startswith(_LIVE)))
    found = (_collect.constant(__name__, name, "READER", Reader) for name in names)
    return sorted(found, key=lambda reader: reader.rank)


def read(source: Source) -> Model:
    """The model in ``source``.

    Raises ``NotFound`` where there is no such thing, ``Malformed`` for a file no reader accepts,
    and what the reader raises.
    """
    for reader in readers(live=not isinstance(source.value, str)):
        if reader.accepts(source):
            return reader.read(source)
    if source.text and os.path.isdir(source.text):
        raise NotFound(f"{source.text} is a folder", hint="name a file in it")
    if source.is_file:
        known = ", ".join(suffix for reader in readers() for suffix in reader.suffixes)
        raise Malformed(
            f"nobody here reads {source.text}", hint=f"files end in {known}; see weigh --help"
        )
    raise NotFound(
        f"no model called {source.value!r}",
        hint="a Python file, a .keras file, a line such as 'Conv2D(16, 5)', or a known name; "
        "with --run also package.module:factory; see weigh --help",
    )
