"""Locally connected layers: convolutions whose every position has a kernel of its own."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim, Expr, times
from weighbridge.layers._settings import Ignored, Size, one_of, whole
from weighbridge.layers._sliding import Sliding, sliding
from weighbridge.layers._window import inner, outer, window
from weighbridge.model import Dims, Expected, Shape, sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ClassVar, Literal

    Implementation = Literal["windows", "dense", "sparse"]


class LocallyConnected(Sliding):
    """A window slides over 1 or 2 axes, and has other weights at each of its places.

    kernel: "windows" keeps (places, k…·C_in, C_out); "dense" one weight for each pair of an input
    and an output value, most of them masked; "sparse" only the links that there are. bias (places…,
    C_out). MACs: one for each link, whatever an implementation multiplies by 0. Source: Keras 2,
    ``LocallyConnected2D``, whose ``implementation`` 1, 2 and 3 these are.
    """

    each: ClassVar[tuple[str, str] | None] = ("filter", "C_out")

    out_channels: int | None
    implementation: Implementation = "windows"

    def channels_out(self, *incoming: Shape | None) -> Expr:
        return Dim("C_out", self.out_channels, "output channels (filters)")

    def kernels(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        c_in, c_out = self.channels_in(*incoming), self.channels_out()
        before, after = self._places(*incoming)
        match self.implementation:
            case "windows":
                taps = times(*window(self.kernel_size), c_in)
                return (Expected("kernel", (times(*after), taps, c_out)),)
            case "sparse":
                return (Expected("kernel", (times(*self._links(before, after), c_in, c_out),)),)
        if self.channels_first:
            return (Expected("kernel", (c_in, *before, c_out, *after)),)
        return (Expected("kernel", (*before, c_in, *after, c_out)),)

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        kernels = self.kernels(*incoming)
        if not self.bias:
            return kernels
        _, after = self._places(*incoming)
        return (*kernels, Expected("bias", (*after, self.channels_out())))

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        if not incoming or incoming[0] is None:
            return None
        links = self._links(*self._places(*incoming))
        return times(*links, self.channels_in(*incoming), self.channels_out())

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        return self.macs(incoming, outgoing)

    def _places(self, *incoming: Shape | None) -> tuple[Dims, Dims]:
        """Lengths of the spatial axes, before and after."""
        known = self._split(incoming[0] if incoming else None)
        if known is None:
            open_ = (None,) * len(self.kernel_size)
            return inner(open_), outer(open_)
        spatial = sizes(self.output(*incoming)) or ()
        return inner(known[0]), outer(spatial[1:] if self.channels_first else spatial[:-1])

    def _links(self, before: Dims, after: Dims) -> Dims:
        """Along each axis, the links from a place before to one after."""
        taps = window(self.kernel_size)
        if self.padding == "valid":
            return tuple(times(k, m) for k, m in zip(taps, after, strict=True))
        found = zip(sizes(before) or (), sizes(taps) or (), self.stride, strict=True)
        return tuple(Dim("l", _linked(*axis), "links along an axis") for axis in found)


def _linked(n: int | None, k: int | None, s: int | None) -> int | None:
    """Links along an axis of ``n`` values, where windows at its ends lie in part outside."""
    if n is None or k is None or s is None:
        return None
    centres = range(0, n, s)
    return sum(min(n, centre + k - k // 2) - max(0, centre - k // 2) for centre in centres)


_IMPLEMENTATIONS: dict[object, Implementation] = {1: "windows", 2: "dense", 3: "sparse"}


def _keras_locally_connected(rank: int) -> Callable[..., LocallyConnected]:
    def make(
        filters: Size, kernel_size: Size, strides: Size = 1, padding: str = "valid",
        data_format: str | None = None, activation: Ignored = None, use_bias: bool = True,
        kernel_initializer: Ignored = None, bias_initializer: Ignored = None,
        kernel_regularizer: Ignored = None, bias_regularizer: Ignored = None,
        activity_regularizer: Ignored = None, kernel_constraint: Ignored = None,
        bias_constraint: Ignored = None, implementation: int = 1, **_: Ignored,
    ) -> LocallyConnected:  # fmt: skip
        if implementation not in _IMPLEMENTATIONS:
            raise Impossible(f"implementation must be 1, 2 or 3, not {implementation!r}")
        border = one_of(padding, ("valid", "same"), "padding")
        if border == "same" and implementation == 1:
            raise Impossible("padding='same' needs implementation 2 or 3")
        return LocallyConnected(
            out_channels=whole(filters, "filters"),
            bias=bool(use_bias),
            implementation=_IMPLEMENTATIONS[implementation],
            **sliding(rank, kernel_size, strides, border, data_format, 1),
        )

    return make


SPELLINGS = {
    "keras:LocallyConnected1D": _keras_locally_connected(1),
    "keras:LocallyConnected2D": _keras_locally_connected(2),
}
KINDS = (LocallyConnected,)
