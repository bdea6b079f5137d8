"""What normalisations over some axes of a sample share: a scale and a shift for each value."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim
from weighbridge.layers._axes import Elementwise, first, index, named, sample_axis
from weighbridge.layers._batch import AnyLayout
from weighbridge.layers._torch import count
from weighbridge.layers._window import spelled
from weighbridge.model import Dims, Expected, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar


_MANY = 64
"""More axes than any tensor has: the place of an axis counted from the first is known to none."""


class Normalised(Elementwise, AnyLayout):
    """Values along some axes are brought to one size together, then scaled and shifted."""

    each: ClassVar[tuple[str, str] | None] = ("channel", "C")

    axes: tuple[int | None, ...] = (-1,)
    """Axes of one sample; ``None`` is the batch."""
    shape: tuple[int | None, ...] | None = None
    """Sizes of the last axes where the settings give these; then ``axes`` does not count."""
    scale: bool = True
    shift: bool = True

    @property
    def last_axes(self) -> int:
        if self.shape is not None:
            return len(self.shape)
        return max(
            (-axis if axis is not None and axis < 0 else _MANY for axis in self.axes), default=0
        )

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        dims = self._normalised(first(incoming))
        roles = ("scale",) * self.scale + ("shift",) * self.shift
        return tuple(Expected(role, dims) for role in roles)

    def output(self, *incoming: Shape | None) -> Dims | None:
        self._normalised(first(incoming))
        return Elementwise.output(self, *incoming)

    def _normalised(self, shape: Shape | None) -> Dims:
        """Sizes of the axes it works along; raises ``Impossible`` where ``shape`` lacks one."""
        if self.shape is not None:
            _check_end(shape, self.shape)
            return _channels(self.shape)
        if shape is None:
            return _channels((None,) * len(self.axes))
        axes = self.axes
        if not (self.scale or self.shift):
            # With nothing to own, the samples may be normalised over as well.
            axes = tuple(axis for axis in axes if axis not in (None, -1 - len(shape)))
        return _channels(tuple(shape[index(axis, shape)] for axis in axes))


def _channels(shape: Shape) -> Dims:
    if len(shape) == 1:
        return (Dim("C", shape[0], "channels"),)
    return named(shape, "n", "size of normalised axis") or ()


def _check_end(shape: Shape | None, end: Shape) -> None:
    if shape is None:
        return
    last = shape[len(shape) - len(end) :] if len(shape) >= len(end) else ()
    if len(last) < len(end) or any(
        None not in pair and pair[0] != pair[1] for pair in zip(last, end, strict=True)
    ):
        raise Impossible(f"reads samples that end in {spelled(end)}, not {spelled(shape)}")


def keras_axes(axis: object) -> tuple[int | None, ...]:
    """One axis or several, of one sample, in Keras' order: sorted as they are given."""
    if not isinstance(axis, list | tuple):
        return (sample_axis(axis),)
    if not all(isinstance(one, int) for one in axis):
        raise Impossible(f"axis must be whole numbers, not {axis!r}")
    return tuple(sample_axis(one) for one in sorted(axis))


def torch_shape(normalized_shape: object) -> tuple[int | None, ...]:
    """PyTorch's ``normalized_shape``: one size or several."""
    listed = normalized_shape if isinstance(normalized_shape, list | tuple) else [normalized_shape]
    if not listed:
        raise Impossible("normalized_shape must have at least one size")
    return tuple(count(size, "a size of normalized_shape") for size in listed)
