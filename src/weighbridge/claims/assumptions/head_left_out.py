"""The classifier at the end is left out, or one is counted that the network does not have.

"Without top" is how networks are used to extract features; the published size counts the top. Seen
in classifiers, detectors and language models.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit, Whole
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import convolution, dense, width
from weighbridge.formula import Dim
from weighbridge.model import Expected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line

_CLASSES = {1000: 0.0, 10: 0.5, 100: 1.0, 1: 2.0, 2: 2.0}


def _wholes(lines: tuple[Line, ...]) -> Iterator[Whole]:
    owning = [i for i, line in enumerate(lines) if line.tensors]
    if len(owning) < 2:  # noqa: PLR2004  # something must remain
        return
    last = owning[-1]
    yield Whole(((last, ()),), f"the last layer, {lines[last].row.path}, is left out", "last")
    top = _top(lines, owning)
    if 1 < len(top) < len(owning):
        made = tuple((place, ()) for place in top)
        yield Whole(made, "the dense layers at the end are left out", "dense", 0.5)
    first = owning[0]
    says = f"the first layer, {lines[first].row.path}, is left out"
    yield Whole(((first, ()),), says, "first", 2.0, ("part-for-whole",))
    outer = lines[last].row.path.rpartition(".")[0].partition(".")[0]
    inside = [i for i in owning if outer and lines[i].row.path.startswith(f"{outer}.")]
    if 1 < len(inside) < len(owning) and inside != top:
        made = tuple((place, ()) for place in inside)
        yield Whole(made, f"{outer} is left out", outer, 1.0)


def _top(lines: tuple[Line, ...], owning: list[int]) -> list[int]:
    """The dense layers that nothing else follows."""
    top: list[int] = []
    for place in reversed(owning):
        if dense(lines[place]) is None:
            break
        top.append(place)
    return top


def _edits(line: Line) -> Iterator[Edit]:
    """A classifier on top of a network that ends in maps."""
    kernel = convolution(line)
    gives = None if kernel is None else width(kernel)
    if gives is None or not line.near.last or line.near.first:
        return
    pooled = Dim("C", gives.size, "channels")
    for number, bits in _CLASSES.items():
        classes = Dim("classes", number, "classes")
        head = (Expected("head_kernel", (pooled, classes)), Expected("head_bias", (classes,)))
        says = f"a classifier of {number:,} classes is counted"
        yield Edit((*line.tensors, *head), says, str(number), bits + 0.5, ("head-included",))


ASSUMPTION = Assumption(
    "head-left-out", ("head-excluded",), 3.0, _edits, wholes=_wholes,
    decides="whether the classifier at the end is counted",
)  # fmt: skip
