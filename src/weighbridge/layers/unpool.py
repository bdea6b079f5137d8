"""The reverse of pooling: values put back to where they were the largest, zeros elsewhere."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.errors import Impossible
from weighbridge.formula import Dim, Num, minus, plus, times, value
from weighbridge.layers._torch import asked_size, both_ends, per_axis
from weighbridge.layers._window import added, framed, inner, outer, spelled, window
from weighbridge.model import Dims, Kind, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from weighbridge.formula import Expr
    from weighbridge.layers._settings import Size
    from weighbridge.layers._window import Ends, Sizes

_INPUTS = 2


class Unpool(Kind):
    """Largest values go back to their places, which are its second input; zeros between them.

    (n − 1)·s − 2·p + k values along each axis. No tensors, no MACs. Source: PyTorch's documentation
    of ``MaxUnpool2d``.
    """

    pool_size: Sizes
    stride: Sizes
    padding: Ends
    asked: Sizes | None = None
    """Lengths that a call asks for instead: less than a stride from these."""

    def called(self, positional: Sequence[object], named: Mapping[str, object]) -> Unpool:
        asked = asked_size(positional, named, _INPUTS, len(self.pool_size))
        return self if asked is None else replace(self, asked=asked)

    def output(self, *incoming: Shape | None) -> Dims | None:
        if len(incoming) not in (0, _INPUTS):
            raise Impossible(f"reads values and their places, not {len(incoming)} inputs")
        known = [shape for shape in incoming if shape is not None]
        if len(known) == _INPUTS and len(known[0]) != len(known[1]):
            raise Impossible(f"values {spelled(known[0])}, but places {spelled(known[1])}")
        framing = framed(known[0] if known else None, len(self.pool_size), True, bare=True)
        if framing is None:
            return None
        before, spatial, _ = framing
        return (*before, *(self._length(i, n) for i, n in enumerate(inner(spatial))))

    def _length(self, i: int, n: Dim) -> Expr:
        step = Dim("s", self.stride[i], "stride")
        taps = window(self.pool_size, "p", "pool")[i]
        length = plus(times(plus(n, Num(-1)), step), taps, minus(added(*self.padding[i])))
        if self.asked is not None:
            return self._asked(i, length)
        if (value(length) or 1) < 1:
            raise Impossible(f"nothing is left of {n.size} values along an axis")
        return length

    def _asked(self, i: int, usual: Expr) -> Expr:
        """The length that a call asks for along axis ``i``."""
        sizes = (self.asked or ())[i], value(usual), self.stride[i]
        if None not in sizes and abs(sizes[0] - sizes[1]) >= sizes[2]:  # type: ignore[operator]  # none is None
            raise Impossible(
                f"an output of {sizes[0]} values is asked for along an axis, "
                f"it must be less than {sizes[2]} away from {sizes[1]}"
            )
        return outer(self.asked or ())[i]


def _torch_max_unpool(rank: int) -> Callable[..., Unpool]:
    def make(kernel_size: Size, stride: object = None, padding: Size = 0) -> Unpool:
        size = per_axis(kernel_size, rank, "kernel_size")
        return Unpool(
            pool_size=size,
            stride=size if stride is None else per_axis(stride, rank, "stride"),
            padding=both_ends(padding, rank),
        )

    return make


SPELLINGS = {
    "torch:MaxUnpool1d": _torch_max_unpool(1),
    "torch:MaxUnpool2d": _torch_max_unpool(2),
    "torch:MaxUnpool3d": _torch_max_unpool(3),
}
KINDS = (Unpool,)
