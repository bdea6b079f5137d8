"""Normalisation layers are left out, or folded into the layer before them.

They are a small share of any network, and formulas for transformers drop them. For inference a
batch norm is folded into the convolution before it, which gets a bias in exchange. Seen in
estimates, and in exported models.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import is_bias, is_norm
from weighbridge.model import Expected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line

_FOLDED = "batch norms are folded into the layers before them"


def _edits(line: Line) -> Iterator[Edit]:
    norms = tuple(t for t in line.tensors if is_norm(t))
    rest = tuple(t for t in line.tensors if not is_norm(t))
    if norms or "norm" in line.kind.name:
        kept = () if "norm" in line.kind.name else rest
        yield Edit(kept, "normalisation is left out")
    if line.kind.name == "batch-norm" and line.tensors:
        yield Edit((), _FOLDED, "folded", 1.5)
    kernel = line.tensor("kernel", "pointwise_kernel")
    if line.near.before_norm and kernel is not None and not any(is_bias(t) for t in line.tensors):
        bias = Expected("bias", kernel.dims[-1:])
        causes = ("norms-omitted", "conv-bias-before-bn")
        yield Edit((*line.tensors, bias), _FOLDED, "folded", 1.5, causes)


ASSUMPTION = Assumption(
    "norms-left-out", ("norms-omitted",), 3.0, _edits,
    everywhere=0.0,
    decides="whether normalisation layers are counted",
)  # fmt: skip
