"""Where the batch axis lies and what is along it: samples, first as a rule.

A shape is that of one sample, and a plain tuple says that the samples lie along the first axis.
``Turned`` says that they lie along another, or that each sample of the model has several places
there: ``x.view(batch * steps, …)`` makes a sample of every step. ``legible`` and ``passed`` carry
that on, call by call.
"""

from __future__ import annotations

from weighbridge.model import Input, Kind, Shape, sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar


class Turned(tuple[int | None, ...]):
    """The shape of one sample of a tensor whose batch axis is not simply the first.

    ``Turned((20, 64), 1)`` is a sample of (20, samples, 64); ``Turned((64,), 0, 20)`` is one of
    (20·samples, 64), where each sample of the model makes 20. It equals the plain tuple.
    """

    batch_axis: int
    fold: int

    def __new__(cls, shape: Shape, batch_axis: int, fold: int = 1) -> Turned:
        """``shape`` without the batch, where the batch goes in it, and how many a sample makes."""
        made = super().__new__(cls, shape)
        made.batch_axis, made.fold = batch_axis, fold
        return made

    def __getnewargs__(self) -> tuple[Shape, int, int]:
        return tuple(self), self.batch_axis, self.fold


def batch_axis(shape: Shape | None) -> int:
    """Where the batch axis lies in the tensor that ``shape`` is a sample of."""
    return shape.batch_axis if isinstance(shape, Turned) else 0


def multiple(shape: Shape | None) -> int:
    """How many places of the batch axis belong to each sample of the model."""
    return shape.fold if isinstance(shape, Turned) else 1


def turned(shape: Shape | None, axis: int, fold: int = 1) -> Shape | None:
    """``shape`` where the batch axis is ``axis``; ``None`` if there is no such place in it."""
    if shape is None or not 0 <= axis <= len(shape):
        return None
    return Turned(shape, axis, fold) if axis or fold != 1 else tuple(shape)


def layout(shapes: tuple[Shape | None, ...]) -> tuple[object, ...]:
    """``shapes`` and all they know of the batch axis, as a key: equal where both are."""
    if Turned not in map(type, shapes):
        return shapes
    return tuple([
        (shape, shape.batch_axis, shape.fold) if isinstance(shape, Turned) else shape
        for shape in shapes
    ])  # fmt: skip


class AnyLayout(Kind):
    """What reads samples wherever their batch axis lies, since it knows only the last axes.

    Other layers find their axes by counting from the first.
    """

    counts_batch: ClassVar[bool] = False
    """Whether it reads whole tensors, and so reckons with the size of the batch axis itself."""

    @property
    def last_axes(self) -> int:
        """How many axes at the end it knows by their places; the batch must come before them."""
        return 0

    def batch_axes(self, *incoming: Shape | None) -> tuple[int, ...]:
        """Where the batch axis lies in each thing that comes out; the last goes for the rest."""
        return (batch_axis(incoming[0] if incoming else None),)

    def passed(self, *incoming: Shape | None) -> tuple[Shape | None, ...]:
        """The shapes of all that comes out, each with the place of its batch axis."""
        axes, several = self.batch_axes(*incoming), repeats(self, incoming)
        shapes = (sizes(dims) for dims in self.outputs(*incoming))
        last = len(axes) - 1
        return tuple(turned(shape, axes[min(i, last)], several) for i, shape in enumerate(shapes))


def legible(kind: Kind, incoming: tuple[Shape | None, ...]) -> tuple[Shape | None, ...]:
    """``incoming``, with ``None`` for each shape that ``kind`` would take for another.

    A convolution takes the first axis for the batch; it can say nothing of a sample that is turned.
    Samples of which one input has more than another do not go together.
    """
    known = [shape for shape in incoming if shape is not None]
    if not _counts_batch(kind) and len({multiple(shape) for shape in known}) > 1:
        return (None,) * len(incoming)
    return tuple(None if _is_misread(kind, shape) else shape for shape in incoming)


def _is_misread(kind: Kind, shape: Shape | None) -> bool:
    if not isinstance(shape, Turned) or not shape.batch_axis:
        return False
    return not isinstance(kind, AnyLayout) or shape.batch_axis > len(shape) - kind.last_axes


def _counts_batch(kind: Kind) -> bool:
    return isinstance(kind, AnyLayout) and kind.counts_batch


def repeats(kind: Kind, incoming: tuple[Shape | None, ...]) -> int:
    """How often ``kind`` does what it does to a sample, for one sample of the model."""
    if _counts_batch(kind):
        return 1
    return next((multiple(shape) for shape in incoming if shape is not None), 1)


def passed(kind: Kind, incoming: tuple[Shape | None, ...]) -> tuple[Shape | None, ...]:
    """The shapes of all that comes out of a call of ``kind`` on what is ``legible`` to it."""
    if isinstance(kind, Input):
        return (kind.shape,)
    if isinstance(kind, AnyLayout):
        return kind.passed(*incoming)
    several = repeats(kind, incoming)
    return tuple(turned(sizes(dims), 0, several) for dims in kind.outputs(*incoming))
