"""Another of the totals that tools print is read: trainable for all, frozen for trainable.

A summary ends in three numbers. Freezing a layer moves its weights from one to another. Seen in
fine-tuned networks and in those with batch norms.
"""

from __future__ import annotations

from weighbridge.claims.assumptions import Assumption, Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims.assumptions import Question

_TOTALS = {
    "parameters": ("all parameters are counted, frozen ones too", 0.0),
    "trainable": ("only trainable parameters are counted", 0.0),
    "frozen": ("only frozen parameters are counted", 0.5),
    "buffers": ("only buffers are counted", 1.0),
    "state-dict": ("all that is stored is counted, buffers too", 0.5),
    "weights": ("biases are left out", 2.0),
    "connections": ("connections are counted", 1.0),
    "macs": ("multiply-accumulates are counted", 1.5),
}
_CAUSES = {
    "weights": ("bias-omitted",), "connections": ("macs-ops-included",),
    "macs": ("macs-ops-included",),
}  # fmt: skip


def _readings(question: Question) -> Iterator[Reading]:
    work = ("macs", "flops", "connections")
    for name, (says, bits) in _TOTALS.items():
        if name == question.quantity or "bytes" in question.quantity:
            continue
        if {name, question.quantity} <= {"connections", "macs", "flops"}:
            continue
        other = question.counts(name)
        if other:
            far = 2.0 if (name in work) != (question.quantity in work) else 0.0
            yield Reading(
                other, says, f"{other:,}", name, bits + far, causes=_causes(question, name)
            )


def _causes(question: Question, name: str) -> tuple[str, ...]:
    if "state-dict" in (name, question.quantity):
        return _of_the_file(question)
    if name in _CAUSES:
        return _CAUSES[name]
    statistics = (question.counts("buffers") or 0) == (question.counts("frozen") or 0)
    return ("bn-running-stats", "trainable-flag") if statistics else ("trainable-flag",)


def _of_the_file(question: Question) -> tuple[str, ...]:
    """What a state dict holds besides parameters: buffers, and shared tensors under each name."""
    held = [held for row in question.rows for held in row.held or ()]
    causes = ["bn-running-stats"] if any(each.buffer for each in held) else []
    causes += ["tied-weights"] if any(each.tied_to is not None for each in held) else []
    return tuple(causes) or ("trainable-flag",)


ASSUMPTION = Assumption(
    "another-total", ("trainable-flag",), 2.5, readings=_readings,
    decides="which of the totals is meant",
)  # fmt: skip
