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
_INTO = ("qkv_", "query_", "key_", "value_")


def _edits(line: Line) -> Iterator[Edit]:
    if len(line.tensors) > 1:
        for tensor in line.tensors:
            says = f"only the {tensor.role.replace('_', ' ')} is counted"
            yield Edit((tensor,), says, tensor.role, _ONLY)
    into = tuple(t for t in line.tensors if t.role.startswith(_INTO))
    if 1 < len(into) < len(line.tensors):
        yield Edit(into, "only queries, keys and values are counted", "into", _ONLY)
    for part in dict.fromkeys(t.part[0] for t in line.tensors if t.part):
        inside = tuple(t for t in line.tensors if t.part[:1] == (part,))
        if 1 < len(inside) < len(line.tensors):
            yield Edit(inside, f"only the {part} is counted", part, _ONLY)
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
        bits, left = log2(len(owning)), _left(lines, owning, (place,))
        yield Whole(_kept(owning, (place,)), f"only {path} is counted", path, bits, left)
    inside: dict[str, list[int]] = {}
    for place in owning:
        parts = lines[place].row.path.split(".")
        for depth in range(1, len(parts)):
            inside.setdefault(".".join(parts[:depth]), []).append(place)
    for path, places in inside.items():
        if 1 < len(places) < len(owning):
            bits, left = 0.5 + log2(len(inside)), _left(lines, owning, tuple(places))
            yield Whole(_kept(owning, tuple(places)), f"only {path} is counted", path, bits, left)
    for kind, places in _kinds(lines, owning).items():
        if 1 < len(places) < len(owning):
            says = f"only the {kind.replace('-', ' ')} layers are counted"
            left = _left(lines, owning, tuple(places))
            yield Whole(_kept(owning, tuple(places)), says, kind, 1.5, left)


def _kinds(lines: tuple[Line, ...], owning: list[int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place in owning:
        found.setdefault(lines[place].kind.name, []).append(place)
    return found


def _left(lines: tuple[Line, ...], owning: list[int], kept: tuple[int, ...]) -> tuple[str, ...]:
    """The causes of what is left out: the part read off may be all but something known."""
    left = [i for i in owning if i not in kept]
    causes = ["part-for-whole"]
    if any("norm" in lines[i].kind.name for i in left):
        causes.append("norms-omitted")
    if owning[-1] in left:
        causes.append("head-excluded")
    if any(lines[i].kind.name == "embedding" for i in left):
        causes.append("embeddings-excluded")
    return tuple(causes)


def _kept(owning: list[int], places: tuple[int, ...]) -> tuple[tuple[int, tuple[()]], ...]:
    return tuple((place, ()) for place in owning if place not in places)


ASSUMPTION = Assumption(
    "part-for-whole", ("part-for-whole",), 2.5, _edits, wholes=_wholes,
    decides="which part the number was read off",
)  # fmt: skip
