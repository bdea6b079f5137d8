"""One file per command of ``weigh``; the file's name is the word that calls it.

A module here defines ``COMMAND``. The first line of its docstring is its line in ``weigh --help``,
so that the help need not import it.
"""

from __future__ import annotations

from weighbridge._record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.app._arguments import Arguments, Signature

DEFAULT = "weigh"
"""The command meant where the first word is none."""


class Reply(Record):
    """What a command has to say: a text, where it goes, and the exit code that goes with it."""

    text: str
    code: int = 0
    file: str = ""
    """The file the user wants it in; ``""`` is standard output."""


class Command(Record):
    """A word of the command line."""

    usage: str
    """How it is called, as the help shows it."""
    signature: Signature
    run: Callable[[Arguments], Reply]
    """The reply. Raises ``WeighbridgeError`` where the input cannot be used."""
    examples: tuple[str, ...] = ()
