"""The number of one part is given for the whole: one array of a layer, one layer of a network.

``get_weights()`` prints several arrays, a table several rows, and the first or the largest is read
as the answer. Seen everywhere.
"""

from __future__ import annotations

from math import log2

from weighbridge.claims._lines import Edit, Whole
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import is_width, recurrent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line

_ONLY = 1.0


def _edits(line: Line) -> Iterator[Edit]:
    if len(line.tensors) > 1:
        for tensor in line.tensors:
            says = f"only the {tensor.role.replace('_', ' ')} is counted"
            yield Edit((tensor,), says, tensor.role, _ONLY)
    if (
        not recurrent(line)
        and line.tensors
        and all(is_width(t.dims[-1]) for t in line.tensors if t.dims)
    ):
        from weighbridge._record import replace

        one = tuple(replace(t, dims=t.dims[:-1]) for t in line.tensors if t.dims)
        yield Edit(one, "one of its outputs is counted", "one-output", 2.0)


def _wholes(lines: tuple[Line, ...]) -> Iterator[Whole]:
    """One layer, or one container, for all."""
    owning = [i for i, line in enumerate(lines) if line.tensors]
    if len(owning) < 2:  # noqa: PLR2004  # of one, it is the whole
        return
    for place in owning:
        path = lines[place].row.path
        bits = log2(len(owning))
        yield Whole(_kept(owning, (place,)), f"only {path} is counted", path, bits)
    inside: dict[str, list[int]] = {}
    for place in owning:
        parts = lines[place].row.path.split(".")
        for depth in range(1, len(parts)):
            inside.setdefault(".".join(parts[:depth]), []).append(place)
    for path, places in inside.items():
        if 1 < len(places) < len(owning):
            bits = 0.5 + log2(len(inside))
            yield Whole(_kept(owning, tuple(places)), f"only {path} is counted", path, bits)
    for kind, places in _kinds(lines, owning).items():
        if 1 < len(places) < len(owning):
            says = f"only the {kind.replace('-', ' ')} layers are counted"
            yield Whole(_kept(owning, tuple(places)), says, kind, 1.5)


def _kinds(lines: tuple[Line, ...], owning: list[int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place in owning:
        found.setdefault(lines[place].kind.name, []).append(place)
    return found


def _kept(owning: list[int], places: tuple[int, ...]) -> tuple[tuple[int, tuple[()]], ...]:
    return tuple((place, ()) for place in owning if place not in places)


ASSUMPTION = Assumption(
    "part-for-whole", ("part-for-whole",), 2.5, _edits, wholes=_wholes,
    decides="which part the number was read off",
)  # fmt: skip
