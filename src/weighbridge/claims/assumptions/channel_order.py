"""Channels are taken for the first axis where they are the last, or the reverse.

PyTorch and old Theano code put the channels first, Keras puts them last unless ``data_format`` says
otherwise. A convolution then reads another axis as channels. Seen wherever shapes change hands.
"""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption, Rebuilt
from weighbridge.claims.assumptions._builds import rebuilt
from weighbridge.claims.assumptions._tensors import (
    changed,
    depth,
    sliding,
    spatial,
    taps,
    with_depth,
)
from weighbridge.formula import Dim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.model import Kind
    from weighbridge.weighing import Weighing


def _edits(line: Line) -> Iterator[Edit]:
    kernels = tuple(t for t in line.tensors if taps(t) and depth(t) is not None)
    axes = spatial(line, line.incoming)
    if not kernels or sliding(line) is None or not axes:
        return
    first = bool(getattr(line.kind, "channels_first", False))
    ends = (axes[-1], *axes[:-1]) if first else axes
    for i, axis in enumerate(ends):
        said = "last" if first else "first"
        says = (
            f"the {said if i == 0 else axis.meaning} axis, {axis.size}, is taken for the channels"
        )
        causes = ("channel-order", "timesteps-as-features") if len(axes) == 1 else ()
        read = Dim("C_in", axis.size, "channels")
        tensors = changed(line, kernels, lambda k: with_depth(k, read))  # noqa: B023  # used at once
        yield Edit(tensors, says, f"{i}", 0.0 if i == 0 else 2.0, causes)


def _turned(kind: Kind) -> Kind | None:
    first = getattr(kind, "channels_first", None)
    return None if first is None else replace(kind, channels_first=not first)


def _models(weighing: Weighing) -> Iterator[Rebuilt]:
    model = rebuilt(weighing.model, _turned)
    if model is not None:
        yield Rebuilt(model, "channels are taken for the other end of each shape")


ASSUMPTION = Assumption(
    "channel-order", ("channel-order",), 3.0, _edits, models=_models,
    decides="which axis of the input holds the channels",
)  # fmt: skip
