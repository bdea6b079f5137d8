"""Prints the source file of a well-known network, which anybody can run."""

from __future__ import annotations

from weighbridge.app._arguments import Arguments, Positional, Signature
from weighbridge.app._requests import FILE
from weighbridge.app.commands import Command, Reply
from weighbridge.readers import known_name


def _run(arguments: Arguments) -> Reply:
    text = known_name.text_of(arguments.at(0) or "")
    return Reply(text, file=arguments.last("-o") or "")


COMMAND = Command(
    usage="weigh source NAME [-o FILE]",
    signature=Signature((Positional("NAME", "lenet5, or another: see weigh --help"),), (FILE,)),
    run=_run,
    examples=("weigh source lenet5 > lenet5.py && python lenet5.py",),
)
