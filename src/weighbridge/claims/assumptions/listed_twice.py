"""A table lists a part in a row of its own and again inside another row.

The rows then add up to more than the network. Seen in tables of papers, and in tools that print
modules with all they contain.
"""

from __future__ import annotations

from math import log2

from weighbridge._record import replace
from weighbridge.claims._lines import Whole
from weighbridge.claims.assumptions import Assumption
from weighbridge.formula import Dim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.model import Expected


def _wholes(lines: tuple[Line, ...]) -> Iterator[Whole]:
    owning = [i for i, line in enumerate(lines) if line.tensors]
    if len(owning) < 2:  # noqa: PLR2004  # of one, it is a copy
        return
    groups: dict[str, list[int]] = {}
    for place in owning:
        line = lines[place]
        path = line.row.path
        groups.setdefault(path, []).append(place)
        for depth in range(1, path.count(".") + 1):
            groups.setdefault(".".join(path.split(".")[:depth]), []).append(place)
        groups.setdefault(f"every {line.kind.name.replace('-', ' ')} layer", []).append(place)
    for name, places in groups.items():
        if len(places) < len(owning):
            bits = 0.5 if name.startswith("every ") else log2(len(groups))
            made = tuple((place, _twice(lines[place])) for place in places)
            yield Whole(made, f"{name} is counted twice", name, bits)


def _twice(line: Line) -> tuple[Expected, ...]:
    twice = Dim("u", 2, "times")
    return tuple(replace(t, dims=(twice, *t.dims)) for t in line.tensors)


ASSUMPTION = Assumption(
    "listed-twice", ("listed-twice",), 4.0, wholes=_wholes,
    decides="whether rows of the table contain one another",
)  # fmt: skip
