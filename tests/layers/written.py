"""What a kind comes to, written as a weighing writes it."""

from __future__ import annotations

from weighbridge.formula import Expr, equation, tally
from weighbridge.model import Kind, Shape, sizes


def derived(kind: Kind, *incoming: Shape | None) -> Expr:
    """The formula of all that is no state."""
    expected = kind.tensors(*incoming) or ()
    return tally((tensor.part, tensor.dims) for tensor in expected if not tensor.buffer)


def counted(kind: Kind, *incoming: Shape | None) -> str:
    """That formula with its values, and what it comes to."""
    return equation(derived(kind, *incoming))


def worked(kind: Kind, shape: Shape) -> tuple[str, str]:
    """MACs and connections of one call."""
    outgoing = sizes(kind.output(shape))
    macs, links = kind.macs((shape,), outgoing), kind.connections((shape,), outgoing)
    assert macs is not None
    assert links is not None
    return equation(macs), equation(links)


def shares(kind: Kind, *incoming: Shape | None) -> list[tuple[str, str, str]]:
    """Each part: what it is, how many there are, and the count of one."""
    parts = kind.parts(*incoming)
    return [(part.noun, equation(part.count), equation(part.each)) for part in parts]
