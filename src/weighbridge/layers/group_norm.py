"""Normalisation of single samples by groups of channels, and by single channels."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim
from weighbridge.layers._axes import Elementwise, first, index, sample_axis
from weighbridge.layers._settings import whole
from weighbridge.layers._torch import count
from weighbridge.layers._window import spelled
from weighbridge.layers.batch_norm import statistics
from weighbridge.model import Dims, Expected, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ClassVar

    from weighbridge.layers._settings import Ignored, Size


class GroupNorm(Elementwise):
    """Each group of channels of a sample is brought to mean 0 and variance 1, scaled and shifted.

    scale (C), shift (C): two values per channel, however many groups there are. No MACs: one
    multiplication and one addition for each value. Source: Wu and He 2018, section 3.
    """

    each: ClassVar[tuple[str, str] | None] = ("channel", "C")

    groups: int | None
    """-1 stands for as many as there are channels."""
    axis: int | None = -1
    """The axis of the channels in one sample."""
    channels: int | None = None
    """Their number, where the settings say it."""
    scale: bool = True
    shift: bool = True

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        shape = first(incoming)
        # Without tensors PyTorch does not hold the input to the number of channels it was told.
        bound = self.scale or self.shift or shape is None
        channels = _channels(shape, self.axis, self.channels if bound else None)
        if self.groups and self.groups > 0 and (channels.size or 0) % self.groups:
            raise Impossible(
                f"{channels.size} channels cannot be split into {self.groups} groups",
                hint="the number of groups must divide the number of channels; often it is 32",
            )
        return _affine(channels, self.scale, self.shift)

    def output(self, *incoming: Shape | None) -> Dims | None:
        self.tensors(*incoming)
        return Elementwise.output(self, *incoming)


class InstanceNorm(Elementwise):
    """Each channel of a sample is brought to mean 0 and variance 1 over its positions.

    scale (C) and shift (C) where asked for; running mean (C), variance (C) and a counter of batches
    where these are kept. No MACs. Source: Ulyanov, Vedaldi and Lempitsky 2016, equation 4.
    """

    each: ClassVar[tuple[str, str] | None] = ("channel", "C")

    channels: int | None
    rank: int
    """Spatial axes of a sample."""
    scale: bool = False
    shift: bool = False
    statistics: bool = False

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        shape = first(incoming)
        if shape is not None and len(shape) != self.rank + 1:
            raise Impossible(f"reads samples of {self.rank + 1} axes, not {spelled(shape)}")
        # Without tensors PyTorch only warns of another number of channels.
        bound = self.scale or self.shift or self.statistics
        channels = _channels(shape, 0, self.channels if bound else None)
        owned = _affine(channels, self.scale, self.shift)
        return owned + statistics(channels) if self.statistics else owned

    def output(self, *incoming: Shape | None) -> Dims | None:
        self.tensors(*incoming)
        shape = first(incoming)
        if shape is not None and not self.statistics and set(shape[1:]) == {1}:
            raise Impossible("a channel of a single value has no variance")
        return Elementwise.output(self, *incoming)


def _channels(shape: Shape | None, axis: int | None, told: int | None) -> Dim:
    """The channels of a sample, checked against their number in the settings."""
    found = None if shape is None else shape[index(axis, shape)]
    if None not in (found, told) and found != told:
        raise Impossible(f"has tensors for {told} channels, the input has {found}")
    return Dim("C", told if found is None else found, "channels")


def _affine(channels: Dim, scale: bool, shift: bool) -> tuple[Expected, ...]:
    roles = ("scale",) * scale + ("shift",) * shift
    return tuple(Expected(role, (channels,)) for role in roles)


# -- spellings -----------------------------------------------------------------------------------


def _keras_group_norm(
    groups: Size = 32, axis: object = -1, epsilon: Ignored = 1e-3, center: bool = True,
    scale: bool = True, **_: Ignored,
) -> GroupNorm:  # fmt: skip
    number = groups if groups == -1 else whole(groups, "groups")
    return GroupNorm(groups=number, axis=sample_axis(axis), scale=bool(scale), shift=bool(center))


def _keras_instance_norm(
    axis: object = -1, epsilon: Ignored = 1e-3, center: bool = True, scale: bool = True,
    **_: Ignored,
) -> GroupNorm:  # fmt: skip
    """Of TensorFlow Addons: groups of one channel."""
    return _keras_group_norm(-1, axis, center=center, scale=scale)


def _torch_group_norm(
    num_groups: Size, num_channels: Size, eps: Ignored = 1e-5, affine: bool = True,
    device: Ignored = None, dtype: Ignored = None, *, bias: bool = True,
) -> GroupNorm:  # fmt: skip
    made = GroupNorm(
        groups=count(num_groups, "num_groups", least=1),
        axis=0,
        channels=count(num_channels, "num_channels"),
        scale=bool(affine),
        shift=bool(affine and bias),
    )
    made.tensors()  # the constructor already refuses groups that do not divide the channels
    return made


def _torch_instance_norm(rank: int) -> Callable[..., InstanceNorm]:
    def make(
        num_features: Size, eps: Ignored = 1e-5, momentum: Ignored = 0.1, affine: bool = False,
        track_running_stats: bool = False, device: Ignored = None, dtype: Ignored = None, *,
        bias: bool = True,
    ) -> InstanceNorm:  # fmt: skip
        return InstanceNorm(
            channels=count(num_features, "num_features"),
            rank=rank,
            scale=bool(affine),
            shift=bool(affine and bias),
            statistics=bool(track_running_stats),
        )

    return make


def _torch_lazy_instance_norm(rank: int) -> Callable[..., InstanceNorm]:
    eager = _torch_instance_norm(rank)

    def make(
        eps: Ignored = 1e-5, momentum: Ignored = 0.1, affine: bool = True,
        track_running_stats: bool = True, device: Ignored = None, dtype: Ignored = None, *,
        bias: bool = True,
    ) -> InstanceNorm:  # fmt: skip
        return eager(None, affine=affine, track_running_stats=track_running_stats, bias=bias)

    return make


SPELLINGS = {
    "keras:GroupNormalization": _keras_group_norm,
    "keras:InstanceNormalization": _keras_instance_norm,
    "torch:GroupNorm": _torch_group_norm,
    "torch:InstanceNorm1d": _torch_instance_norm(1),
    "torch:InstanceNorm2d": _torch_instance_norm(2),
    "torch:InstanceNorm3d": _torch_instance_norm(3),
    "torch:LazyInstanceNorm1d": _torch_lazy_instance_norm(1),
    "torch:LazyInstanceNorm2d": _torch_lazy_instance_norm(2),
    "torch:LazyInstanceNorm3d": _torch_lazy_instance_norm(3),
}
KINDS = (GroupNorm, InstanceNorm)
