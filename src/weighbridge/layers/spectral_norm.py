"""Spectral normalisation around a layer."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import ONE, times
from weighbridge.layers._around import Around, AroundOne, axis_of, found, inside
from weighbridge.layers._settings import whole
from weighbridge.layers.conv_transposed import TransposedConv
from weighbridge.model import Expected, Kind, Part, Shape, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from weighbridge.formula import Expr
    from weighbridge.layers._settings import Ignored, Inner, Size

_NORMALISED = ("kernel", "embedding")


class SpectralNorm(Around):
    """The kernel of a layer is kept at a largest singular value of 1.

    The tensors of the layer, and a buffer (1, C_out): an estimate of the singular vector, which
    power iterations improve in training. Work and shapes are the layer's. Source: Miyato et al.
    2018, algorithm 1.
    """

    stored_twice: ClassVar[tuple[str, ...]] = _NORMALISED
    """Roles of the tensors that Keras saves for the wrapper and again for the layer inside."""

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...] | None:
        owned = self.layer.tensors(*incoming)
        if owned is None:
            return None
        kernel = next((tensor for tensor in owned if tensor.role in _NORMALISED), None)
        if kernel is None:
            raise Impossible(
                f"a {self.layer.name} layer has no kernel and no embedding to be normalised"
            )
        return (*owned, _estimate("vector", ONE, kernel.dims[-1]))

    def parts(self, *incoming: Shape | None) -> tuple[Part, ...]:
        return self.layer.parts(*incoming)


class TwoSidedSpectralNorm(AroundOne):
    """A tensor is kept at a largest singular value of 1, both singular vectors being estimated.

    The tensors of the layer, and two buffers: one value for each row of the tensor as a matrix, one
    for each column. Work and shapes are the layer's. Source: Miyato et al. 2018, algorithm 1.
    """

    axis: int = 0
    """The axis whose slices are the rows."""

    def form(self, tensor: Expected) -> tuple[Expected, ...]:
        if tensor.role != self.role or len(tensor.dims) == 1:
            return (tensor,)
        columns = (n for i, n in enumerate(tensor.dims) if i != self.axis)
        left = _estimate(f"{tensor.role}_left", tensor.dims[self.axis])
        return (tensor, left, _estimate(f"{tensor.role}_right", times(*columns)))


def _estimate(role: str, *dims: Expr) -> Expected:
    return Expected(role, dims, trainable=False, buffer=True)


def _keras_spectral_norm(layer: Inner, power_iterations: Size = 1, **_: Ignored) -> Kind:
    whole(power_iterations, "power_iterations")
    inner = inside(layer, "SpectralNormalization")
    return inner if isinstance(inner, Unknown) else SpectralNorm(layer=inner)


def _torch_spectral_norm(
    module: Inner, name: str = "weight", n_power_iterations: Size = 1, eps: Ignored = 1e-12,
    dim: int | None = None,
) -> Kind:  # fmt: skip
    """``name`` is the role of the tensor. Of a transposed convolution the rows are along axis 1."""
    whole(n_power_iterations, "n_power_iterations")
    layer = inside(module, "spectral_norm")
    if isinstance(layer, Unknown):
        return layer
    rows = int(isinstance(layer, TransposedConv)) if dim is None else dim
    tensor = found(layer, name)
    axis = 0 if tensor is None else axis_of(layer, tensor, rows)
    return TwoSidedSpectralNorm(layer=layer, role=name, axis=axis)


SPELLINGS = {
    "keras:SpectralNormalization": _keras_spectral_norm,
    "torch:utils.spectral_norm": _torch_spectral_norm,
}
KINDS = (SpectralNorm, TwoSidedSpectralNorm)
