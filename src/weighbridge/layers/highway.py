"""Highway layers: a gate decides how much of the input is changed and how much passes as it is."""

from __future__ import annotations

from weighbridge.formula import Dim, Expr, total
from weighbridge.layers._axes import Elementwise, first, of_rank
from weighbridge.model import Dims, Expected, Shape, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from weighbridge.layers._settings import Ignored


class Highway(Elementwise):
    """n values go through a fully connected layer, or past it; a second such layer is the gate.

    kernel (n, n), gate kernel (n, n), bias (n), gate bias (n): 2·(n + 1)·n. MACs: both matrices
    once. Source: Srivastava et al. 2015, equation 3.
    """

    each: ClassVar[tuple[str, str] | None] = ("unit", "n")

    bias: bool = True

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        n = Dim("n", size(of_rank(first(incoming), 1), -1), "values that come in, and go out")
        kernels = (Expected("kernel", (n, n)), Expected("gate_kernel", (n, n)))
        biases = (Expected("bias", (n,)), Expected("gate_bias", (n,)))
        return kernels + biases * self.bias

    def output(self, *incoming: Shape | None) -> Dims | None:
        return None if of_rank(first(incoming), 1) is None else Elementwise.output(self, *incoming)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        if first(incoming) is None:
            return None
        return total(tensor.dims for tensor in self.tensors(*incoming)[:2])

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        if first(incoming) is None:
            return None
        return total(tensor.dims for tensor in self.tensors(*incoming))


def _keras_highway(
    init: Ignored = None, activation: Ignored = None, weights: Ignored = None,
    W_regularizer: Ignored = None, b_regularizer: Ignored = None,  # noqa: N803  # Keras 1's words
    activity_regularizer: Ignored = None, W_constraint: Ignored = None,  # noqa: N803
    b_constraint: Ignored = None, bias: bool = True, **_: Ignored,
) -> Highway:  # fmt: skip
    """Of Keras 1.2.2, which has no word for it since."""
    return Highway(bias=bool(bias))


SPELLINGS = {"keras:Highway": _keras_highway}
KINDS = (Highway,)
