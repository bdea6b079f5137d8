"""The program that runs somebody's code for ``--run`` and hands back the model it makes.

Started by ``_run_process``. The answer goes where standard output went when the process began; what
the code prints goes to standard error. The module path is changed last, so that a file of the
user's called ``json.py`` is not taken for the standard library's.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO


def main(request: str) -> None:
    """Does what ``request`` asks for, and ends the process."""
    asked = json.loads(request)
    pipe = answering()
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [asked["search"], *(folder for folder in sys.path if folder != here)]
    from weighbridge.readers import _run_answer, _run_making, named, run

    sys.path.remove(asked["search"])  # where there may be any other packages as well
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupted)
    source = named(asked["text"], asked["input_shape"] or None, run=True)
    answer = _run_making.answer(run.target_of(source.text), source.input_shape)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        content = _run_answer.packed(answer)
    except TypeError as error:
        hint = "this is a fault of weighbridge's; please report it"
        content = _run_answer.packed(_run_answer.Failure("NotRun", str(error), hint=hint))
    # Nobody may be waiting any more, or the code has closed a stream.
    with suppress(OSError, ValueError, AttributeError):
        pipe.write(content)
        pipe.flush()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    os._exit(0)  # whatever the code has left running, or wants done in the end


def answering() -> BinaryIO:
    """The pipe to answer into; standard output is standard error from now on.

    Programs that the code starts do not inherit it.
    """
    try:
        os.fstat(2)
    except OSError:
        os.open(os.devnull, os.O_WRONLY)  # takes the lowest number, which is the one that is free
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return pipe


def interrupted(*_: object) -> None:
    """Once is enough: a terminal interrupts every process, and the one that waits does so too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    main(sys.argv[1])
