"""The bias is multiplied along with the weights, by a size that has nothing to do with it.

Somebody counts the layer for one input map, bias included, and multiplies by the number of maps:
(5·5 + 1)·6·16. Each output has one bias, however much it reads. Seen in convolutions and recurrent
layers.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import (
    changed,
    flattened,
    is_bias,
    sized,
    spatial,
)
from weighbridge.formula import Dim, Num, dims

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line


_DEPTHS = ("C", "C_in", "n_in")


def _edits(line: Line) -> Iterator[Edit]:
    biases = tuple(tensor for tensor in line.tensors if is_bias(tensor))
    if not biases or len(biases) == len(line.tensors):
        return
    own = {dim for bias in biases for each in bias.dims for dim in dims(each)}
    split = flattened(line)
    maps = () if split is None or split[1].size == 1 else split[1:]
    for dim in (*maps, *_others(line, own)):
        tensors = changed(line, biases, lambda bias: sized(bias, dim, *bias.dims))  # noqa: B023  # used at once
        says = f"there is a bias for each of the {dim.size} {dim.meaning or dim.symbol}"
        yield Edit(tensors, says, dim.symbol, 0.0 if dim.symbol in _DEPTHS else 1.0)
    twice = changed(line, biases, lambda bias: sized(bias, Num(2), *bias.dims))
    yield Edit(twice, "the biases are counted twice", "twice", 1.0)
    places = spatial(line, line.row.output)
    if places and line.tensor("kernel") is not None:
        each = changed(line, biases, lambda bias: sized(bias, *places, *bias.dims))
        causes = ("bias-doubled", "unshared-kernels", "spatial-size-counted")
        yield Edit(each, "each output position has a bias of its own", "places", 1.0, causes)


def _others(line: Line, own: set[Dim]) -> Iterator[Dim]:
    """Sizes of the kernels that are none of the bias."""
    seen = set()
    for tensor in line.tensors:
        for each in tensor.dims:
            for dim in dims(each):
                if dim not in own and dim.size not in (None, 1) and dim not in seen:
                    seen.add(dim)
                    yield dim


ASSUMPTION = Assumption(
    "bias-scaled", ("bias-doubled",), 4.5, _edits,
    decides="how many values the bias of the layer has",
)  # fmt: skip
