"""An LSTM is counted with peepholes that it does not have, or without those it has.

With peepholes (Gers et al. 2002) three gates also read the memory, unit by unit: three vectors
more. PyTorch and Keras have none; TensorFlow 1 had them as an option. Seen in LSTM.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import of, without
from weighbridge.formula import Dim, Num, Product
from weighbridge.model import Expected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line

_GATES = 4


def _edits(line: Line) -> Iterator[Edit]:
    peepholes = tuple(t for t in line.tensors if "peephole" in t.role)
    if peepholes:
        yield Edit(without(line, peepholes), "there are no peepholes", "none")
        return
    added = []
    for kernel in of(line, "recurrent_kernel"):
        last = kernel.dims[-1] if kernel.dims else None
        if isinstance(last, Product) and last.factors[0] == Dim("g", _GATES, _meaning(last)):
            role = kernel.role.replace("recurrent_kernel", "peepholes")
            added.append(Expected(role, (Num(3), *last.factors[1:]), part=kernel.part))
    if added:
        yield Edit(
            (*line.tensors, *added), "three gates read the memory too, unit by unit", "added"
        )


def _meaning(width: Product) -> str:
    return getattr(width.factors[0], "meaning", "")


ASSUMPTION = Assumption(
    "peepholes", ("peephole",), 3.5, _edits,
    decides="whether the LSTM has peepholes",
)  # fmt: skip
