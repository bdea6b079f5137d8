"""Batch normalisation."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim
from weighbridge.layers._axes import Elementwise, first, index, sample_axis
from weighbridge.layers._torch import count
from weighbridge.layers._window import spelled
from weighbridge.model import Dims, Expected, Kind, Shape, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ClassVar

    from weighbridge.layers._settings import Ignored, Size


class BatchNorm(Elementwise):
    """Each channel is brought to mean 0 and variance 1 over the batch, then scaled and shifted.

    scale (C), shift (C); mean (C) and variance (C) are moving statistics, kept as buffers: four
    values per channel, two of them trained. PyTorch counts the batches besides, in one more buffer;
    renormalisation keeps three more statistics. No MACs: at inference it is one multiplication and
    one addition for each value. Source: Ioffe and Szegedy 2015, algorithms 1 and 2;
    renormalisation: Ioffe 2017, algorithm 1.
    """

    each: ClassVar[tuple[str, str] | None] = ("channel", "C")

    axis: int | None = -1
    """The axis of the channels in one sample."""
    channels: int | None = None
    """Their number, where the settings say it."""
    ranks: tuple[int, ...] | None = None
    """How many axes samples may have; ``None`` for any number."""
    scale: bool = True
    shift: bool = True
    statistics: bool = True
    counter: bool = False
    renorm: bool = False

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        dims = (Dim("C", self._size(first(incoming)), "channels"),)
        trained = ("scale",) * self.scale + ("shift",) * self.shift
        owned = tuple(Expected(role, dims) for role in trained)
        if self.statistics:
            owned += statistics(*dims)[: 2 + self.counter]
        if self.renorm:
            more = ("deviation", "renorm_mean", "renorm_deviation")
            owned += tuple(Expected(role, dims, trainable=False, buffer=True) for role in more)
        return owned

    def output(self, *incoming: Shape | None) -> Dims | None:
        self._size(first(incoming))
        return Elementwise.output(self, *incoming)

    def _size(self, shape: Shape | None) -> int | None:
        """The number of channels, checked against the settings."""
        if shape is None:
            return self.channels
        if self.ranks is not None and len(shape) not in self.ranks:
            wanted = " or ".join(map(str, self.ranks))
            raise Impossible(f"reads samples of {wanted} axes, not {len(shape)}: {spelled(shape)}")
        size = shape[index(self.axis, shape)]
        bound = self.scale or self.shift or self.statistics
        if bound and None not in (size, self.channels) and size != self.channels:
            raise Impossible(f"has tensors for {self.channels} channels, the input has {size}")
        return self.channels if size is None else size


def statistics(channels: Dim) -> tuple[Expected, ...]:
    """Running mean and variance of each channel, and how many batches went into them."""
    return (
        Expected("mean", (channels,), trainable=False, buffer=True),
        Expected("variance", (channels,), trainable=False, buffer=True),
        Expected("counter", (), trainable=False, buffer=True, dtype="int64"),
    )


def _keras_batch_norm(
    axis: object = -1, momentum: Ignored = 0.99, epsilon: Ignored = 1e-3,
    center: bool = True, scale: bool = True, beta_initializer: Ignored = None,
    gamma_initializer: Ignored = None, moving_mean_initializer: Ignored = None,
    moving_variance_initializer: Ignored = None, beta_regularizer: Ignored = None,
    gamma_regularizer: Ignored = None, beta_constraint: Ignored = None,
    gamma_constraint: Ignored = None, renorm: bool = False, **_: Ignored,
) -> Kind:  # fmt: skip
    axes = list(axis) if isinstance(axis, list | tuple) else [axis]
    if len(axes) != 1:
        return Unknown(
            native="BatchNormalization", because="normalises over several axes, as Keras 2 could"
        )
    return BatchNorm(
        axis=sample_axis(axes[0]), scale=bool(scale), shift=bool(center), renorm=bool(renorm)
    )


def _torch_batch_norm(*ranks: int) -> Callable[..., BatchNorm]:
    def make(
        num_features: Size, eps: Ignored = 1e-5, momentum: Ignored = 0.1, affine: bool = True,
        track_running_stats: bool = True, device: Ignored = None, dtype: Ignored = None, *,
        bias: bool = True,
    ) -> BatchNorm:  # fmt: skip
        return BatchNorm(
            axis=0,
            channels=count(num_features, "num_features"),
            ranks=ranks or None,
            scale=bool(affine),
            shift=bool(affine and bias),
            statistics=bool(track_running_stats),
            counter=True,
        )

    return make


def _torch_sync_batch_norm(
    num_features: Size, eps: Ignored = 1e-5, momentum: Ignored = 0.1, affine: bool = True,
    track_running_stats: bool = True, process_group: Ignored = None, device: Ignored = None,
    dtype: Ignored = None, *, bias: bool = True,
) -> BatchNorm:  # fmt: skip
    build = _torch_batch_norm()
    return build(num_features, affine=affine, track_running_stats=track_running_stats, bias=bias)


def _torch_lazy_batch_norm(*ranks: int) -> Callable[..., BatchNorm]:
    eager = _torch_batch_norm(*ranks)

    def make(
        eps: Ignored = 1e-5, momentum: Ignored = 0.1, affine: bool = True,
        track_running_stats: bool = True, device: Ignored = None, dtype: Ignored = None, *,
        bias: bool = True,
    ) -> BatchNorm:  # fmt: skip
        return eager(None, affine=affine, track_running_stats=track_running_stats, bias=bias)

    return make


SPELLINGS = {
    "keras:BatchNormalization": _keras_batch_norm,
    "keras:BatchNormalizationV1": _keras_batch_norm,
    "keras:BatchNormalizationV2": _keras_batch_norm,
    "keras:SyncBatchNormalization": _keras_batch_norm,
    "torch:BatchNorm1d": _torch_batch_norm(1, 2),
    "torch:BatchNorm2d": _torch_batch_norm(3),
    "torch:BatchNorm3d": _torch_batch_norm(4),
    "torch:SyncBatchNorm": _torch_sync_batch_norm,
    "torch:LazyBatchNorm1d": _torch_lazy_batch_norm(1, 2),
    "torch:LazyBatchNorm2d": _torch_lazy_batch_norm(3),
    "torch:LazyBatchNorm3d": _torch_lazy_batch_norm(4),
}
KINDS = (BatchNorm,)
