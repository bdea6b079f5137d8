"""Low-rank adapters (LoRA) are counted, or not, or alone.

An adapter adds two thin matrices to a frozen one. Tools print the trained share, the total with
adapters, or the network without. Seen in fine-tuned networks.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit, Whole
from weighbridge.claims.assumptions import Assumption

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line

_NAMES = ("lora", "adapter")


def _edits(line: Line) -> Iterator[Edit]:
    adapters = tuple(t for t in line.tensors if t.role.startswith("adapter_"))
    rest = tuple(t for t in line.tensors if t not in adapters)
    if adapters and rest:
        yield Edit(rest, "the adapters are not counted", "none")
        yield Edit(adapters, "only the adapters are counted", "only", 0.5)
    more = tuple(t for t in line.uncounted if t.role.startswith("adapter_"))
    if more:
        yield Edit((*line.tensors, *more), "the adapters are counted too", "counted")


def _wholes(lines: tuple[Line, ...]) -> Iterator[Whole]:
    owning = [i for i, line in enumerate(lines) if line.tensors]
    adapters = [i for i in owning if _adapts(lines[i])]
    rest = [i for i in owning if i not in adapters]
    if adapters and rest:
        yield Whole(tuple((i, ()) for i in adapters), "the adapters are not counted", "none")
        yield Whole(tuple((i, ()) for i in rest), "only the adapters are counted", "only", 0.5)


def _adapts(line: Line) -> bool:
    """Whether it is named an adapter, or all that it holds is."""
    names = (line.row.path, *(f"{line.row.path} {tensor.role}" for tensor in line.tensors))
    return all(any(part in name.lower() for part in _NAMES) for name in names[1:] or names)


ASSUMPTION = Assumption(
    "adapters", ("lora-adapter",), 1.5, _edits, wholes=_wholes,
    everywhere=0.0,
    decides="whether the adapters are among what was counted",
)  # fmt: skip
