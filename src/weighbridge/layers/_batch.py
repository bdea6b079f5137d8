"""Where the batch axis lies: first as a rule, but a source may turn the axes of a tensor.

A shape is that of one sample, and a plain tuple says that the samples lie along the first axis.
``Turned`` says that they lie along another; ``legible`` and ``passed`` carry that on, call by call.
"""

from __future__ import annotations

from weighbridge.model import Kind, Shape, sizes


class Turned(tuple[int | None, ...]):
    """The shape of one sample of a tensor whose batch axis is not the first; it knows which it is.

    ``Turned((20, 64), 1)`` is a sample of (20, samples, 64). It equals the plain tuple.
    """

    batch_axis: int

    def __new__(cls, shape: Shape, batch_axis: int) -> Turned:
        """``shape`` without the batch, and where the batch goes in it."""
        made = super().__new__(cls, shape)
        made.batch_axis = batch_axis
        return made

    def __getnewargs__(self) -> tuple[Shape, int]:
        return tuple(self), self.batch_axis


def batch_axis(shape: Shape | None) -> int:
    """Where the batch axis lies in the tensor that ``shape`` is a sample of."""
    return shape.batch_axis if isinstance(shape, Turned) else 0


def turned(shape: Shape | None, axis: int) -> Shape | None:
    """``shape`` where the batch axis is ``axis``; ``None`` if there is no such place in it."""
    if shape is None or not 0 <= axis <= len(shape):
        return None
    return Turned(shape, axis) if axis else tuple(shape)


class AnyLayout(Kind):
    """What reads samples wherever their batch axis lies, since it knows only the last axes.

    Other layers find their axes by counting from the first.
    """

    @property
    def last_axes(self) -> int:
        """How many axes at the end it knows by their places; the batch must come before them."""
        return 0

    def batch_axes(self, *incoming: Shape | None) -> tuple[int, ...]:
        """Where the batch axis lies in each thing that comes out; the last goes for the rest."""
        return (batch_axis(incoming[0] if incoming else None),)

    def passed(self, *incoming: Shape | None) -> tuple[Shape | None, ...]:
        """The shapes of all that comes out, each with the place of its batch axis."""
        axes = self.batch_axes(*incoming)
        found = (sizes(dims) for dims in self.outputs(*incoming))
        return tuple(turned(shape, axes[min(i, len(axes) - 1)]) for i, shape in enumerate(found))


def legible(kind: Kind, incoming: tuple[Shape | None, ...]) -> tuple[Shape | None, ...]:
    """``incoming``, with ``None`` for each shape that ``kind`` would take for another.

    A convolution takes the first axis for the batch; it can say nothing of a sample that is turned.
    """
    return tuple(None if _is_misread(kind, shape) else shape for shape in incoming)


def _is_misread(kind: Kind, shape: Shape | None) -> bool:
    if not isinstance(shape, Turned):
        return False
    return not isinstance(kind, AnyLayout) or shape.batch_axis > len(shape) - kind.last_axes


def passed(kind: Kind, incoming: tuple[Shape | None, ...]) -> tuple[Shape | None, ...]:
    """The shapes of all that comes out of a call of ``kind`` on what is ``legible`` to it."""
    if isinstance(kind, AnyLayout):
        return kind.passed(*incoming)
    return tuple(sizes(dims) for dims in kind.outputs(*incoming))
