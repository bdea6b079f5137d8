"""The top row of a tool is read as the total, but shows only what the outermost module holds.

Tools that print a tree give each module either all that is inside or only the parameters that it
holds itself, outside of any layer: a class token, a table of positions, often nothing. Seen in
counts by tools.
"""

from __future__ import annotations

from weighbridge.claims._lines import Whole
from weighbridge.claims.assumptions import Assumption

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line


def _wholes(lines: tuple[Line, ...]) -> Iterator[Whole]:
    owning = [i for i, line in enumerate(lines) if line.tensors]
    own = [i for i in owning if _is_root(lines[i])]
    if len(owning) < 2 or len(own) == len(owning):  # noqa: PLR2004  # nothing is inside
        return
    made = tuple((i, ()) for i in owning if i not in own)
    says = "only what the outermost module holds itself is counted"
    yield Whole(made, says if own else f"{says}, which is nothing", "root", 0.0 if own else 1.0)


def _is_root(line: Line) -> bool:
    """Whether its tensors belong to the outermost module and to no layer in it."""
    return line.kind.name == "custom" and line.row.path in ("", line.row.layer.native)


ASSUMPTION = Assumption(
    "root-row", ("tool-root-row",), 2.0, wholes=_wholes,
    decides="whether the tool's rows hold what is inside them",
)  # fmt: skip
