"""A layer that is used several times is counted at each use.

Its weights are the same every time, so they count once; its work counts every time. Tools that walk
through the calls of a network add it up again. Seen in siamese and recurrent networks, and in
modules that are put in several places.
"""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.claims._lines import Edit, Whole
from weighbridge.claims.assumptions import Assumption
from weighbridge.formula import Dim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.model import Expected
    from weighbridge.weighing import Row


def _edits(line: Line) -> Iterator[Edit]:
    calls = line.row.calls
    if calls > 1 and line.tensors:
        uses = Dim("u", calls, "uses")
        tensors = tuple(replace(t, dims=(uses, *t.dims)) for t in line.tensors)
        yield Edit(tensors, "it is counted at each of its uses", "uses")
        if calls > 2:  # noqa: PLR2004  # of two uses, each is all
            yield Edit(_again(line), "it is counted at two of its uses", "twice", 1.0)
    elif line.near.shared and line.tensors:
        yield Edit(
            _again(line), "a tool counts it again, as another module is used twice", "again", 2.0
        )


def _wholes(lines: tuple[Line, ...]) -> Iterator[Whole]:
    """One container counted again, where a module is shared; of equal ones the first."""
    if not lines or not lines[0].near.shared or not _used_elsewhere(lines[0].rows):
        return
    owning = [i for i, line in enumerate(lines) if line.tensors]
    inside: dict[str, list[int]] = {}
    for place in owning:
        parts = lines[place].row.path.split(".")
        for depth in range(1, len(parts)):
            inside.setdefault(".".join(parts[:depth]), []).append(place)
    seen = set()
    for path, places in inside.items():
        size = sum(lines[place].count for place in places)
        if 1 < len(places) < len(owning) and size not in seen:
            seen.add(size)
            made = tuple((place, _again(lines[place])) for place in places)
            says = f"a tool counts {path} again, as a module is used in several places"
            yield Whole(made, says, f"again-{size}", 0.5)


def _used_elsewhere(rows: tuple[Row, ...]) -> bool:
    """Whether a module is used more often than its own container has layers: also in others."""
    for row in rows:
        parent = row.path.rpartition(".")[0]
        beside = sum(other.path.startswith(f"{parent}.") for other in rows if other.held)
        if parent and row.calls > max(beside, 1):
            return True
    return False


def _again(line: Line) -> tuple[Expected, ...]:
    return tuple(replace(t, dims=(Dim("u", 2, "times"), *t.dims)) for t in line.tensors)


ASSUMPTION = Assumption(
    "shared-layers-per-use", ("reused-module-recounted",), 2.0, _edits, wholes=_wholes,
    everywhere=0.0,
    decides="how often the layer is used, and whether each use has weights of its own",
)  # fmt: skip
