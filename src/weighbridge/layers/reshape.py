"""Layers that lay the same values out anew, or pass them on."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim, Expr, floor, times, value
from weighbridge.layers._axes import Elementwise, first, named, of_rank, whole_axis
from weighbridge.layers._batch import AnyLayout
from weighbridge.layers._settings import Ignored, Size, channels_first, whole
from weighbridge.layers._window import spelled
from weighbridge.model import Dims, Kind, Shape


class Flatten(Kind):
    """All values of a sample in one row: n_1·n_2·…; or of some axes only. It owns nothing."""

    start: int | None = None
    """The first axis to be put in the row, the batch being axis 0; ``None``: all of a sample."""
    end: int = -1
    """The last such axis."""

    def output(self, *incoming: Shape | None) -> Dims | None:
        shape = first(incoming)
        if shape is None:
            return None
        dims = named(shape) or ()
        if self.start is None:
            return (times(*dims),)
        start, end = whole_axis(self.start, shape), whole_axis(self.end, shape)
        if start > end:
            raise Impossible(f"axis {start} comes after axis {end}")
        if start == 0:
            return dims[end:] if value(times(*dims[:end])) == 1 else None
        return (*dims[: start - 1], times(*dims[start - 1 : end]), *dims[end:])


class Reshape(Kind):
    """The values of a sample laid out in another shape; one open size takes what is left."""

    target: tuple[int | None, ...] | None
    """Sizes without the batch: -1 takes what is left, ``None`` is not known."""

    def __post_init__(self) -> None:
        if self.target is not None and self.target.count(-1) > 1:
            raise Impossible(f"only one size may be -1: {self.target}")

    def output(self, *incoming: Shape | None) -> Dims | None:
        if self.target is None:
            return None
        before = named(first(incoming))
        given = named(tuple(None if n == -1 else n for n in self.target), "m") or ()
        rest = [dim for dim, n in zip(given, self.target, strict=True) if n != -1]
        if before is None:
            return given
        self._check(times(*before), times(*rest))
        left = floor(times(*before), times(*rest))
        return tuple(left if n == -1 else dim for dim, n in zip(given, self.target, strict=True))

    def _check(self, before: Expr, rest: Expr) -> None:
        have, need = value(before), value(rest)
        if have is None or need is None:
            return
        fits = need > 0 and have % need == 0 if -1 in (self.target or ()) else have == need
        if not fits:
            raise Impossible(f"{have:,} values cannot take the shape {spelled(self.target)}")


class Permute(Kind):
    """The axes of a sample in another order. It owns nothing."""

    order: tuple[int, ...]
    """Which axis of the input, counted from 0, comes first, second …"""

    def __post_init__(self) -> None:
        if sorted(self.order) != list(range(len(self.order))):
            told = tuple(axis + 1 for axis in self.order)
            raise Impossible(f"{told} is no order of the axes 1 to {len(self.order)}")

    def output(self, *incoming: Shape | None) -> Dims | None:
        dims = named(of_rank(first(incoming), len(self.order)))
        return None if dims is None else tuple(dims[axis] for axis in self.order)


class RepeatVector(Kind):
    """A vector, n times over: (n, n_in). It owns nothing."""

    count: int | None

    def output(self, *incoming: Shape | None) -> Dims | None:
        shape = of_rank(first(incoming), 1)
        n_in = Dim("n_in", shape[0] if shape else None, "inputs")
        return Dim("n", self.count, "repetitions"), n_in


class Identity(Elementwise, AnyLayout):
    """Passes values on. It owns nothing."""

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        return tuple(named(shape) for shape in incoming) or (None,)


class Masking(Elementwise):
    """Marks the time steps that hold nothing, for the layers after it. It owns nothing."""


def _keras_flatten(data_format: Ignored = None, **_: Ignored) -> Flatten:
    # Channels first only changes the order of the values, never their number.
    if data_format is None or isinstance(data_format, str):
        channels_first(data_format)
    return Flatten()


def _keras_reshape(target_shape: Size, **_: Ignored) -> Reshape:
    return Reshape(target=None if target_shape is None else _target(target_shape))


def _target(target_shape: object) -> tuple[int | None, ...]:
    if not isinstance(target_shape, list | tuple):
        raise Impossible(f"target_shape must be a tuple of sizes, not {target_shape!r}")
    return tuple(whole(n, "a size of target_shape", least=-1) for n in target_shape)


def _keras_permute(dims: object, **_: Ignored) -> Permute:
    if not isinstance(dims, list | tuple) or not all(isinstance(axis, int) for axis in dims):
        raise Impossible(f"dims must be a tuple of axes, not {dims!r}")
    return Permute(order=tuple(axis - 1 for axis in dims))


def _keras_repeat_vector(n: Size, **_: Ignored) -> RepeatVector:
    return RepeatVector(count=whole(n, "n"))


def _keras_identity(**_: Ignored) -> Identity:
    return Identity()


def _keras_masking(mask_value: Ignored = 0.0, **_: Ignored) -> Masking:
    return Masking()


SPELLINGS = {
    "keras:Flatten": _keras_flatten,
    "keras:Reshape": _keras_reshape,
    "keras:Permute": _keras_permute,
    "keras:RepeatVector": _keras_repeat_vector,
    "keras:Identity": _keras_identity,
    "keras:Masking": _keras_masking,
}
KINDS = (Flatten, Reshape, Permute, RepeatVector, Identity, Masking)
