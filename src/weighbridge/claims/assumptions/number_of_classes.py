"""The last layer gives another number of classes.

Well-known networks are published for the 1,000 classes of ImageNet and used for 10 or 100. One
output instead of two, for a yes or no, is the same mistake in small. Seen in last layers.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import convolution, dense, sized, width
from weighbridge.formula import Dim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line

_CLASSES = {
    1000: 0.0, 10: 0.0, 100: 0.5, 1: 1.0, 2: 1.0, 1001: 1.5, 21: 2.0, 20: 2.0, 80: 2.0, 91: 2.0,
    101: 2.5, 3: 2.0, 5: 2.5, 26: 2.5, 47: 2.5, 62: 2.5, 102: 2.5, 200: 2.0, 365: 2.5, 21841: 2.0,
    21843: 2.5, 11221: 3.0, 256: 3.0,
}  # fmt: skip
"""ImageNet, MNIST and CIFAR-10, CIFAR-100, yes or no, Pascal VOC, COCO, EMNIST, Places and others,
and how much rarer each is."""


def _edits(line: Line) -> Iterator[Edit]:
    kernel = dense(line) or convolution(line)
    own = None if kernel is None else width(kernel)
    if own is None or not line.near.last:
        return
    near = {n: 1.0 for n in ((own.size or 0) - 1, (own.size or 0) + 1) if n > 0}
    for number, bits in {**near, **_CLASSES}.items():
        if number != own.size:
            classes = Dim(own.symbol, number, "classes")
            tensors = tuple(
                sized(t, *(classes if dim == own else dim for dim in t.dims)) for t in line.tensors
            )
            yield Edit(tensors, f"there are {number:,} classes", str(number), bits)


ASSUMPTION = Assumption(
    "number-of-classes", ("num-classes",), 3.0, _edits,
    decides="how many classes the network tells apart",
)  # fmt: skip
