"""Work besides the multiply-accumulates of kernels is counted: biases, norms, activations, pools.

Papers count what multiplies. Tools add operations for each value that a batch norm scales, an
activation passes on or a pool compares, each by rules of its own. Seen wherever work is claimed.
"""

from __future__ import annotations

from weighbridge.claims.assumptions import Assumption, Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims.assumptions import Question
    from weighbridge.model import Shape
    from weighbridge.weighing import Weighing

_MIXES: dict[str, tuple[tuple[int, int, int, int], float]] = {
    "biases are counted": ((1, 0, 0, 0), 0.0),
    "batch norms are counted, 2 operations for each value": ((0, 2, 0, 0), 0.5),
    "batch norms are counted, 1 operation for each value": ((0, 1, 0, 0), 1.0),
    "activations are counted": ((0, 0, 1, 0), 1.0),
    "pools are counted": ((0, 0, 0, 1), 1.5),
    "biases, batch norms and activations are counted": ((1, 2, 1, 0), 0.5),
    "biases, batch norms, activations and pools are counted": ((1, 2, 1, 1), 0.5),
    "biases, activations and pools are counted": ((1, 1, 1, 1), 1.0),
    "batch norms with 4 operations for each value and activations are counted": (
        (1, 4, 1, 0), 1.0,
    ),
}  # fmt: skip
"""How many operations for each bias, normalised value, activated value, compared value."""


def _readings(question: Question) -> Iterator[Reading]:
    macs, links = question.counts("macs"), question.counts("connections")
    if question.quantity not in ("macs", "flops") or macs is None or links is None:
        return
    found = (links - macs, *_values(question))
    seen = {0}
    for says, (mix, bits) in _MIXES.items():
        more = sum(n * times for n, times in zip(found, mix, strict=True))
        for each in (1, 2) if question.quantity == "flops" else (1,):
            if more * each not in seen:
                seen.add(more * each)
                value = question.measured + more * each
                formula = f"{question.measured:,} + {more * each:,}"
                yield Reading(value, says, formula, f"{mix}-{each}", bits + (each - 1) / 2)


def _values(question: Question) -> tuple[int, int, int]:
    """Values that are normalised, activated, compared in pools."""
    weighing = question.weighing
    paths = {row.path for row in question.rows}
    norms = activated = pooled = 0
    shapes = _shapes(weighing)
    for place, call in enumerate(weighing.model.calls):
        if (call.layer or call.path) not in paths:
            continue
        count = _count(shapes[place])
        norms += count * (call.kind.name == "batch-norm")
        activated += count * (call.kind.name == "activation")
        if call.kind.name in ("pool", "global-pool", "adaptive-pool") and call.reads[0]:
            pooled += _count(shapes[call.reads[0].call])
    return norms, activated, pooled


def _shapes(weighing: Weighing) -> list[Shape | None]:
    """What each call gives; of a layer called several times, what it reads, if it keeps that."""
    rows = {row.path: row for row in weighing.rows}
    found: list[Shape | None] = []
    for call in weighing.model.calls:
        row = rows.get(call.layer or call.path)
        port = call.reads[0] if call.reads else None
        if row is not None and row.calls == 1:
            found.append(row.output)
        else:
            found.append(None if port is None else found[port.call])
    return found


def _count(shape: Shape | None) -> int:
    count = 1
    for size in shape or (0,):
        count *= size or 0
    return count


ASSUMPTION = Assumption(
    "operations-counted", ("macs-ops-included",), 2.5, readings=_readings,
    decides="which operations besides multiplications the number holds",
)  # fmt: skip
