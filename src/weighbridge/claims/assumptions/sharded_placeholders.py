"""Tensors that are spread over several machines show size 0 where they are not.

Training in shards (ZeRO-3, FSDP) leaves an empty placeholder for each tensor that another machine
holds; counting them gives 0, or only what is not spread. Seen in large models in training.
"""

from __future__ import annotations

from weighbridge.claims.assumptions import Assumption, Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims.assumptions import Question

_COUNTS = ("parameters", "trainable", "weights", "state-dict", "stored-elements")


def _readings(question: Question) -> Iterator[Reading]:
    if question.quantity not in _COUNTS:
        return
    low, high = question.stated
    empty = [held for row in question.rows for held in row.held or () if held.count == 0]
    if empty and low > question.measured:
        number, value = len(empty), (low + high) // 2
        says = f"the {number} tensors that show size 0 here are counted as on other machines"
        if number == 1:
            says = f"{empty[0].name}, which shows size 0 here, is counted as on another machine"
        formula = f"{question.measured:,} + what the {number} hold elsewhere"
        yield Reading(value, says, formula, "placeholders")
    elif high == 0 and not empty:
        says = "every tensor is a placeholder of size 0, as other machines hold it"
        yield Reading(0, says, "0", "all", 1.0)


ASSUMPTION = Assumption(
    "sharded-placeholders", ("sharded-placeholder",), 1.5, readings=_readings,
    decides="whether the tensors are spread over several machines",
)  # fmt: skip
