"""PyTorch's layers that lay the same values out anew, or pass them on."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import floor, times, value
from weighbridge.layers._axes import Elementwise, first, named, whole_axis
from weighbridge.layers._torch import count
from weighbridge.layers._window import spelled
from weighbridge.layers.reshape import Flatten, Identity
from weighbridge.model import Dims, Kind, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.formula import Expr
    from weighbridge.layers._settings import Ignored, Size


class Unflatten(Kind):
    """One axis split into several; one open size takes what is left. It owns nothing."""

    axis: int
    """The axis that is split, the batch being axis 0."""
    sizes: tuple[int | None, ...] | None
    """-1 takes what is left, ``None`` is not known."""

    def output(self, *incoming: Shape | None) -> Dims | None:
        shape = first(incoming)
        if shape is None or self.sizes is None:
            return None
        position = whole_axis(self.axis, shape) - 1
        if position < 0:
            return None
        dims = named(shape) or ()
        return (*dims[:position], *self._split(dims[position]), *dims[position + 1 :])

    def _split(self, length: Expr) -> Dims:
        given = named(tuple(None if n == -1 else n for n in self.sizes or ()), "m") or ()
        pairs = list(zip(given, self.sizes or (), strict=True))
        rest = times(*(dim for dim, n in pairs if n != -1))
        have, need = value(length), value(rest)
        if have is not None and need is not None and not self._fits(have, need):
            raise Impossible(f"{have} values cannot be split into {spelled(self.sizes)}")
        return tuple(floor(length, rest) if n == -1 else dim for dim, n in pairs)

    def _fits(self, have: int, need: int) -> bool:
        return need > 0 and have % need == 0 if -1 in (self.sizes or ()) else have == need


class ChannelShuffle(Elementwise):
    """The channels, in g groups, are dealt out anew: first one of each group, then the second …

    It owns nothing. Source: Zhang et al. 2018 (ShuffleNet), section 3.1.
    """

    groups: int | None

    def output(self, *incoming: Shape | None) -> Dims | None:
        shape = first(incoming)
        if shape is not None and len(shape) < 2:  # noqa: PLR2004  # channels and something else
            raise Impossible(f"reads samples of at least 2 axes, not {spelled(shape)}")
        channels = shape[0] if shape else None
        if channels is not None and self.groups and channels % self.groups:
            raise Impossible(f"{channels} channels cannot be split into {self.groups} groups")
        return named(shape)


def _torch_flatten(start_dim: int = 1, end_dim: int = -1) -> Flatten:
    return Flatten(start=_dim(start_dim, "start_dim"), end=_dim(end_dim, "end_dim"))


def _dim(given: object, name: str) -> int:
    if not isinstance(given, int):
        raise Impossible(f"{name} must be a whole number, not {given!r}")
    return given


def _torch_unflatten(dim: int, unflattened_size: Size) -> Unflatten:
    if unflattened_size is None:
        return Unflatten(axis=_dim(dim, "dim"), sizes=None)
    if not isinstance(unflattened_size, tuple | list) or not unflattened_size:
        raise Impossible(f"unflattened_size must be a tuple of sizes, not {unflattened_size!r}")
    sizes = tuple(count(n, "a size of unflattened_size", least=-1) for n in unflattened_size)
    if sizes.count(-1) > 1:
        raise Impossible(f"only one size may be -1: {sizes}")
    return Unflatten(axis=_dim(dim, "dim"), sizes=sizes)


def _torch_channel_shuffle(groups: Size) -> ChannelShuffle:
    return ChannelShuffle(groups=count(groups, "groups", least=1))


def _torch_identity(*_: Ignored, **__: Ignored) -> Identity:
    return Identity()


SPELLINGS = {
    "torch:Flatten": _torch_flatten,
    "torch:Unflatten": _torch_unflatten,
    "torch:ChannelShuffle": _torch_channel_shuffle,
    "torch:Identity": _torch_identity,
}
KINDS = (Unflatten, ChannelShuffle)
