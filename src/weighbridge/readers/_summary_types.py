"""What stands in a printed table, before anything is made of it."""

from __future__ import annotations

from weighbridge._record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.errors import Finding
    from weighbridge.model import Kind, Shape, Tensor


class Printed(Record):
    """One row: a layer as the tool shows it. Shapes are without the batch axis."""

    name: str
    native: str = ""
    """The type as it is printed; perhaps cut off, see ``cut``."""
    outputs: tuple[Shape | None, ...] = ()
    """``()`` where none is printed."""
    inputs: tuple[Shape | None, ...] = ()
    low: int | None = None
    """The count; with ``high`` the interval in which a rounded one lies. ``None``: not printed."""
    high: int | None = None
    depth: int = 0
    reads: tuple[str, ...] | None = None
    """Names of the layers it is connected to; ``None`` where the table does not say."""
    trainable: bool | None = None
    repeated: bool = False
    """The tool says it has counted this layer before."""
    cut: bool = False
    """The type was too long for its column: what is there is how it begins."""
    kernel: tuple[int, ...] = ()
    tensors: tuple[Tensor, ...] | None = None
    """Where the table lists shapes of the tensors themselves."""
    kind: Kind | None = None
    """Where the settings are printed."""
    group: bool = False
    """A module that is shown for what is in it."""
    excerpt: str = ""

    @property
    def exact(self) -> bool:
        """Whether the count is printed to the last digit."""
        return self.low is not None and self.low == self.high


class Total(Record):
    """A line below the rows: a quantity of the whole table as it is printed."""

    quantity: str
    """parameters, trainable, frozen, macs or bytes."""
    low: int
    high: int
    excerpt: str = ""
    size: str = ""
    """Bytes that stand beside the count in brackets: ``241.04 KB``."""


class Table(Record):
    """Everything a text shows of a model."""

    producer: str
    """The framework that prints such: ``keras``, ``torch``, ``flax``; empty if nobody can tell."""
    rows: tuple[Printed, ...]
    totals: tuple[Total, ...] = ()
    name: str = ""
    native: str = ""
    chained: bool = False
    """Each row is run after the one above, as far as anything else is not said."""
    version: str = ""
    own: bool = False
    """Whether the count of a module shown with its inside is what it holds itself, not all."""
    left_out: bool = False
    """The author cut rows out: ``…``."""
    doubts: tuple[Finding, ...] = ()
    """What was wrong with single lines when they were read."""

    def total(self, quantity: str) -> Total | None:
        """The line about ``quantity``; of several the first."""
        return next((total for total in self.totals if total.quantity == quantity), None)
