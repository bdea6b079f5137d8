"""``weigh --help``, put together from the files there are; none of them is imported for it."""

from __future__ import annotations

import difflib
import os

from weighbridge import _collect, readers
from weighbridge.app import commands
from weighbridge.app.commands import DEFAULT, Command
from weighbridge.readers import known_name

_WIDTH = 96
_FRAME = """\
weigh puts a neural network on the scales: how many parameters each layer has, and why.

usage: {usage}
       weigh COMMAND …

commands:
{commands}

sources:
{sources}

well-known networks:
{known}

options:
{options}

examples:
{examples}

exit code: 0 all well, 1 a count disagrees, 2 the input could not be used
"""
_PAGE = """\
{gist}.

usage: {usage}

{signature}

examples:
{examples}
"""


def overview() -> str:
    """The first page: every command, and the options of the one that goes without saying."""
    default = _collect.constant(commands.__name__, DEFAULT, "COMMAND", Command)
    words = _gists(commands.__path__[0], _collect.names(commands.__name__))
    return _FRAME.format(
        usage=default.usage,
        commands=_listed(words),
        sources="\n".join(f"  {gist}" for gist in _sources().values()),
        known=_wrapped(known_name.names()),
        options=_listed(_options(default)),
        examples=_examples(*default.examples, "weigh explain lenet5-1998 C3", "weigh about buffer"),
    )


def page(name: str, command: Command) -> str:
    """The help of one command."""
    places = {place.name: place.help for place in command.signature.positionals}
    return _PAGE.format(
        gist=_gist(os.path.join(commands.__path__[0], name)),
        usage=command.usage,
        signature=_listed({**places, **_options(command)}),
        examples=_examples(*command.examples),
    )


def _options(command: Command) -> dict[str, str]:
    options = command.signature.options
    return {f"{option.flags[0]} {option.value}".strip(): option.help for option in options}


def _listed(entries: dict[str, str]) -> str:
    breadth = max(map(len, entries))
    return "\n".join(f"  {name:{breadth}}  {said}" for name, said in entries.items())


def _wrapped(names: tuple[str, ...]) -> str:
    """Names in lines of a page's width."""
    lines = [" "]
    for name in names:
        if len(lines[-1]) + len(name) > _WIDTH:
            lines.append(" ")
        lines[-1] += f" {name},"
    return "\n".join(lines).rstrip(",")


def _examples(*lines: str) -> str:
    return "\n".join(f"  {line}" for line in lines)


def _sources() -> dict[str, str]:
    return _gists(readers.__path__[0], _collect.names(readers.__name__))


def _gists(folder: str, names: tuple[str, ...]) -> dict[str, str]:
    return {name: _gist(os.path.join(folder, name)) for name in names}


def _gist(path: str) -> str:
    """The first line of a module's docstring, read off its text."""
    file_of_package = os.path.join(path, "__init__.py")
    text = file_of_package if os.path.isdir(path) else f"{path}.py"
    with open(text, encoding="utf-8") as file:
        return file.readline().strip().strip('"').rstrip(".").replace("``", "")


def suggestion(word: str) -> str:
    """A hint where ``word`` looks like a command or a well-known name; ``""`` if not."""
    names = (*_collect.names(commands.__name__), *known_name.names())
    if word in names or os.path.exists(word):
        return ""
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.7)
    return f"did you mean weigh {near[0]}?" if near else ""
