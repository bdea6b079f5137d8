"""The stride of a block is in another of its convolutions.

The first ResNets halved the picture in a block's first 1×1 convolution, today's do in the 3×3 after
it. Parameters stay, work and receptive field change: ResNet-50 takes 3.9 instead of 4.1 billion
multiply-accumulates. Seen in residual blocks.
"""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.claims.assumptions import Assumption, Rebuilt
from weighbridge.claims.assumptions._builds import exchanged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.model import Call, Kind, Model
    from weighbridge.weighing import Weighing

_BETWEEN = ("activation", "batch-norm", "dropout", "identity")


def _models(weighing: Weighing) -> Iterator[Rebuilt]:
    model = weighing.model
    earlier: dict[str, Kind] = {}
    later: dict[str, Kind] = {}
    for call in model.calls:
        before = _before(model, call)
        if before is None or not call.layer or not before.layer:
            continue
        swapped = {
            before.layer: replace(before.kind, stride=call.kind.stride),  # type: ignore[attr-defined]  # a convolution
            call.layer: replace(call.kind, stride=before.kind.stride),  # type: ignore[attr-defined]  # a convolution
        }
        if _strides(call.kind) and not _strides(before.kind):
            earlier |= swapped
        elif _strides(before.kind) and not _strides(call.kind):
            later |= swapped
    if earlier:
        says = "each block strides in the convolution before the one that strides here"
        yield Rebuilt(exchanged(model, earlier), says, "earlier")
    if later:
        says = "each block strides in the convolution after the one that strides here"
        yield Rebuilt(exchanged(model, later), says, "later", 0.5)


def _before(model: Model, call: Call) -> Call | None:
    """The convolution right before a convolution, but for norms and activations."""
    if call.kind.name != "conv":
        return None
    before = call
    while True:
        port = before.reads[0] if len(before.reads) == 1 else None
        if port is None:
            return None
        before = model.calls[port.call]
        if before.kind.name not in _BETWEEN:
            return before if before.kind.name == "conv" else None


def _strides(kind: Kind) -> bool:
    return any((step or 1) > 1 for step in getattr(kind, "stride", ()))


ASSUMPTION = Assumption(
    "stride-placement", ("stride-placement",), 2.5, models=_models, behind_flatten=True,
    decides="which convolution of each block strides",
)  # fmt: skip
