"""LeNet-5's second convolution is counted with the connection table of the paper, or without.

In 1998 each of its 16 maps read only 3, 4 or 6 of the 6 maps below: 60 of the 96 pairs, 25·60 + 16
= 1,516 parameters (LeCun et al. 1998, table I). Today's builds connect all: (25·6 + 1)·16 = 2,416.
Seen in every tutorial on LeNet-5.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import (
    changed,
    convolution,
    depth,
    number,
    sized,
    sliding,
    symbols,
    taps,
    width,
)
from weighbridge.formula import Dim, times

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line

_MAPS = (6, 16)
_LINKS = 60
"""Six maps read 3, nine read 4, one reads all 6."""


def _edits(line: Line) -> Iterator[Edit]:
    kernel = sliding(line)
    if kernel is None:
        return
    if symbols(kernel.dims[-1]) == ("L",):
        yield from _full(line)
    elif convolution(line) and (number(depth(kernel)), number(width(kernel))) == _MAPS:
        reads, gives = _MAPS
        missing = reads * gives - _LINKS
        links = Dim("L", _LINKS, "links from input to output maps")
        tensors = changed(line, (kernel,), lambda k: sized(k, *taps(k), links))
        sizes = times(*taps(kernel))
        said = number(sizes)
        says = (
            f"the connection table of LeNet-5's paper is used, in which {missing} of the "
            f"{reads * gives} channel connections are missing, {said}·{_LINKS} + {gives}"
        )
        truly = "The network here is fully connected"
        yield Edit(tensors, says, "table", truly=truly)


def _full(line: Line) -> Iterator[Edit]:
    """Every output map reads every input map."""
    kernel, bias = sliding(line), line.tensor("bias")
    table, incoming = getattr(line.kind, "table", None), line.incoming
    if kernel is None or table is None or incoming is None:
        return
    first = bool(getattr(line.kind, "channels_first", False))
    reads = Dim("C_in", incoming[0] if first else incoming[-1], "input maps")
    gives = bias.dims[0] if bias is not None else Dim("C_out", len(table), "output maps")
    tensors = changed(line, (kernel,), lambda k: sized(k, *taps(k), reads, gives))
    yield Edit(
        tensors, "every map reads all maps below", "full", truly="Here a table leaves some out"
    )


ASSUMPTION = Assumption(
    "partial-connection", ("partial-connection",), 2.0, _edits,
    decides="whether every output map reads every input map",
)  # fmt: skip
