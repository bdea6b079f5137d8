"""A Python file that builds a model: read, never run.

The syntax tree is followed with the names of the frameworks known; no framework has to be
installed. ``FILE.py:NAME`` picks one of several models, a function that returns one, or a class. Of
several models without a NAME the one is taken that is part of no other; if a file only defines
functions or classes, its last function that returns a model is called, or its last class is made,
with their defaults.
"""

from __future__ import annotations

from weighbridge.errors import LIMITS, Malformed, NotFound, TooLarge
from weighbridge.readers import Reader, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Model


def _accepts(source: Source) -> bool:
    return source.suffix in (".py", ".pyw") and (source.is_file or "(" not in source.text)


def read(source: Source) -> Model:
    """The model that the file builds."""
    return read_text(file_text(source.text), source, source.text)


def file_text(path: str) -> str:
    """The text of a source file; one clear error where it cannot be had."""
    try:
        with open(path, "rb") as file:
            data = file.read(LIMITS.source_bytes + 1)
    except FileNotFoundError:
        raise NotFound(f"no file {path}", hint="check the path and the folder you are in") from None
    except OSError as error:
        raise Malformed(f"{path} cannot be read: {error.strerror}", path) from None
    if len(data) > LIMITS.source_bytes:
        raise TooLarge(f"{path} is larger than {LIMITS.source_bytes >> 20} MiB", path)
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        hint = "save it as UTF-8; a compiled or compressed file is not source code"
        raise Malformed(f"{path} is not text in UTF-8", f"byte {error.start}", hint) from None


def read_text(text: str, source: Source, location: str) -> Model:
    """The model that ``text`` builds; ``location`` is what to call it in messages."""
    from weighbridge.readers._python.follow import follow_file

    return follow_file(text, source, location)


READER = Reader(name="python", suffixes=(".py",), accepts=_accepts, read=read)
