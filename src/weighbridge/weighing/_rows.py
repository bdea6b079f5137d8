"""The result of weighing: a row for each layer, the tensors in it, and what the rows come to."""

from __future__ import annotations

from weighbridge._record import Record
from weighbridge.amount import Amount, together

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from weighbridge.errors import Finding
    from weighbridge.formula import Expr
    from weighbridge.model import Expected, Layer, Model, Shape
    from weighbridge.weighing._convention import Convention

    Basis = Literal["agrees", "disagrees", "derived only", "observed only", "unknown"]
else:
    Basis = str

AMOUNTS = ("parameters", "trainable", "frozen", "buffers", "bytes", "macs", "connections")


class Held(Record):
    """A tensor a layer holds, or must hold where the source has no tensors."""

    role: str
    name: str
    shape: Shape
    count: int | None
    trainable: bool
    buffer: bool
    dtype: str
    tied_to: str | None = None
    bytes: int | None = None
    """Memory of its values as stored; ``None`` where the count is not known."""


class Row(Record):
    """One layer on the scales."""

    layer: Layer
    incoming: tuple[Shape | None, ...]
    output: Shape | None
    outputs: tuple[Shape | None, ...]
    expected: tuple[Expected, ...] | None
    held: tuple[Held, ...] | None
    derived: Expr | None
    """Formula of ``parameters`` from the settings; ``None`` where the kind is unknown."""
    observed: int | None
    """``parameters`` from the tensors; ``None`` where the source has none."""
    basis: Basis
    parameters: Amount
    trainable: Amount
    frozen: Amount
    buffers: Amount
    bytes: Amount
    macs: Amount
    connections: Amount
    work: Expr | None
    """Formula of ``macs``."""
    links: Expr | None
    """Formula of ``connections``."""
    calls: int
    members: int = 1
    """Layers folded into this row."""

    @property
    def path(self) -> str:
        """Dotted path of the layer."""
        return self.layer.path


class Weighing(Record):
    """A weighed model: a row for each layer, and what they come to."""

    model: Model
    convention: Convention
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]

    @property
    def layers(self) -> tuple[Row, ...]:
        """The rows, by the name people look for."""
        return self.rows

    @property
    def parameters(self) -> Amount:
        """The count by the convention of the source's own framework."""
        return self.total("parameters")

    @property
    def trainable(self) -> Amount:
        """Parameters the optimizer updates."""
        return self.total("trainable")

    @property
    def frozen(self) -> Amount:
        """Parameters excluded from updates."""
        return self.total("frozen")

    @property
    def buffers(self) -> Amount:
        """State that is not trained, whether the convention counts it or not."""
        return self.total("buffers")

    @property
    def bytes(self) -> Amount:
        """Memory of what ``parameters`` counts, 4 bytes each unless the source says otherwise."""
        return self.total("bytes")

    @property
    def macs(self) -> Amount:
        """Multiply-accumulates for one sample."""
        return self.total("macs")

    @property
    def connections(self) -> Amount:
        """Links from input values and biases to output values."""
        return self.total("connections")

    @property
    def agrees(self) -> bool:
        """Whether no row's tensors contradict its settings."""
        return all(row.basis != "disagrees" for row in self.rows)

    def total(self, quantity: str) -> Amount:
        """One of ``AMOUNTS`` over all rows."""
        return together(getattr(row, quantity) for row in self.rows)
