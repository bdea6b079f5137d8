"""Runs somebody's code in a process of its own, and waits for the model that is made there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from weighbridge import errors
from weighbridge.errors import WeighbridgeError
from weighbridge.readers._run_answer import HEADER, Failure, length, unpacked
from weighbridge.readers.run import NotRun

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO

    from weighbridge.model import Model
    from weighbridge.readers import Source

    Process = subprocess.Popen[bytes]

PROGRAM = os.path.join(os.path.dirname(__file__), "_run_child.py")
PATIENCE = 2
"""Seconds that code which was interrupted has to say where it was."""


def model_of(source: Source) -> Model:
    """The model that the code of ``source`` makes. Raises ``WeighbridgeError``."""
    process = _started(source)
    try:
        answer = _answer(process, source)
    except KeyboardInterrupt:
        answer = _interrupted(process, source)
    finally:
        process.kill()
        process.wait()
        _pipe(process).close()
    if isinstance(answer, Failure):
        raise _error(answer)
    return answer


def _started(source: Source) -> Process:
    import json

    package = os.path.dirname(os.path.dirname(os.path.dirname(PROGRAM)))
    request = {"search": package, "text": source.text, "input_shape": source.shapes}
    if not sys.executable:
        raise NotRun("there is no Python interpreter to run the code with")
    return subprocess.Popen(
        [sys.executable, PROGRAM, json.dumps(request)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )


def _pipe(process: Process) -> IO[bytes]:
    assert process.stdout is not None  # it was asked for
    return process.stdout


def _answer(process: Process, source: Source) -> Model | Failure:
    """What comes back. Its end is told by its length: a process the code has left behind may keep
    the pipe open."""
    pipe = _pipe(process)
    header = pipe.read(HEADER)
    if len(header) == HEADER:
        expected = length(header)
        content = pipe.read(expected)
        if len(content) == expected:
            return unpacked(content)
    return _crash(process.wait(), source)


def _interrupted(process: Process, source: Source) -> Model | Failure:
    """What the code says of where it was; a terminal has interrupted it as well."""
    from threading import Timer

    impatient = Timer(PATIENCE, process.kill)
    impatient.start()
    try:
        if os.name == "posix":
            process.send_signal(signal.SIGINT)
        return _answer(process, source)
    except KeyboardInterrupt:
        return Failure("NotRun", f"interrupted while {source.text} was run")
    finally:
        impatient.cancel()


def _crash(code: int, source: Source) -> Failure:
    """A process that ended without an answer."""
    if code >= 0:
        return Failure("NotRun", f"{source.text} ended the process it was run in, exit code {code}")
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    killed = code == -getattr(signal, "SIGKILL", 0)
    hint = "was there enough memory?" if killed else "it is the code that crashes: run it by itself"
    return Failure("NotRun", f"{source.text} was ended by {name} while it was run", hint=hint)


def _error(failure: Failure) -> WeighbridgeError:
    sort = getattr(errors, failure.sort, NotRun)
    if not (isinstance(sort, type) and issubclass(sort, WeighbridgeError)):
        sort = NotRun
    return sort(failure.what, failure.where, failure.hint, failure.excerpt)
