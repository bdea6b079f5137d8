"""Low-rank adapters of ``flax.nnx``: beside any layer, and built into a fully connected one."""

from __future__ import annotations

from weighbridge.formula import Dim, Expr, plus, times, total
from weighbridge.layers._axes import first, settled
from weighbridge.layers._batch import AnyLayout
from weighbridge.layers._settings import whole
from weighbridge.layers.dense import Dense
from weighbridge.model import Dims, Expected, Shape, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers._settings import Ignored, Inner, Size


class Adapter(AnyLayout):
    """A low-rank product beside a layer, whose output is added to that layer's, or alone.

    adapter_in (n_in, r), adapter_out (r, units). MACs: both once for every position; those of the
    layer beside it are its own. Source: Hu et al. 2021, section 4.1.
    """

    inputs: int | None
    rank: int | None
    units: int | None

    @property
    def last_axes(self) -> int:
        return 1

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        shape = first(incoming)
        n_in = Dim("n_in", settled(self.inputs, size(shape, -1), "inputs"), "inputs")
        return adapters(n_in, self.rank, Dim("units", self.units, "outputs"))

    def output(self, *incoming: Shape | None) -> Dims | None:
        shape = first(incoming)
        if shape is None:
            return None
        return (*_places(shape), Dim("units", self.units, "outputs"))

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        shape = first(incoming)
        if shape is None:
            return None
        return times(total(tensor.dims for tensor in self.tensors(shape)), *_places(shape))


class AdaptedDense(Dense):
    """A fully connected layer with a low-rank adapter built in.

    kernel (n_in, units), bias (units), adapter_in (n_in, r), adapter_out (r, units). Flax leaves it
    to the optimizer which of them are trained. MACs: all three matrices once for every position.
    Source: Hu et al. 2021, section 4.1.
    """

    rank: int | None = None

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        own = Dense.tensors(self, *incoming)
        n_in, units = own[0].dims
        return (*own, *adapters(n_in, self.rank, units))

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        if outgoing is None:
            return None
        kernel, *_, narrow, wide = self.tensors(*incoming)
        matrices = plus(*(times(*tensor.dims) for tensor in (kernel, narrow, wide)))
        return times(matrices, *_places(outgoing))


def adapters(n_in: Expr, rank: int | None, units: Expr) -> tuple[Expected, ...]:
    """The two factors of a low-rank adapter."""
    narrow = Dim("r", rank, "rank of the adapter")
    return Expected("adapter_in", (n_in, narrow)), Expected("adapter_out", (narrow, units))


def _places(shape: Shape) -> Dims:
    return tuple(Dim("n", length, "positions") for length in shape[:-1])


# -- spellings -----------------------------------------------------------------------------------


def _nnx_lora(
    in_features: Size, lora_rank: Size, out_features: Size, *, base_module: Inner = None,
    **_: Ignored,
) -> Adapter:  # fmt: skip
    return Adapter(
        inputs=whole(in_features, "in_features"),
        rank=whole(lora_rank, "lora_rank"),
        units=whole(out_features, "out_features"),
    )


def _nnx_lora_linear(
    in_features: Size, out_features: Size, *, lora_rank: Size, use_bias: bool = True, **_: Ignored
) -> AdaptedDense:
    return AdaptedDense(
        inputs=whole(in_features, "in_features"),
        units=whole(out_features, "out_features"),
        bias=bool(use_bias),
        rank=whole(lora_rank, "lora_rank"),
    )


SPELLINGS = {
    "nnx:LoRA": _nnx_lora,
    "nnx:LoRALinear": _nnx_lora_linear,
}
KINDS = (Adapter, AdaptedDense)
