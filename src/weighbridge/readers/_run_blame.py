"""Which line of somebody's code is to blame, and what to do: a traceback in three parts."""

from __future__ import annotations

import importlib
import os
import sys

from weighbridge.readers.run import NotRun

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from weighbridge.readers.run import Target

_PASSED = (os.path.dirname(__file__), os.path.dirname(importlib.__file__), "<")
"""Where the lines are that run the code, and are not to blame."""
_KERAS = os.path.join(os.sep, "keras", "")
_LONGEST = 500


def not_run(target: Target, doing: str, error: BaseException) -> NotRun:
    """``error``, raised ``doing`` something with ``target``, in one sentence with its place."""
    if isinstance(error, SyntaxError) and error.filename and error.filename[0] != "<":
        excerpt = (error.text or "").strip()
        place = f"{error.filename}:{error.lineno}"
        return NotRun(f"{target.text} cannot be imported: {error.msg}", place, excerpt=excerpt)
    where, excerpt = _place(target, error.__traceback__)
    match error:
        case KeyboardInterrupt():
            return NotRun(f"interrupted while {target.text} was run", where, excerpt=excerpt)
        case SystemExit():
            what = f"{target.text} ends the program by sys.exit({error.code!r:.60})"
            hint = "put what is not the model under if __name__ == '__main__'"
            return NotRun(what, where, hint, excerpt)
    message = _message(error)
    what = f"{doing} raised {type(error).__name__}" + (f": {message}" if message else "")
    return NotRun(what, where, _advice(target, error), excerpt)


def _message(error: BaseException) -> str:
    try:
        return " ".join(str(error).split())[:_LONGEST]
    except Exception:  # the class is the code's own
        return ""


def _advice(target: Target, error: BaseException) -> str:
    missing = error.name if isinstance(error, ModuleNotFoundError) else None
    if not missing:
        return ""
    files = (file for file, _, _ in _frames(error.__traceback__))
    if missing == "tensorflow" and any(_KERAS in file for file in files):
        return "Keras is set to TensorFlow: KERAS_BACKEND=torch or =jax chooses another"
    package = missing.partition(".")[0]
    if not target.is_file and package == target.place.partition(".")[0]:
        return f"is it spelled so, and is it installed for {sys.executable}?"
    return f"install {package} for {sys.executable}, or go to the folder it is in"


def _place(target: Target, traceback: TracebackType | None) -> tuple[str, str]:
    """The last line of the file named, or else of anybody but an installed library."""
    import linecache

    frames = [frame for frame in _frames(traceback) if not frame[0].startswith(_PASSED)]
    own = os.path.abspath(target.place) if target.is_file else ""
    for chosen in (lambda file: file == own, _is_loose, bool):
        for file, line, function in reversed(frames):
            if chosen(file):
                inside = "" if function == "<module>" else f", in {function}"
                return f"{file}:{line}{inside}", linecache.getline(file, line).strip()
    return "", ""


def _frames(traceback: TracebackType | None) -> Iterator[tuple[str, int, str]]:
    while traceback is not None:
        code = traceback.tb_frame.f_code
        yield code.co_filename, traceback.tb_lineno, code.co_name
        traceback = traceback.tb_next


def _is_loose(file: str) -> bool:
    """Whether ``file`` belongs to no installed library, nor to Python."""
    standard = os.path.dirname(os.__file__)
    return not file.startswith(standard) and "site-packages" not in file
