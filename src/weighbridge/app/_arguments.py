"""Words of the command line, by what a command declares.

``argparse`` would do, but it takes 6 of the 45 ms that a whole run may: half for its imports, half
for translations nobody asked for.
"""

from __future__ import annotations

from weighbridge._record import Record
from weighbridge.errors import Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from weighbridge.model import Shape

_OPEN = ("?", "-1", "none")


class Positional(Record):
    """An argument known by its place."""

    name: str
    help: str
    least: int = 1
    """0: it may be left out."""
    most: int | None = 1
    """``None``: any number."""


class Option(Record):
    """An argument known by a flag."""

    flags: tuple[str, ...]
    """All its spellings; the first is the one commands ask for."""
    value: str
    """What stands for the value in the help; ``""`` where there is none: it is given or not."""
    help: str
    choices: tuple[str, ...] = ()
    """The only values there are, where that can be said."""


class Signature(Record):
    """What a command takes."""

    positionals: tuple[Positional, ...]
    options: tuple[Option, ...]

    def option(self, flag: str) -> Option:
        """The option spelled ``flag``. Raises ``Usage``."""
        for option in self.options:
            if flag in option.flags:
                return option
        there = ", ".join(option.flags[0] for option in self.options)
        raise Usage(f"there is no option {flag}", hint=f"there are {there}")


class Arguments(Record):
    """What a command was given."""

    positional: tuple[str, ...]
    options: dict[str, list[str]]

    def at(self, place: int) -> str | None:
        """The positional argument at ``place``."""
        return self.positional[place] if place < len(self.positional) else None

    def last(self, flag: str) -> str | None:
        """The value of an option; the last one if it was given several times."""
        return self.each(flag)[-1] if self.each(flag) else None

    def each(self, flag: str) -> list[str]:
        """Every value of an option, in the order given."""
        return self.options.get(flag, [])

    def has(self, flag: str) -> bool:
        """Whether an option was given."""
        return flag in self.options


def parsed(signature: Signature, words: Sequence[str]) -> Arguments:
    """``words`` sorted by what they belong to: ``--flag VALUE``, ``--flag=VALUE`` or ``-fVALUE``.

    After ``--`` all are positional. Raises ``Usage``.
    """
    positional: list[str] = []
    options: dict[str, list[str]] = {}
    follow = iter(words)
    for word in follow:
        if word == "--":
            positional += follow
        elif word == "-" or not word.startswith("-"):
            positional.append(word)
        else:
            flag, value = _split(word)
            option = signature.option(flag)
            found = next(follow, None) if value is None and option.value else value
            options.setdefault(option.flags[0], []).append(_checked(flag, option, found))
    _count(signature.positionals, positional)
    return Arguments(tuple(positional), options)


def _split(word: str) -> tuple[str, str | None]:
    if not word.startswith("--"):
        return word[:2], word[2:].removeprefix("=") or None
    flag, sign, value = word.partition("=")
    return flag, value if sign else None


def _checked(flag: str, option: Option, value: str | None) -> str:
    if not option.value:
        if value is not None:
            raise Usage(f"{flag} takes no value")
        return ""
    if value is None:
        raise Usage(f"{flag} needs a value", hint=f"{flag} {option.value}: {option.help}")
    if option.choices and value not in option.choices:
        raise Usage(f"{flag} cannot be {value!r}", hint=f"one of {', '.join(option.choices)}")
    return value


def _count(expected: tuple[Positional, ...], given: list[str]) -> None:
    absent = [place.name for place in expected[len(given) :] if place.least]
    if absent:
        raise Usage(f"{' and '.join(absent)} missing")
    most = sum(place.most or 0 for place in expected)
    if len(given) > most and all(place.most for place in expected):
        raise Usage(f"{given[most]!r} is one argument too many")


# -- values --------------------------------------------------------------------------------------


def shape(text: str) -> Shape:
    """``14x14x6`` → ``(14, 14, 6)``; ``?`` or ``-1`` is an open size, ``None``.

    Raises ``Usage`` for anything else.
    """
    words = text.strip("()[] ").lower().replace("×", "x").replace(",", "x").split("x")
    sizes = [word.strip() for word in words if word.strip()]
    if not sizes or not all(size in _OPEN or (size.isdecimal() and int(size)) for size in sizes):
        raise Usage(
            f"{text!r} is not an input shape",
            hint="sizes of one sample joined by x, no batch: --input 28x28x1, --input ?x300",
        )
    return tuple(None if size in _OPEN else int(size) for size in sizes)


def at_least_one(text: str) -> int:
    """A whole number of at least 1. Raises ``Usage`` for anything else."""
    if not text.isdecimal() or not int(text):
        raise Usage(f"{text!r} is not a whole number of at least 1")
    return int(text)
