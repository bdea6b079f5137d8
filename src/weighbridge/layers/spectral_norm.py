"""Spectral normalisation around a layer."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import ONE, Expr
from weighbridge.layers._settings import whole
from weighbridge.model import Dims, Expected, Kind, Part, Shape, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from weighbridge.layers._settings import Ignored, Inner, Size

_NORMALISED = ("kernel", "embedding")


class SpectralNorm(Kind):
    """The kernel of a layer is kept at a largest singular value of 1.

    The tensors of the layer, and a buffer (1, C_out): an estimate of the singular vector, which
    power iterations improve in training. Work and shapes are the layer's. Source: Miyato et al.
    2018, algorithm 1.
    """

    stored_twice: ClassVar[tuple[str, ...]] = _NORMALISED
    """Roles of the tensors that Keras saves for the wrapper and again for the layer inside."""

    layer: Kind

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...] | None:
        owned = self.layer.tensors(*incoming)
        if owned is None:
            return None
        kernel = next((tensor for tensor in owned if tensor.role in _NORMALISED), None)
        if kernel is None:
            raise Impossible(
                f"a {self.layer.name} layer has no kernel and no embedding to be normalised"
            )
        estimate = Expected("vector", (ONE, kernel.dims[-1]), trainable=False, buffer=True)
        return (*owned, estimate)

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        return self.layer.outputs(*incoming)

    def output(self, *incoming: Shape | None) -> Dims | None:
        return self.layer.output(*incoming)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        return self.layer.macs(incoming, outgoing)

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        return self.layer.connections(incoming, outgoing)

    def parts(self, *incoming: Shape | None) -> tuple[Part, ...]:
        return self.layer.parts(*incoming)


def _keras_spectral_norm(layer: Inner, power_iterations: Size = 1, **_: Ignored) -> Kind:
    whole(power_iterations, "power_iterations")
    if isinstance(layer, Unknown):
        because = f"{layer.native}, inside it, is not known"
        return Unknown(native="SpectralNormalization", because=because)
    if not isinstance(layer, Kind):
        raise Impossible(f"SpectralNormalization takes a layer, not {layer!r}")
    return SpectralNorm(layer=layer)


SPELLINGS = {"keras:SpectralNormalization": _keras_spectral_norm}
KINDS = (SpectralNorm,)
