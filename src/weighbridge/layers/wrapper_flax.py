"""Flax's layers around a layer, which normalise its kernels: each keeps its own tensors apart."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import ONE
from weighbridge.model import Dims, Expected, Kind, Shape, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.layers._settings import Ignored, Inner


class AroundLayer(Kind):
    """What stands around a layer that is listed on its own; shapes are those of the layer."""

    layer: Kind

    def output(self, *incoming: Shape | None) -> Dims | None:
        return self.layer.output(*incoming)

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        return self.layer.outputs(*incoming)


class SpectralEstimate(AroundLayer):
    """Spectral normalisation around a layer as Flax has it: what it keeps beside the layer.

    For each tensor of the layer with two axes or more, two buffers: an estimate of the singular
    vector (1, C_out) and of the largest singular value (). The layer and its work stand in a row of
    their own. Source: Miyato et al. 2018, algorithm 1.
    """

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...] | None:
        owned = self.layer.tensors(*incoming)
        if owned is None:
            return None
        matrices = [tensor for tensor in owned if len(tensor.dims) > 1]
        return tuple(kept for tensor in matrices for kept in _estimates(tensor))


def _estimates(tensor: Expected) -> Iterator[Expected]:
    vector = (ONE, tensor.dims[-1])
    yield Expected(f"{tensor.role}_vector", vector, trainable=False, buffer=True)
    yield Expected(f"{tensor.role}_value", (), trainable=False, buffer=True)


class WeightScale(AroundLayer):
    """Weight normalisation around a layer as Flax has it: what it keeps beside the layer.

    For each tensor that is brought to length 1, a scale: one for each of its features, which are
    those along its last axis as a rule. The layer and its work stand in a row of their own. Source:
    Salimans and Kingma 2016, equation 2.
    """

    roles: tuple[str, ...] = ("kernel",)
    """The tensors that are normalised."""
    scaled: bool = True
    axes: tuple[int, ...] = (-1,)
    """Axes with a scale for each of their places; empty: one scale for all of a tensor."""

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...] | None:
        owned = self.layer.tensors(*incoming)
        if owned is None or not self.scaled:
            return owned and ()
        chosen = [tensor for tensor in owned if tensor.role in self.roles]
        return tuple(
            Expected(f"{tensor.role}_scale", tuple(tensor.dims[axis] for axis in self.axes))
            for tensor in chosen
        )


# -- spellings -----------------------------------------------------------------------------------


def _nnx_spectral_norm(layer_instance: Inner, *, n_steps: object = 1, **_: Ignored) -> Kind:
    return _linen_spectral_norm(layer_instance, n_steps)


def _linen_spectral_norm(layer_instance: Inner, n_steps: object = 1, **_: Ignored) -> Kind:
    if not isinstance(layer_instance, Kind):
        raise Impossible(f"SpectralNorm takes a layer, not {layer_instance!r}")
    if not n_steps:
        return Unknown(native="SpectralNorm", because="without a step it keeps nothing")
    if isinstance(layer_instance, Unknown):
        return Unknown(native="SpectralNorm", because="what it stands around is not one layer")
    return SpectralEstimate(layer=layer_instance)


def _linen_weight_norm(
    layer_instance: Inner, epsilon: Ignored = 1e-12, dtype: Ignored = None,
    param_dtype: Ignored = None, use_scale: bool = True, scale_init: Ignored = None,
    feature_axes: object = -1, variable_filter: object = ("kernel",), **_: Ignored,
) -> Kind:  # fmt: skip
    if not isinstance(layer_instance, Kind):
        raise Impossible(f"WeightNorm takes a layer, not {layer_instance!r}")
    chosen = variable_filter
    if isinstance(layer_instance, Unknown) or not isinstance(chosen, tuple | list | set):
        return Unknown(native="WeightNorm", because="what it stands around is not one layer")
    listed = feature_axes if isinstance(feature_axes, tuple | list) else (feature_axes,)
    axes = tuple(axis for axis in listed if isinstance(axis, int))
    return WeightScale(
        layer=layer_instance,
        roles=tuple(sorted(map(str, chosen))),
        scaled=bool(use_scale),
        axes=() if feature_axes is None else axes,
    )


SPELLINGS = {
    "linen:SpectralNorm": _linen_spectral_norm,
    "nnx:SpectralNorm": _nnx_spectral_norm,
    "linen:WeightNorm": _linen_weight_norm,
}
KINDS = (SpectralEstimate, WeightScale)
