"""Layers that bring the spatial axes to a given size, or make them longer by any factor."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim, times, value
from weighbridge.layers import Untold
from weighbridge.layers._axes import first
from weighbridge.layers._torch import choice, count
from weighbridge.layers._window import framed, inner, outer, spelled
from weighbridge.model import Dims, Kind, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from weighbridge.formula import Expr
    from weighbridge.layers._settings import Extent, Ignored
    from weighbridge.layers._window import Sizes

    T = TypeVar("T")

_RANKS = {
    "nearest": (1, 2, 3),
    "nearest-exact": (1, 2, 3),
    "area": (1, 2, 3),
    "linear": (1,),
    "bilinear": (2,),
    "bicubic": (2,),
    "trilinear": (3,),
}
"""Spatial axes that each mode works on."""
_WITHOUT_CORNERS = ("nearest", "nearest-exact", "area")


class Interpolation(Kind):
    """The spatial axes, which come after the channels, get other lengths.

    Given ones, or those of the input times a factor, rounded down. No tensors, and no MACs, however
    the new values are found: weights of an interpolation are not learned.
    """

    mode: str = "nearest"
    sizes: Sizes | None = None
    """The lengths; ``None`` where factors are given."""
    factors: tuple[float | None, ...] = ()
    alike: bool = False
    """Whether the one length or factor counts for all axes."""

    def output(self, *incoming: Shape | None) -> Dims | None:
        shape = first(incoming)
        rank = self._rank(shape)
        framing = framed(shape, rank, channels_first=True)
        if framing is None:
            return None
        before, spatial, _ = framing
        lengths = self._lengths(spatial, rank)
        if self.mode != "area" and 0 in map(value, lengths):
            raise Impossible(f"nothing is left of a sample of shape {spelled(shape)}")
        return (*before, *lengths)

    def _rank(self, shape: Shape | None) -> int:
        """Spatial axes of the input, which the mode must know."""
        ranks = _RANKS[self.mode]
        rank = ranks[0] if shape is None else len(shape) - 1
        if rank not in ranks:
            axes = " or ".join(str(rank + 1) for rank in ranks)
            raise Impossible(f"{self.mode} reads samples of {axes} axes, not {spelled(shape)}")
        return rank

    def _lengths(self, spatial: Shape, rank: int) -> Dims:
        if self.sizes is not None:
            return outer(_spread(self.sizes, rank, self.alike))
        factors = _spread(self.factors, rank, self.alike)
        return tuple(_times(n, factor) for n, factor in zip(inner(spatial), factors, strict=True))


def _spread(given: tuple[T, ...], rank: int, alike: bool) -> tuple[T, ...]:
    if not alike and len(given) != rank:
        raise Impossible(f"{rank} sizes or factors are needed, not {len(given)}: {given}")
    return given * rank if alike else given


def _times(n: Dim, factor: float | None) -> Expr:
    """``n`` times ``factor``; what is no whole number is rounded down."""
    if factor is None or n.size is None:
        return Dim(f"{n.symbol}_out", None, f"output {n.meaning.removeprefix('input ')}")
    if factor == 1:
        return n
    if factor.is_integer():
        return times(n, Dim("u", int(factor), "up-sampling"))
    return Dim(f"{n.symbol}_out", int(n.size * factor), f"{n.size} · {factor:g}, rounded down")


# -- spellings -----------------------------------------------------------------------------------


def _torch_upsample(
    size: Extent = None, scale_factor: Extent = None, mode: str = "nearest",
    align_corners: Ignored = None, recompute_scale_factor: Ignored = None,
) -> Interpolation:  # fmt: skip
    choice(mode, tuple(_RANKS), "mode")
    if (size is None) == (not scale_factor):
        raise Impossible("either size or scale_factor must be given, and not both")
    if align_corners is not None and mode in _WITHOUT_CORNERS:
        raise Impossible(f"align_corners means nothing where mode is {mode!r}")
    if size is not None and recompute_scale_factor:
        raise Impossible("recompute_scale_factor means nothing where a size is given")
    if size is not None:
        alike = not isinstance(size, tuple | list)
        return Interpolation(mode=mode, sizes=_sizes(size), alike=alike)
    return Interpolation(
        mode=mode, factors=_factors(scale_factor), alike=not isinstance(scale_factor, tuple)
    )


def _sizes(given: object) -> Sizes:
    listed = given if isinstance(given, tuple | list) else (given,)
    return tuple(None if isinstance(size, Untold) else count(size, "size") for size in listed)


def _factors(given: object) -> tuple[float | None, ...]:
    return tuple(map(_factor, given if isinstance(given, tuple) else (given,)))


def _factor(given: object) -> float | None:
    if isinstance(given, Untold):
        return None
    if not isinstance(given, int | float) or given <= 0:
        raise Impossible(f"scale_factor must be a number above 0, not {given!r}")
    return float(given)


def _torch_nearest_2d(size: Extent = None, scale_factor: Extent = None) -> Interpolation:
    return _torch_upsample(size, scale_factor)


def _torch_bilinear_2d(size: Extent = None, scale_factor: Extent = None) -> Interpolation:
    return _torch_upsample(size, scale_factor, "bilinear")


SPELLINGS = {
    "torch:Upsample": _torch_upsample,
    "torch:UpsamplingNearest2d": _torch_nearest_2d,
    "torch:UpsamplingBilinear2d": _torch_bilinear_2d,
}
KINDS = (Interpolation,)
