"""The far end: text on a terminal, into a pipe or into a file, in whatever encoding that takes."""

from __future__ import annotations

import os
import stat
import sys

from weighbridge.errors import WeighbridgeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO


class NotWritten(WeighbridgeError):
    """The report could not be put where it was wanted."""


def coloured(choice: str, stream: TextIO | None) -> bool:
    """Whether to colour what goes to ``stream``: ``always``, ``never``, or ``auto`` by its looks.

    ``auto`` follows https://no-color.org and https://force-color.org.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal(stream) and os.environ.get("TERM") != "dumb"


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody sits at the other end."""
    return stream is not None and not stream.closed and stream.isatty()


def width(stream: TextIO | None) -> int | None:
    """Columns of the terminal at ``stream``; ``None`` if it is none: lines may be of any length."""
    if stream is None or not is_terminal(stream):
        return None
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError):
        return None


def put(text: str, stream: TextIO | None) -> None:
    """Writes ``text`` and a line end to ``stream``, spelled in the signs its encoding has.

    A reader that has seen enough and closed the pipe is no error.
    """
    if stream is None or stream.closed:
        return
    line = text if text.endswith("\n") else text + "\n"
    try:
        stream.write(_encodable(line, stream.encoding or "utf-8"))
        stream.flush()
    except BrokenPipeError:
        _silence(stream)
    except OSError as error:
        _silence(stream)
        raise NotWritten(f"cannot write to {stream.name}: {error.strerror or error}") from None


def _encodable(text: str, encoding: str) -> str:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        from weighbridge.app._ascii import respelled

        return respelled(text, encoding)
    return text


def _silence(stream: TextIO) -> None:
    """Lets what is still buffered vanish, or the interpreter would complain when it ends."""
    try:
        void = os.open(os.devnull, os.O_WRONLY)
        os.dup2(void, stream.fileno())
        os.close(void)
    except (OSError, ValueError):
        return


def save(text: str, path: str) -> None:
    """Writes ``text`` to ``path`` in UTF-8: the whole of it, or the file stays as it was.

    Raises ``NotWritten``.
    """
    target = os.path.realpath(path)
    content = (text if text.endswith("\n") else text + "\n").encode("utf-8", "backslashreplace")
    try:
        if os.path.exists(target) and not stat.S_ISREG(os.stat(target).st_mode):
            with open(target, "wb") as file:  # a device or a pipe cannot be replaced
                file.write(content)
        else:
            _replace(content, target)
    except OSError as error:
        raise NotWritten(
            f"cannot write {path}: {error.strerror or error}",
            hint="is the folder there, and may you write to it?",
        ) from None


def _replace(content: bytes, target: str) -> None:
    unfinished = f"{target}.{os.getpid()}.part"
    try:
        with open(unfinished, "xb") as file:
            file.write(content)
        if os.path.exists(target):
            os.chmod(unfinished, stat.S_IMODE(os.stat(target).st_mode))
        os.replace(unfinished, target)
    finally:
        if os.path.exists(unfinished):
            os.remove(unfinished)


def standard_output() -> TextIO | None:
    """Where replies go; ``None`` where the process has been started without it."""
    return sys.stdout
