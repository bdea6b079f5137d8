"""What is counted, and how: one convention for each framework whose words we read."""

from __future__ import annotations

from weighbridge._record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Expected
    from weighbridge.weighing._rows import Held


class Convention(Record):
    """What is counted, and how."""

    name: str
    buffers: bool = False
    """Whether the headline ``parameters`` includes state that is not trained."""
    uncounted: tuple[str, ...] = ("seed",)
    """Roles the framework stores but leaves out of every count it prints."""
    note: str = ""

    def counts(self, held: Held | Expected) -> bool:
        """Whether a tensor is among the headline ``parameters``."""
        return not held.buffer or (self.buffers and held.role not in self.uncounted)


CONVENTIONS = {
    "keras": Convention(
        "keras",
        buffers=True,
        note="Keras counts moving statistics among the parameters, as non-trainable",
    ),
    "flax": Convention(
        "flax", note="Flax keeps batch statistics and random keys apart from params, not counted"
    ),
    "torch": Convention("torch", note="PyTorch keeps running statistics in buffers, not counted"),
}
