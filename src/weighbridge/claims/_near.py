"""What lies around a layer, as far as people mix it up with the layer itself."""

from __future__ import annotations

from weighbridge._record import Record
from weighbridge.formula import dims, value
from weighbridge.model import Input

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from weighbridge.model import Expected, Kind, Shape
    from weighbridge.weighing import Row

_OUTPUTS = ("C_out", "units", "h", "d", "m")
_INPUTS = ("C_in", "n_in")
_MOST = 4
"""Neighbours whose widths are told."""


class Near(Record):
    """The surroundings of one layer. Equal layers in equal surroundings are mistaken alike."""

    first: bool = True
    """Whether no layer before it has weights."""
    last: bool = True
    """Whether no layer after it has weights."""
    before_norm: bool = False
    """Whether the next layer with weights is a batch norm."""
    after_both: bool = False
    """Whether it reads the two directions of a bidirectional layer."""
    flattened: Shape | None = None
    """What a Flatten before it made one axis of: height, width and channels, in their order."""
    channels_first: bool = False
    """Whether that had its channels first."""
    widths: tuple[int, ...] = ()
    """Widths of the nearest other layers, the nearest first."""
    shared: bool = False
    """Whether the network uses some layer more than once."""


ALONE = Near()


def neighbours(rows: tuple[Row, ...], places: Iterable[int]) -> dict[int, Near]:
    """The surroundings of the rows at ``places``."""
    owners = [i for i, row in enumerate(rows) if _kernel(row) is not None]
    shared = any(row.calls > 1 for row in rows)
    return {place: _near(rows, place, owners, shared) for place in places}


def _near(rows: tuple[Row, ...], place: int, owners: list[int], shared: bool) -> Near:
    following = next((row for row in rows[place + 1 :] if row.expected), None)
    flattened = _flattened(rows, place)
    return Near(
        first=not owners or place <= owners[0],
        last=not owners or place >= owners[-1],
        before_norm=following is not None and following.layer.kind.name == "batch-norm",
        after_both=_after_both(rows, place),
        flattened=flattened,
        channels_first=_channels_first(rows, place),
        widths=_widths(rows, place, owners),
        shared=shared,
    )


def _kernel(row: Row) -> Expected | None:
    """The tensor that multiplies: the first with two axes or more."""
    return next((t for t in row.expected or () if len(t.dims) > 1 and not t.buffer), None)


def _widths(rows: tuple[Row, ...], place: int, owners: list[int]) -> tuple[int, ...]:
    """What the nearest layers give and read, each once."""
    at = sum(owner < place for owner in owners)
    order = sorted((abs(i - at), i) for i in range(max(0, at - 2), min(len(owners), at + 3)))
    found: dict[int, None] = {}
    for _, i in order:
        if owners[i] != place:
            found |= dict.fromkeys(
                (*_sizes(rows[owners[i]], _OUTPUTS), *_sizes(rows[owners[i]], _INPUTS))
            )
    return tuple(found)[:_MOST]


def _sizes(row: Row, symbols: tuple[str, ...]) -> list[int]:
    kernel = _kernel(row)
    if kernel is None:
        return []
    return [
        dim.size
        for each in kernel.dims
        for dim in dims(each)
        if dim.symbol in symbols and dim.size is not None
    ]


def _flattened(rows: tuple[Row, ...], place: int) -> Shape | None:
    """The shape that was flattened into what the layer reads; ``None`` if it reads none such."""
    row = rows[place]
    incoming = row.incoming[0] if row.incoming else None
    kernel = _kernel(row)
    if kernel is None:
        return None
    n_in = value(kernel.dims[0])
    if incoming is not None and len(incoming) > 1:
        return None
    for before in reversed(rows[:place]):
        shape = (
            before.incoming[0]
            if before.layer.kind.name in _FLATTENS and before.incoming
            else before.output
        )
        if shape is not None and len(shape) > 1:
            return shape if None not in shape and _product(shape) == n_in else None
        if shape is None and _kernel(before) is not None:
            return _split(before, n_in)
    return None


_FLATTENS = ("flatten", "reshape")


def _split(before: Row, n_in: int | None) -> Shape | None:
    """Channels and positions, where only the channels of a convolution before are known."""
    channels = _sizes(before, ("C_out",))
    if n_in and channels and n_in % channels[-1] == 0 and n_in > channels[-1]:
        return (channels[-1], n_in // channels[-1])
    return None


def _channels_first(rows: tuple[Row, ...], place: int) -> bool:
    for before in reversed(rows[: place + 1]):
        if before.output is None and _sizes(before, ("C_out",)):
            return True
        first = getattr(before.layer.kind, "channels_first", None)
        if first is not None:
            return bool(first)
    return False


def _after_both(rows: tuple[Row, ...], place: int) -> bool:
    for before in reversed(rows[:place]):
        if isinstance(before.layer.kind, Input):
            return False
        if _kernel(before) is not None:
            kind = before.layer.kind
            return kind.name == "bidirectional" or bool(getattr(kind, "bidirectional", False))
    return False


def came_in(kind: Kind, incoming: Shape | None, outgoing: Shape | None) -> Shape | None:
    """The shape that a window of step 1 read, where only what it gave is known."""
    window, step = getattr(kind, "kernel_size", None), getattr(kind, "stride", None)
    if incoming is None or outgoing is None or None not in incoming or None in outgoing:
        return incoming
    if not window or not step or None in window or any(s != 1 for s in step):
        return incoming
    first = bool(getattr(kind, "channels_first", False))
    same = getattr(kind, "padding", "") in ("same", "causal")
    apart = getattr(kind, "dilation", None) or (1,) * len(window)
    spatial = outgoing[1:] if first else outgoing[:-1]
    if getattr(kind, "padding", "") not in ("same", "causal", "valid") or len(spatial) != len(
        window
    ):
        return incoming
    lost = (0 if same else d * (k - 1) for k, d in zip(window, apart, strict=True))
    before = tuple((n or 0) + more for n, more in zip(spatial, lost, strict=True))
    return (incoming[0], *before) if first else (*before, incoming[-1])


def _product(shape: Shape) -> int:
    count = 1
    for size in shape:
        count *= size or 0
    return count
