"""Finds the row somebody means by a name: its path, its last parts, another name it has."""

from __future__ import annotations

from weighbridge.errors import NotFound

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.weighing import Row, Weighing


def row_of(weighing: Weighing, name: str) -> Row:
    """The one row called ``name``.

    The whole path comes first, then a name the source has for the layer, then the end of a path,
    then the class. Raises ``NotFound`` where none or several are meant, with the nearest names.
    """
    for means in _MEANS:
        found = [row for row in weighing.rows if means(row, name)]
        if len(found) == 1:
            return found[0]
        if found:
            paths = ", ".join(row.path for row in found)
            raise NotFound(f"{name!r} may be several layers", hint=f"one of {paths}")
    raise NotFound(f"no layer called {name!r}", weighing.model.name, _nearest(weighing, name))


_MEANS: tuple[Callable[[Row, str], bool], ...] = (
    lambda row, name: row.path == name,
    lambda row, name: name in row.layer.aliases,
    lambda row, name: row.path.endswith("." + name),
    lambda row, name: name in (row.layer.native, row.layer.kind.name),
)


def _nearest(weighing: Weighing, name: str) -> str:
    from difflib import get_close_matches

    paths = [row.path for row in weighing.rows]
    near = get_close_matches(name, paths, n=3, cutoff=0.5) or paths[:10]
    more = ", …" if near == paths[:10] and len(paths) > len(near) else ""
    return f"there is {', '.join(near)}{more}" if near else "the model has no layers"
