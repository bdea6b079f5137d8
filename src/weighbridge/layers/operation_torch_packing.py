"""Sequences of several lengths in one batch: packed without what fills them up, and padded again.

A packed batch has the shape of the longest sequence here, as it has once it is padded again.
"""

from __future__ import annotations

from weighbridge.formula import Dim
from weighbridge.layers._operation import BATCH, Operation, has_samples, reading
from weighbridge.layers._settings import whole
from weighbridge.layers.operation import elementwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Ignored, Incoming, Size
    from weighbridge.model import Dims, Kind


class Padded(Operation):
    """A packed batch, filled up to one length; and the lengths that its sequences had.

    No MACs.
    """

    several: ClassVar[bool] = True

    batch_first: bool | None
    steps: int | None = None
    """The length that is filled up to; ``None``: that of the longest."""

    def results(self, *shapes: Dims | None) -> tuple[Dims | None, ...]:
        shape = shapes[0] if shapes else None
        along = [i for i, size in enumerate(shape or ()) if has_samples((size,))]
        if shape is None or self.batch_first is None or along not in ([0], [1]):
            return None, (BATCH,)
        samples, steps, *rest = shape if along == [0] else (shape[1], shape[0], *shape[2:])
        length = steps if self.steps is None else Dim("T", self.steps, "steps")
        leading = (samples, length) if self.batch_first else (length, samples)
        return (*leading, *rest), (samples,)


def _packed(
    input: Incoming, lengths: Ignored, batch_first: Ignored = False, enforce_sorted: Ignored = True
) -> Kind:
    return elementwise(input)


def _padded(
    sequence: Incoming, batch_first: Size = False, padding_value: Ignored = 0.0,
    total_length: Size = None,
) -> Kind:  # fmt: skip
    known = batch_first if isinstance(batch_first, bool) else None
    steps = whole(total_length, "total_length")
    return Padded(batch_first=known, steps=steps, fixed=reading(sequence))


SPELLINGS: dict[str, Spelling] = {
    "torch:nn.utils.rnn.pack_padded_sequence": _packed,
    "torch:nn.utils.rnn.pad_packed_sequence": _padded,
}
KINDS = (Padded,)
