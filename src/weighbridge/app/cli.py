"""``weigh``: finds the command, runs it, and turns whatever happens into text and an exit code.

0: all well. 1: a count disagrees. 2: the input could not be used.
"""

from __future__ import annotations

import gc
import sys

from weighbridge import _collect
from weighbridge.app import _output, commands
from weighbridge.app._arguments import parsed
from weighbridge.app.commands import DEFAULT, Command, Reply
from weighbridge.errors import NotFound, TooLarge, Usage, WeighbridgeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

UNUSABLE = 2
INTERRUPTED = 130
"""What a shell reports for a process ended by Ctrl-C: 128 + SIGINT."""
_OBJECTS = 100_000
"""How many more objects there must be before garbage is looked for: weighing leaves little."""


def process() -> int:
    """``weigh`` as a process of its own, which ends with the exit code that comes back.

    Looking for garbage is a tenth of the time a small model takes, most of it at the very end.
    """
    gc.set_threshold(_OBJECTS)
    try:
        return main()
    finally:
        gc.freeze()


def main(argv: Sequence[str] | None = None) -> int:
    """Runs ``weigh`` with the words ``argv`` (those of the process by default); the exit code."""
    try:
        return _answer(list(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:
        return INTERRUPTED
    except WeighbridgeError as error:
        return _complain(error)
    except OSError as error:
        place = error.filename if isinstance(error.filename, str) else ""
        return _complain(WeighbridgeError(error.strerror or str(error), place))


def _answer(words: list[str]) -> int:
    try:
        reply = _reply(words)
    except RecursionError:
        hint = "a smaller file, or the model in fewer levels"
        raise TooLarge("the source is nested too deeply", hint=hint) from None
    except MemoryError:
        raise TooLarge("the source needs more memory than there is") from None
    if reply.file and reply.file != "-":
        _output.save(reply.text, reply.file)
    else:
        _output.put(reply.text, _output.standard_output())
    return reply.code


def _reply(words: list[str]) -> Reply:
    if words == ["--version"]:
        from weighbridge._version import __version__

        return Reply(f"weighbridge {__version__}")
    if not words or words[0] in ("-h", "--help"):
        from weighbridge.app._help import overview

        return Reply(overview(), 0 if words else UNUSABLE)
    names = _collect.names(commands.__name__)
    name, rest = (words[0], words[1:]) if words[0] in names else (DEFAULT, words)
    command = _collect.constant(commands.__name__, name, "COMMAND", Command)
    try:
        return _run(name, command, rest)
    except (NotFound, Usage) as error:
        if words[0] not in names:
            from weighbridge.app._help import suggestion

            error.hint = suggestion(words[0]) or error.hint
        raise


def _run(name: str, command: Command, words: list[str]) -> Reply:
    if "-h" in words or "--help" in words:
        from weighbridge.app._help import page

        return Reply(page(name, command))
    try:
        arguments = parsed(command.signature, words)
    except Usage as error:
        error.hint = error.hint or f"{command.usage}; weigh {name} --help tells more"
        raise
    return command.run(arguments)


def _complain(error: WeighbridgeError) -> int:
    """``weigh: `` what is wrong, where, the excerpt and the hint, to standard error."""
    from weighbridge.reports.document import printable

    # An excerpt is a stranger's text; an escape sequence in it must not reach the terminal.
    lines = map(printable, f"weigh: {error}".split("\n"))
    try:
        _output.put("\n".join(lines), sys.stderr)
    except _output.NotWritten:
        return UNUSABLE
    return UNUSABLE
