"""The biases are not counted: only what is multiplied is taken for a parameter.

Textbooks draw the connections of a network and forget the units' own thresholds, and "weights" is
often said for all parameters. Seen in any layer with a bias.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import is_bias, is_norm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line


def _edits(line: Line) -> Iterator[Edit]:
    apart = tuple(tensor for tensor in line.uncounted if is_bias(tensor) and tensor.trainable)
    if apart and not any(is_bias(tensor) for tensor in line.tensors):
        yield Edit((*line.tensors, *apart), "the biases are counted too", "counted")
    biases = [tensor for tensor in line.tensors if is_bias(tensor)]
    rest = tuple(tensor for tensor in line.tensors if tensor not in biases)
    multiplied = any(not is_bias(tensor) for tensor in (*line.uncounted, *line.tied))
    if biases and (rest or multiplied):
        yield Edit(rest, "the biases are left out")
    kernels = tuple(tensor for tensor in rest if not is_norm(tensor))
    if len(kernels) < len(rest):
        causes = ("bias-omitted", "norms-omitted") if biases else ("norms-omitted",)
        yield Edit(kernels, "only kernels are counted", "kernels", 1.5, causes)
    elif rest and biases:
        yield Edit(rest, "only kernels are counted", "kernels", 1.5, ("bias-omitted",))
    if len(biases) > 1:
        for bias in biases:
            others = tuple(tensor for tensor in line.tensors if tensor is not bias)
            said = bias.role.replace("_", " ")
            yield Edit(others, f"the {said} is left out", bias.role, 2.0)


ASSUMPTION = Assumption(
    "bias-left-out", ("bias-omitted",), 2.0, _edits,
    everywhere=0.0,
    decides="whether the layer was built with a bias",
)  # fmt: skip
