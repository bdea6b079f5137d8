"""Whose number is claimed: a layer, a container, a tensor, the model."""

from __future__ import annotations

from weighbridge._record import Record
from weighbridge.errors import NotFound

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.weighing import Held, Row, Weighing


class Subject(Record):
    """What is measured: some rows of a weighing, or one tensor of one."""

    path: str
    """Dotted; ``""`` for the whole model."""
    rows: tuple[Row, ...]
    tensor: Held | None = None

    @property
    def row(self) -> Row | None:
        """The row, where it is one."""
        return self.rows[0] if len(self.rows) == 1 else None


def model(weighing: Weighing) -> Subject:
    """The whole of what was weighed."""
    return Subject("", weighing.rows)


def subject(weighing: Weighing, name: str) -> Subject:
    """What ``name`` means in ``weighing``: its path, another name, the end of a path, the class.

    Raises ``NotFound`` where it means nothing or several things, with the nearest names.
    """
    of_all = name.lower() in ("", "model", "total", "network") or name == weighing.model.name
    called = [row for row in weighing.rows if _called(row, name)]
    if (of_all and not called) or (called and all(_is_root(row, weighing) for row in called)):
        return model(weighing)
    for means in (_by_path, _by_alias, _by_end, _by_class):
        found = dict.fromkeys(means(weighing, name))
        if len(found) == 1:
            return next(iter(found))
        if found:
            paths = ", ".join(each.path for each in found)
            raise NotFound(f"{name!r} may be several things", hint=f"one of {paths}")
    raise NotFound(
        f"nothing here is called {name!r}", weighing.model.name, _nearest(weighing, name)
    )


def _called(row: Row, name: str) -> bool:
    return name in (row.path, *row.layer.aliases)


def _is_root(row: Row, weighing: Weighing) -> bool:
    """Whether it is what the outermost module holds itself: who names that means all of it."""
    return row.layer.kind.name == "custom" and row.path in ("", weighing.model.name)


def everything(weighing: Weighing) -> Iterator[Subject]:
    """Each container, layer and tensor, by its path.

    A container that holds parameters itself, beside the layers in it, is not also a layer.
    """
    several = set()
    for container in weighing.model.containers:
        inside = tuple(row for row in weighing.rows if _within(row.path, container.path))
        if inside:
            several.add(container.path)
            yield Subject(container.path, inside)
    for row in weighing.rows:
        if row.path not in several:
            yield Subject(row.path, (row,))
        for held in row.held or ():
            yield Subject(f"{row.path}.{held.role}", (row,), held)


def _within(path: str, container: str) -> bool:
    return path == container or path.startswith(container + ".")


def _by_path(weighing: Weighing, name: str) -> Iterator[Subject]:
    for each in everything(weighing):
        if name == each.path or (each.tensor is not None and name == each.tensor.name):
            yield each


def _by_alias(weighing: Weighing, name: str) -> Iterator[Subject]:
    aliases = {row.path: row.layer.aliases for row in weighing.rows}
    aliases |= {container.path: container.aliases for container in weighing.model.containers}
    for each in everything(weighing):
        if each.tensor is None:
            if name in aliases.get(each.path, ()):
                yield each
            continue
        layer, _, role = name.rpartition(".")
        if role == each.tensor.role and layer in aliases.get(each.rows[0].path, ()):
            yield each
    if not weighing.model.containers and name in getattr(weighing.model, "aliases", ()):
        yield model(weighing)


def _by_end(weighing: Weighing, name: str) -> Iterator[Subject]:
    for each in everything(weighing):
        names = (each.path, each.tensor.name) if each.tensor is not None else (each.path,)
        if any(own.endswith("." + name) for own in names):
            yield each


def _by_class(weighing: Weighing, name: str) -> Iterator[Subject]:
    for row in weighing.rows:
        if name.lower() in (row.layer.native.lower(), row.layer.kind.name):
            yield Subject(row.path, (row,))


def _nearest(weighing: Weighing, name: str) -> str:
    from difflib import get_close_matches

    paths = list(dict.fromkeys(each.path for each in everything(weighing)))
    near = get_close_matches(name, paths, n=3, cutoff=0.5) or paths[:10]
    return f"there is {', '.join(near)}" if near else "the model has no layers"
