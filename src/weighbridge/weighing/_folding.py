"""Rows of a deep model folded into their parents: the same totals in fewer lines."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.amount import together
from weighbridge.model import Layer, Unknown
from weighbridge.weighing._rows import AMOUNTS, Row, Weighing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.weighing._rows import Basis


class Group(Unknown):
    """Several layers in one row, folded by ``--depth``."""


def fold(weighing: Weighing, depth: int) -> Weighing:
    """The same weighing with paths of at most ``depth`` parts; deeper layers in their parents."""
    groups: dict[str, list[Row]] = {}
    for row in weighing.rows:
        groups.setdefault(".".join(row.path.split(".")[:depth]), []).append(row)
    natives = {container.path: container.native for container in weighing.model.containers}
    rows = tuple(
        rows[0] if _alone(rows, path) else _folded(path, natives.get(path, ""), rows)
        for path, rows in groups.items()
    )
    return replace(weighing, rows=rows)


def _alone(rows: list[Row], path: str) -> bool:
    """Whether the group is one layer that is not deeper than asked."""
    return [row.path for row in rows] == [path]


def _folded(path: str, native: str, rows: list[Row]) -> Row:
    bases = {row.basis for row in rows}
    order: tuple[Basis, ...] = ("disagrees", "unknown", "observed only", "derived only", "agrees")
    observed = [row.observed for row in rows if row.observed is not None]
    return replace(
        rows[-1],
        layer=Layer(path=path, kind=Group(native=native), native=native, tensors=None),
        incoming=rows[0].incoming,
        expected=None,
        held=tuple(held for row in rows for held in row.held or ()),
        derived=None,
        observed=sum(observed) if len(observed) == len(rows) else None,
        basis=next(basis for basis in order if basis in bases),
        work=None,
        links=None,
        calls=max(row.calls for row in rows),
        members=sum(row.members for row in rows),
        **{name: together(getattr(row, name) for row in rows) for name in AMOUNTS},
    )
