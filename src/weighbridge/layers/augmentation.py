"""Layers that vary images while training, and those that correct them always."""

from __future__ import annotations

from weighbridge.layers._axes import named
from weighbridge.layers._random import seed
from weighbridge.model import Dims, Expected, Kind, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.layers._settings import Ignored


class Augmentation(Kind):
    """Images of the same shape, varied at random: flipped, turned, in other colours.

    It owns the state of its random numbers, two values that Keras leaves out of its counts; one
    that chooses among others has theirs as well. No MACs.
    """

    generators: int = 1
    """How many sources of random numbers it has; 0 for a correction that is always the same."""

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        return seed() * self.generators

    def output(self, *incoming: Shape | None) -> Dims | None:
        return self.outputs(*incoming)[0]

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        return tuple(named(shape) for shape in incoming) or (None,)


class BoundingBoxes(Kind):
    """Images as they come in; of the boxes drawn in them, as many for each image.

    It owns nothing and does no work. Only where images come alone is what comes out told.
    """

    def output(self, *incoming: Shape | None) -> Dims | None:
        return named(incoming[0]) if len(incoming) == 1 else None

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        return (self.output(*incoming), *(None for _ in incoming[1:]))


def _keras_boxes(max_number: Ignored, fill_value: Ignored = -1, **_: Ignored) -> BoundingBoxes:
    return BoundingBoxes()


def _keras_augmentation(generators: int = 1) -> Callable[..., Augmentation]:
    def make(*_: Ignored, **__: Ignored) -> Augmentation:
        return Augmentation(generators=generators)

    return make


def _keras_by_factor(factor: Ignored, *_: Ignored, **__: Ignored) -> Augmentation:
    return Augmentation()


def _keras_zoom(height_factor: Ignored, *_: Ignored, **__: Ignored) -> Augmentation:
    return Augmentation()


def _keras_translation(
    height_factor: Ignored, width_factor: Ignored, *_: Ignored, **__: Ignored
) -> Augmentation:
    return Augmentation()


def _keras_colour_jitter(
    value_range: Ignored = (0, 255), brightness_factor: object = None,
    contrast_factor: object = None, saturation_factor: object = None, hue_factor: object = None,
    *_: Ignored, **__: Ignored,
) -> Augmentation:  # fmt: skip
    given = (brightness_factor, contrast_factor, saturation_factor, hue_factor)
    return Augmentation(generators=1 + sum(factor is not None for factor in given))


_GEOMETRIC_AND_TONAL, _COLOUR = 5, 4
"""Augmentations that ``AugMix`` chooses among, and those it has if ``all_ops`` is on."""


def _keras_aug_mix(
    value_range: Ignored = (0, 255), num_chains: Ignored = 3, chain_depth: Ignored = 3,
    factor: Ignored = 0.3, alpha: Ignored = 1.0, all_ops: bool = True, *_: Ignored, **__: Ignored,
) -> Augmentation:  # fmt: skip
    chosen = _GEOMETRIC_AND_TONAL + (_COLOUR if all_ops else 0)
    return Augmentation(generators=1 + chosen)


SPELLINGS = {
    "keras:AugMix": _keras_aug_mix,
    "keras:AutoContrast": _keras_augmentation(0),
    "keras:ContrastLimitedAdaptiveHistogramEqualization": _keras_augmentation(0),
    "keras:CutMix": _keras_augmentation(),
    "keras:Equalization": _keras_augmentation(0),
    "keras:MaxNumBoundingBoxes": _keras_boxes,
    "keras:MixUp": _keras_augmentation(),
    "keras:RandAugment": _keras_augmentation(1 + _GEOMETRIC_AND_TONAL + _COLOUR),
    "keras:RandomBrightness": _keras_by_factor,
    "keras:RandomColorDegeneration": _keras_by_factor,
    "keras:RandomColorJitter": _keras_colour_jitter,
    "keras:RandomContrast": _keras_by_factor,
    "keras:RandomElasticTransform": _keras_augmentation(),
    "keras:RandomErasing": _keras_augmentation(),
    "keras:RandomFlip": _keras_augmentation(),
    "keras:RandomGaussianBlur": _keras_augmentation(),
    "keras:RandomGrayscale": _keras_augmentation(),
    "keras:RandomHue": _keras_by_factor,
    "keras:RandomInvert": _keras_augmentation(),
    "keras:RandomPerspective": _keras_augmentation(),
    "keras:RandomPosterization": _keras_by_factor,
    "keras:RandomRotation": _keras_by_factor,
    "keras:RandomSaturation": _keras_by_factor,
    "keras:RandomSharpness": _keras_by_factor,
    "keras:RandomShear": _keras_augmentation(),
    "keras:RandomTranslation": _keras_translation,
    "keras:RandomZoom": _keras_zoom,
    "keras:Solarization": _keras_augmentation(),
}
KINDS = (Augmentation, BoundingBoxes)
