"""Parameters that belong to no layer are left out: tokens, tables of positions, single scales.

A module may hold parameters itself, beside the layers in it. Tools that go through the layers, or
through what is called, do not find them. Seen in vision transformers and in blocks with a scale or
a gate of their own.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit, Whole
from weighbridge.claims.assumptions import Assumption

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line

_POSITIONS = ("pos", "wpe")
_MOST = 8
"""Parameters of one module that are left out one by one."""


def _wholes(lines: tuple[Line, ...]) -> Iterator[Whole]:
    paths = {line.row.path for line in lines}
    bare = [i for i, line in enumerate(lines) if line.tensors and _is_bare(line, paths)]
    if 0 < len(bare) < sum(bool(line.tensors) for line in lines):
        says = "parameters outside of layers are not found"
        yield Whole(tuple((i, ()) for i in bare), says, "all")


def _is_bare(line: Line, paths: set[str]) -> bool:
    """Whether it is a module's own parameters beside the layers in it."""
    path = line.row.path
    inside = any(other.startswith(f"{path}.") for other in paths)
    return line.kind.name == "custom" and (inside or path in ("", line.row.layer.native))


def _edits(line: Line) -> Iterator[Edit]:
    if line.kind.name != "custom" or not 1 < len(line.tensors) <= _MOST:
        return
    for tensor in line.tensors:
        rest = tuple(t for t in line.tensors if t is not tensor)
        table = any(part in tensor.role.lower() for part in _POSITIONS)
        causes = ("positions-omitted", "tool-skips-parameters") if table else ()
        says = f"the parameter {tensor.role} is not found"
        yield Edit(rest, says, tensor.role, 0.5 if table else 1.0, causes)


ASSUMPTION = Assumption(
    "bare-parameters", ("tool-skips-parameters",), 2.0, _edits, wholes=_wholes,
    decides="whether the tool that counted finds parameters outside of layers",
)  # fmt: skip
