"""Fully connected layers."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim, Expr, times, total
from weighbridge.layers._axes import first, settled
from weighbridge.layers._batch import AnyLayout
from weighbridge.layers._settings import Ignored, Size, whole
from weighbridge.layers._torch import count
from weighbridge.model import Dims, Expected, Shape, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar


class Dense(AnyLayout):
    """Every unit reads every value of the last axis; other axes are positions it is repeated over.

    kernel (n_in, units), bias (units). With a low-rank adapter (LoRA) the kernel is frozen and two
    factors (n_in, r) and (r, units) are trained. MACs: the kernel once for every position. Source
    of the adapter: Hu et al. 2021, section 4.1.
    """

    each: ClassVar[tuple[str, str] | None] = ("unit", "units")

    units: int | None
    bias: bool = True
    inputs: int | None = None
    """Size of the last axis that the settings declare; ``None`` where the first input tells."""
    adapter_rank: int | None = None

    @property
    def last_axes(self) -> int:
        return 1

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        n_in = Dim("n_in", self._n_in(first(incoming)), "inputs: the last axis")
        units = Dim("units", self.units, "outputs")
        kernel = Expected("kernel", (n_in, units), trainable=self.adapter_rank is None)
        own = (kernel, Expected("bias", (units,))) if self.bias else (kernel,)
        if self.adapter_rank is None:
            return own
        rank = Dim("r", self.adapter_rank, "rank of the adapter")
        narrow = Expected("adapter_in", (n_in, rank), dtype="float32")
        return (*own, narrow, Expected("adapter_out", (rank, units), dtype="float32"))

    def output(self, *incoming: Shape | None) -> Dims | None:
        shape = first(incoming)
        if shape is None:
            return None
        self._n_in(shape)
        units = Dim("units", self.units, "outputs")
        return (*(Dim("n", length, "positions") for length in shape[:-1]), units)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        kernel = self.tensors(*incoming)[0]
        return None if outgoing is None else times(*kernel.dims, *_positions(outgoing))

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        count = total(tensor.dims for tensor in self.tensors(*incoming))
        return None if outgoing is None else times(count, *_positions(outgoing))

    def _n_in(self, shape: Shape | None) -> int | None:
        if shape == ():
            raise Impossible("reads samples of at least 1 axis, not single values")
        return settled(self.inputs, size(shape, -1), "inputs")


def _positions(outgoing: Shape) -> Dims:
    return tuple(Dim("n", length, "positions") for length in outgoing[:-1])


def _keras_dense(
    units: Size, activation: Ignored = None, use_bias: bool = True,
    kernel_initializer: Ignored = None, bias_initializer: Ignored = None,
    kernel_regularizer: Ignored = None, bias_regularizer: Ignored = None,
    activity_regularizer: Ignored = None, kernel_constraint: Ignored = None,
    bias_constraint: Ignored = None, lora_rank: int | None = None, **_: Ignored,
) -> Dense:  # fmt: skip
    return Dense(
        units=whole(units, "units"),
        bias=bool(use_bias),
        adapter_rank=whole(lora_rank or None, "lora_rank"),
    )


def _torch_linear(
    in_features: Size, out_features: Size, bias: bool = True, device: Ignored = None,
    dtype: Ignored = None,
) -> Dense:  # fmt: skip
    return Dense(
        inputs=count(in_features, "in_features"),
        units=count(out_features, "out_features"),
        bias=bool(bias),
    )


def _torch_lazy_linear(
    out_features: Size, bias: bool = True, device: Ignored = None, dtype: Ignored = None
) -> Dense:
    return _torch_linear(None, out_features, bias)


SPELLINGS = {
    "keras:Dense": _keras_dense,
    "keras:TimeDistributedDense": _keras_dense,
    "torch:Linear": _torch_linear,
    "torch:LazyLinear": _torch_lazy_linear,
}
KINDS = (Dense,)
