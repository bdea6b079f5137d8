"""What ``weigh about`` and the reference pages can explain: every term and every plug-in there is.

The text of a plug-in is its docstring, so that a new file explains itself.
"""

from __future__ import annotations

import os
import sys
from types import FunctionType

from weighbridge._record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Literal

    from weighbridge.errors import Finding
    from weighbridge.model import Kind

    Sort = Literal["term", "layer kind", "finding", "format", "source", "assumption"]

GLOSSARY = os.path.join(os.path.dirname(__file__), "glossary.txt")


class Topic(Record):
    """Something that can be explained."""

    name: str
    sort: Sort
    text: str
    others: tuple[str, ...] = ()
    """Further names it is found under."""
    group: str = ""
    """The heading it is listed under."""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.others)


def topics() -> tuple[Topic, ...]:
    """All of them, by sort; imports every plug-in."""
    return (*terms(), *kinds(), *findings(), *formats(), *sources(), *assumed())


def about(name: str, among: tuple[Topic, ...]) -> tuple[Topic, ...]:
    """The topics called ``name``: as it is spelled, then in any case, with or without hyphens."""
    exact = tuple(topic for topic in among if name in topic.names)
    alike = (topic for topic in among if _key(name) in map(_key, topic.names))
    return (*exact, *(topic for topic in alike if topic not in exact))


def _key(name: str) -> str:
    plain = "".join(letter for letter in name.casefold() if letter not in " -_")
    return plain.removesuffix("s")


def terms() -> Iterator[Topic]:
    """The glossary."""
    with open(GLOSSARY, encoding="utf-8") as file:
        lines = file.read().splitlines()
    group, names, text = "", [""], ""
    for line in [*lines, "#"]:
        if line.startswith("    "):
            text = f"{text} {line.strip()}".strip()
            continue
        if text:
            yield Topic(names[0], "term", text, tuple(names[1:]), group)
        names, text = line.split(" | "), ""
        group = line.removeprefix("# ") if line.startswith("#") else group


def kinds() -> Iterator[Topic]:
    """Every kind of layer, with what each framework calls it."""
    from weighbridge import layers
    from weighbridge.model import Input, Unknown

    known = layers.kinds()
    spelled: dict[type[Kind], list[str]] = {}
    for spelling, build in layers.spellings().items():
        for kind in dict.fromkeys(_made(build, (*known.values(), Unknown))):
            spelled.setdefault(kind, []).append(spelling)
    general: dict[str, type[Kind]] = {"input": Input, "unknown": Unknown}
    for name, kind in {**known, **general}.items():
        natives = spelled.get(kind, [])
        text = _docstring(kind)
        if natives:
            text += f"\n\nSpelled {_by_dialect(natives)}."
        others = [kind.__name__, *natives, *(native.partition(":")[2] for native in natives)]
        yield Topic(name, "layer kind", text, tuple(dict.fromkeys(others)), "Layer kinds")


def _made(
    build: Callable[..., Kind], known: tuple[type[Kind], ...], seen: frozenset[str] = frozenset()
) -> list[type[Kind]]:
    """The kinds a spelling may return: those its annotation or its code names.

    Where it leaves that to other functions, what those return.
    """
    code = build.__code__
    cells = [cell.cell_contents for cell in build.__closure__ or ()]
    annotated = str(build.__annotations__.get("return", "")).split(" | ")
    found = [
        kind for kind in known if kind.__name__ in (*annotated, *code.co_names) or kind in cells
    ]
    if found or code.co_name in seen:
        return found
    called = (*(build.__globals__.get(name) for name in code.co_names), *cells)
    followed = (each for each in called if isinstance(each, FunctionType))
    return [kind for each in followed for kind in _made(each, known, seen | {code.co_name})]


def _by_dialect(spellings: list[str]) -> str:
    """``Conv1D, Conv2D in keras; PartialConv2D in weighbridge``."""
    named: dict[str, list[str]] = {}
    for spelling in spellings:
        dialect, _, name = spelling.partition(":")
        named.setdefault(dialect, []).append(name)
    return "; ".join(f"{_some(names)} in {dialect}" for dialect, names in named.items())


def _some(names: list[str], most: int = 30) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def findings() -> Iterator[Topic]:
    """Every finding that some room can raise."""
    from importlib import import_module
    from pkgutil import walk_packages

    from weighbridge.errors import Finding, kebab

    for room in ("layers", "readers", "weighing"):
        package = import_module(f"weighbridge.{room}")
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    for finding in sorted(_descendants(Finding), key=lambda found: found.__name__):
        name = finding.__name__
        text = f"{_docstring(finding)}\n\nReported as a {finding.level}."
        yield Topic(kebab(name), "finding", text, (name,), "Findings")


def _descendants(parent: type[Finding]) -> set[type[Finding]]:
    children = set(parent.__subclasses__())
    return children.union(*map(_descendants, children))


def formats() -> Iterator[Topic]:
    """Every format of a report."""
    from weighbridge import _collect
    from weighbridge.reports.formats import Renderer

    package = "weighbridge.reports.formats"
    for name, renderer in _collect.collect(package, "RENDERER", Renderer).items():
        text = _docstring(sys.modules[f"{package}.{name}"])
        if renderer.suffixes:
            text += f"\n\nFiles end in {' or '.join(renderer.suffixes)}."
        yield Topic(renderer.name, "format", text, renderer.suffixes, "Report formats")


def sources() -> Iterator[Topic]:
    """Everything that a model can be read from."""
    from weighbridge import _collect, readers

    for name, reader in _collect.collect(readers.__name__, "READER", readers.Reader).items():
        text = _docstring(sys.modules[f"{readers.__name__}.{name}"])
        yield Topic(reader.name, "source", text, reader.suffixes, "Sources")


def assumed() -> Iterator[Topic]:
    """Everything that ``weigh check`` knows people to take for granted."""
    from weighbridge import _collect
    from weighbridge.claims import assumptions

    package = assumptions.__name__
    for name, known in _collect.collect(package, "ASSUMPTION", assumptions.Assumption).items():
        text = _docstring(sys.modules[f"{package}.{name}"])
        yield Topic(known.name, "assumption", text, known.causes, "Assumptions")


def _docstring(thing: object) -> str:
    import inspect

    return inspect.getdoc(thing) or ""


def plain(text: str) -> str:
    """A docstring without its markup."""
    return text.replace("``", "")


def gist(topic: Topic) -> str:
    """The first sentence, as far as its first line goes."""
    return plain(topic.text).partition("\n")[0]
