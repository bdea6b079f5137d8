"""Layers that differ in nothing but their names: deep networks repeat a few rows many times."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.layers import layout
from weighbridge.weighing._rows import Held

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from weighbridge.model import Layer
    from weighbridge.weighing._rows import Row
    from weighbridge.weighing._scales import Use


def likeness(layer: Layer, uses: Sequence[Use]) -> object | None:
    """What the row of ``layer`` follows from, names aside; ``None`` where it follows from names.

    Kinds go by identity: readers make one kind of equal settings.
    """
    held = None
    if layer.tensors is not None:
        if any(tensor.tied_to is not None for tensor in layer.tensors):
            return None
        held = tuple(
            [(t.role, t.shape, t.dtype, t.trainable, t.buffer, t.packing, t.stored_bytes)
             for t in layer.tensors]
        )  # fmt: skip
    flags = (layer.trainable, layer.frozen, layer.tied, layer.dtype, layer.inferred)
    calls = tuple([(id(use.call.kind), layout(use.incoming), layout(use.outputs)) for use in uses])
    return id(layer.kind), held, calls, flags


def repeatable(row: Row) -> bool:
    """Whether nothing in a row names its layer: what is missing is told by its path."""
    amounts = (row.parameters, row.trainable, row.frozen, row.buffers, row.bytes)
    return not any(each.missing for each in (*amounts, row.macs, row.connections))


def repeated(row: Row, layer: Layer) -> Row:
    """The row of ``layer``, which is like the one of ``row``."""
    if not row.held:
        return replace(row, layer=layer)
    if layer.tensors is None:
        names = [f"{layer.path}.{held.role}" for held in row.held]
    else:
        names = [tensor.name for tensor in layer.tensors]
    held = tuple(
        [Held(h.role, name, h.shape, h.count, h.trainable, h.buffer, h.dtype, h.tied_to, h.bytes)
         for h, name in zip(row.held, names, strict=True)]
    )  # fmt: skip
    return replace(row, layer=layer, held=held)
