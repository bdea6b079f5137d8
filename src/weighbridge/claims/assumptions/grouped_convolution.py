"""A convolution in groups is counted with full depth, or a full one as if it had groups.

In groups each filter reads only its share of the channels. AlexNet's second, fourth and fifth
convolution have two, for it ran on two graphics cards: 60 million parameters instead of 62. Seen in
AlexNet, ResNeXt and mobile networks.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit, Whole
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import (
    changed,
    convolution,
    depth,
    number,
    taps,
    width,
    with_depth,
)
from weighbridge.formula import Dim, Expr, Floor, floor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.model import Expected

_GROUPS = (2, 4, 8, 32)
_ALEXNET = (1, 3, 4)
_OF_ALEXNET = 5


def _edits(line: Line) -> Iterator[Edit]:
    kernel = convolution(line)
    if kernel is None:
        return
    reads = depth(kernel)
    if isinstance(reads, Floor):
        full = changed(line, (kernel,), lambda k: with_depth(k, reads.dividend))
        causes = ("depthwise-vs-full", "grouped-conv") if number(reads) == 1 else ()
        yield Edit(full, "every filter reads all input channels", "full", causes=causes)
        return
    for groups in _GROUPS:
        if number(reads) % groups == 0 and number(width(kernel)) % groups == 0:
            tensors = _split(line, kernel, groups)
            says = f"the convolution has {groups} groups"
            yield Edit(tensors, says, str(groups), 1.0 if groups == 2 else 3.0)  # noqa: PLR2004  # the usual


def _split(line: Line, kernel: Expected, groups: int) -> tuple[Expected, ...]:
    reads: Expr = depth(kernel) or Dim("C_in", None)
    share = floor(reads, Dim("g", groups, "groups"))
    return changed(line, (kernel,), lambda k: with_depth(k, share))


def _wholes(lines: tuple[Line, ...]) -> Iterator[Whole]:
    """The split over two cards that AlexNet's paper describes."""
    found = [(i, line, kernel) for i, line in enumerate(lines) if (kernel := convolution(line))]
    if len(found) != _OF_ALEXNET or len(taps(found[0][2])) != 2:  # noqa: PLR2004  # pictures
        return
    chosen = [found[i] for i in _ALEXNET]
    if all(number(depth(kernel)) % 2 == 0 for _, _, kernel in chosen):
        says = "convolutions 2, 4 and 5 are split into two groups, as in AlexNet's paper"
        made = tuple((i, _split(line, kernel, 2)) for i, line, kernel in chosen)
        yield Whole(made, says, "alexnet", -0.5)


ASSUMPTION = Assumption(
    "grouped-convolution", ("grouped-conv",), 3.0, _edits, wholes=_wholes,
    decides="how many groups the convolution has",
)  # fmt: skip
