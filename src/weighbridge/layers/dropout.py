"""Layers that act in training only: dropout, noise, penalties on activations."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.layers._axes import Elementwise, first, of_rank
from weighbridge.layers._batch import AnyLayout
from weighbridge.layers._random import seed, share
from weighbridge.layers._settings import Ignored, Size, channels_first

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.model import Dims, Expected, Shape


class Dropout(Elementwise, AnyLayout):
    """Values are set to 0 at random while training, single ones or whole maps.

    In Keras it owns the state of its random numbers, two values that are not trained and that Keras
    leaves out of its counts; at a rate of 0 it has none. Source: Srivastava et al. 2014; whole
    maps: Tompson et al. 2015.
    """

    rate: float | None
    """Share of values set to 0; ``None`` if not known."""
    axes: tuple[int, ...] = ()
    """How many axes the samples may have that it reads; empty for any number."""
    seeded: bool = True
    """Whether it keeps the state of its random numbers itself."""

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        return seed(self.rate) if self.seeded else ()

    def output(self, *incoming: Shape | None) -> Dims | None:
        if self.axes:
            of_rank(first(incoming), *self.axes)
        return Elementwise.output(self, *incoming)


class AlphaDropout(Elementwise, AnyLayout):
    """Dropout that keeps mean and variance, for self-normalising networks.

    In Keras it owns the state of its random numbers unless the rate is 0. Source: Klambauer et al.
    2017.
    """

    rate: float | None
    seeded: bool = True
    """Whether it keeps the state of its random numbers itself."""

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        return seed(self.rate) if self.seeded else ()


class GaussianDropout(Elementwise, AnyLayout):
    """Values are multiplied by random ones around 1 while training.

    It owns the state of its random numbers unless the rate is 0. Source: Srivastava et al. 2014,
    section 10.
    """

    rate: float | None

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        return seed(self.rate)


class GaussianNoise(Elementwise, AnyLayout):
    """Random values around 0 are added while training.

    It owns the state of its random numbers unless the deviation is 0.
    """

    deviation: float | None

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        return seed(self.deviation)


class ActivityRegularization(Elementwise):
    """Passes values on and adds a penalty on their size to the loss. It owns nothing."""


def _keras_dropout(
    rate: Size, noise_shape: Ignored = None, seed: Ignored = None, **_: Ignored
) -> Dropout:
    if isinstance(noise_shape, str) or any(_odd(n) for n in _items(noise_shape)):
        raise Impossible(f"noise_shape must hold sizes above 0 or None, not {noise_shape!r}")
    return Dropout(rate=share(rate, "rate"))


def _items(noise_shape: object) -> list[object]:
    return list(noise_shape) if isinstance(noise_shape, list | tuple) else []


def _odd(length: object) -> bool:
    return isinstance(length, float) or (isinstance(length, int) and length <= 0)


def _keras_spatial_dropout_1d(rate: Size, seed: Ignored = None, **_: Ignored) -> Dropout:
    return Dropout(rate=share(rate, "rate"), axes=(2,))


def _keras_spatial_dropout(axes: int) -> Callable[..., Dropout]:
    def make(
        rate: Size, data_format: str | None = None, seed: Ignored = None, **_: Ignored
    ) -> Dropout:
        channels_first(data_format)
        return Dropout(rate=share(rate, "rate"), axes=(axes,))

    return make


def _keras_alpha_dropout(
    rate: Size, noise_shape: Ignored = None, seed: Ignored = None, **_: Ignored
) -> AlphaDropout:
    return AlphaDropout(rate=share(rate, "rate"))


def _keras_gaussian_dropout(rate: Size, seed: Ignored = None, **_: Ignored) -> GaussianDropout:
    return GaussianDropout(rate=share(rate, "rate"))


def _keras_gaussian_noise(stddev: Size, seed: Ignored = None, **_: Ignored) -> GaussianNoise:
    return GaussianNoise(deviation=share(stddev, "stddev"))


def _keras_activity_regularization(
    l1: Ignored = 0.0, l2: Ignored = 0.0, **_: Ignored
) -> ActivityRegularization:
    for name, factor in (("l1", l1), ("l2", l2)):
        if isinstance(factor, int | float) and factor < 0:
            raise Impossible(f"{name} must be at least 0, not {factor}")
    return ActivityRegularization()


SPELLINGS = {
    "keras:Dropout": _keras_dropout,
    "keras:SpatialDropout1D": _keras_spatial_dropout_1d,
    "keras:SpatialDropout2D": _keras_spatial_dropout(3),
    "keras:SpatialDropout3D": _keras_spatial_dropout(4),
    "keras:AlphaDropout": _keras_alpha_dropout,
    "keras:GaussianDropout": _keras_gaussian_dropout,
    "keras:GaussianNoise": _keras_gaussian_noise,
    "keras:ActivityRegularization": _keras_activity_regularization,
}
KINDS = (Dropout, AlphaDropout, GaussianDropout, GaussianNoise, ActivityRegularization)
