"""The receptive field is added up in the wrong order: its size is multiplied, not its step.

A window of k adds (k − 1) steps to the field, and a stride multiplies the step for all windows
after it. Who goes through the layers from the input but takes the rule for going back from the
output, r·s + (k − s), multiplies the whole field at each pool. Seen in convolutions with pools or
strides between them.
"""

from __future__ import annotations

from weighbridge.claims._field import field_by
from weighbridge.claims.assumptions import Assumption, Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from weighbridge.claims._field import Field, Window
    from weighbridge.claims.assumptions import Question


def _backwards(field: Field, window: Window) -> Field:
    (pixels, _), (size, stride, apart) = field, window
    return stride * pixels + (size - 1) * apart + 1 - stride, 1


def _added_first(field: Field, window: Window) -> Field:
    (pixels, _), (size, stride, apart) = field, window
    return (pixels + (size - 1) * apart) * stride, 1


def _unstrided(field: Field, window: Window) -> Field:
    (pixels, _), (size, _, apart) = field, window
    return pixels + (size - 1) * apart, 1


def _too_early(field: Field, window: Window) -> Field:
    (pixels, step), (size, stride, apart) = field, window
    return pixels + (size - 1) * apart * step * stride, step * stride


def _undilated(field: Field, window: Window) -> Field:
    (pixels, step), (size, stride, _) = field, window
    return pixels + (size - 1) * step, step * stride


def _unpooled(field: Field, window: Window) -> Field:
    (pixels, step), (size, stride, apart) = field, window
    reach = 0 if size == stride else (size - 1) * apart
    return pixels + reach * step, step * stride


_RULES: dict[str, tuple[Callable[[Field, Window], Field], str, float]] = {
    "backwards": (
        _backwards, "the running size is multiplied at each stride, instead of the step", 0.0,
    ),
    "added-first": (
        _added_first, "the running size is multiplied by each stride once the window is added", 0.5,
    ),
    "unstrided": (_unstrided, "strides and pools do not widen the step", 0.5),
    "too-early": (_too_early, "a stride widens the step of its own window already", 1.0),
    "unpooled": (_unpooled, "pools widen the step, but add nothing themselves", 1.0),
    "undilated": (_undilated, "dilation is left out", 0.5),
}  # fmt: skip


def _readings(question: Question) -> Iterator[Reading]:
    if question.quantity != "receptive-field":
        return
    paths = {row.path for row in question.rows}
    for name, (rule, says, bits) in _RULES.items():
        pixels = field_by(rule, question.weighing.model, paths)
        if pixels is not None:
            yield Reading(pixels, says, f"{pixels:,}", name, bits)


ASSUMPTION = Assumption(
    "receptive-field-order", ("receptive-field-order",), 2.0, readings=_readings,
    decides="which layers come before, and by how much each of them strides",
)  # fmt: skip
