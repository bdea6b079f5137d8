"""The first convolution has a kernel of another size: the stem of another variant.

ResNets have a 7×7 stem for ImageNet and a 3×3 one for CIFAR; AlexNet starts with 11×11. Seen in
first layers.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import changed, convolution, is_tap, sized, taps
from weighbridge.formula import Dim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line

_SIZES = (7, 3, 5, 11, 1, 2, 4, 9, 16)


def _edits(line: Line) -> Iterator[Edit]:
    kernel = convolution(line)
    if kernel is None:
        return
    own, stem = taps(kernel), line.near.first and len(line.rows) > 1
    for place, size in enumerate(_SIZES if stem else _SIZES[:5]):
        if all(tap.size == size for tap in own):
            continue
        window = tuple(Dim(tap.symbol, size, tap.meaning) for tap in own)
        rest = tuple(dim for dim in kernel.dims if not is_tap(dim))
        tensors = changed(line, (kernel,), lambda k: sized(k, *window, *rest))  # noqa: B023  # used at once
        says = f"the kernel is {'×'.join(str(size) for _ in own)}"
        bits = place / 4 + (0.0 if stem else 2.0)
        causes = ("stem-variant",) if stem else ("size-in-wrong-role",)
        yield Edit(tensors, says, str(size), bits, causes)


ASSUMPTION = Assumption(
    "first-convolution", ("stem-variant",), 3.0, _edits, together=False,
    decides="the kernel size of the first convolution",
)  # fmt: skip
