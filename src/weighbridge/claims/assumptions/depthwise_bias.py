"""A bias after the depthwise stage, which Keras' separable convolution does not have.

``SeparableConv2D`` has one bias, at its end; a ``DepthwiseConv2D`` followed by a 1×1 ``Conv2D`` has
two. Seen where one is replaced by the other.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import depth, is_bias
from weighbridge.model import Expected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line


def _edits(line: Line) -> Iterator[Edit]:
    separable = line.tensor("depthwise_kernel")
    if separable is not None and line.tensor("depthwise_bias") is None:
        reads = depth(separable)
        if reads is not None:
            bias = Expected("depthwise_bias", (reads, *separable.dims[-1:]))
            yield Edit((*line.tensors, bias), "the depthwise stage has a bias too", "added")
    if line.kind.name == "depthwise-conv" or _one_channel_each(line):
        rest = tuple(t for t in line.tensors if not is_bias(t))
        if rest and len(rest) < len(line.tensors):
            says = "the depthwise stage has no bias, as in SeparableConv2D"
            causes = ("separable-depthwise-bias", "bias-omitted")
            yield Edit(rest, says, "none", causes=causes)


def _one_channel_each(line: Line) -> bool:
    """Whether it is a convolution with as many groups as channels."""
    groups = getattr(line.kind, "groups", 1)
    return bool(groups) and groups > 1 and groups == getattr(line.kind, "out_channels", None)


ASSUMPTION = Assumption(
    "depthwise-bias", ("separable-depthwise-bias",), 2.0, _edits,
    decides="whether the depthwise stage has a bias of its own",
)  # fmt: skip
