"""What Flax's layers share: any number of axes before those they work along, and its paddings.

Flax is channels last, in its two interfaces alike: ``linen``, whose modules hold settings only, and
``nnx``, whose modules hold their tensors. A layer of rank 2 reads (height, width, channels), and
takes every axis before these for one more axis of samples.
"""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim, times
from weighbridge.layers._axes import first
from weighbridge.layers._batch import AnyLayout
from weighbridge.layers._settings import each_axis, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from weighbridge.formula import Expr
    from weighbridge.layers._window import Ends, Padding, Sizes
    from weighbridge.model import Dims, Expected, Shape


class Leading(AnyLayout):
    """Mixed into a kind, lets it read more axes before its own: what it does is done at each place.

    Comes before the kind among the bases.
    """

    @property
    def own_axes(self) -> int:
        """How many axes the kind itself reads."""
        raise NotImplementedError

    @property
    def last_axes(self) -> int:
        return self.own_axes

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        # None of the kinds it is mixed into answers ``None``.
        return super().tensors(self._own(first(incoming))) or ()

    def output(self, *incoming: Shape | None) -> Dims | None:
        shape = first(incoming)
        given = super().output(self._own(shape))
        return None if given is None else (*self._places(shape), *given)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        shape = first(incoming)
        once = super().macs((self._own(shape),), self._own(outgoing))
        return None if once is None else times(once, *self._places(shape))

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        shape = first(incoming)
        once = super().connections((self._own(shape),), self._own(outgoing))
        return None if once is None else times(once, *self._places(shape))

    def _own(self, shape: Shape | None) -> Shape | None:
        return None if shape is None else shape[max(len(shape) - self.own_axes, 0) :]

    def _places(self, shape: Shape | None) -> Dims:
        more = () if shape is None else shape[: max(len(shape) - self.own_axes, 0)]
        return tuple(Dim("n", length, "places") for length in more)


def spread(value: object, rank: int, name: str) -> Sizes:
    """One size for each of ``rank`` axes; ``None`` is Flax's word for 1 along each."""
    return each_axis(1 if value is None else value, rank, name)


def windows(kernel_size: object, features: object) -> dict[str, Any]:
    """The kernel size, a single number meaning one axis, and the filters, as fields."""
    listed = kernel_size if isinstance(kernel_size, tuple | list) else (kernel_size,)
    return {
        "kernel_size": each_axis(listed, len(listed), "kernel_size"),
        "out_channels": whole(features, "features"),
    }


def bordered(padding: object, kernel: Sizes, dilation: Sizes) -> dict[str, Any]:
    """Flax's padding as the fields of a convolution: ``padding`` and ``padding_mode``.

    "CIRCULAR" and "REFLECT" fill a border as wide as "SAME" needs with values of the input.
    """
    word = padding.upper() if isinstance(padding, str) else ""
    if word in ("CIRCULAR", "REFLECT"):
        around = tuple(_around(*pair) for pair in zip(kernel, dilation, strict=True))
        return {"padding": around, "padding_mode": word.lower()}
    return {"padding": border(padding, len(kernel))}


def _around(k: int | None, d: int | None) -> tuple[int | None, int | None]:
    if k is None or d is None:
        return None, None
    return (k - 1) * d // 2, (k - 1) * d - (k - 1) * d // 2


def border(padding: object, rank: int) -> Padding:
    """Flax's padding: a word, or the values added at the start and the end of each axis."""
    if isinstance(padding, str):
        words = ("SAME", "VALID", "CAUSAL") if rank == 1 else ("SAME", "VALID")
        if padding.upper() not in words:
            raise Impossible(f"padding must be {' or '.join(words)}, not {padding!r}")
        return padding.lower()
    listed = padding if isinstance(padding, tuple | list) else (padding,) * rank
    if len(listed) != rank:
        raise Impossible(f"padding needs {rank} pairs, not {len(listed)}: {padding!r}")
    return ends(listed)


def ends(listed: tuple[object, ...] | list[object]) -> Ends:
    """For each axis a pair, or one number for both of its ends; below 0 values are cut off."""
    pairs = (item if isinstance(item, tuple | list) else (item, item) for item in listed)
    return tuple((_end(start), _end(end)) for start, end in pairs)


def _end(value: object) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise Impossible(f"padding must be whole numbers, not {value!r}")
    return value
