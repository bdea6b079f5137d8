"""Of a mixture of experts the parameters used for one token are given as all, or the reverse.

Each token passes through a few of many experts; attention and embeddings are there once. "8x7B" is
not 56 billion, for only the feed-forward layers are there eight times. Seen in mixtures of experts.
"""

from __future__ import annotations

from itertools import pairwise

from weighbridge._record import replace
from weighbridge.claims._lines import Whole
from weighbridge.claims.assumptions import Assumption
from weighbridge.formula import Dim, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line

_ACTIVE = (2, 1, 4, 8)


def _wholes(lines: tuple[Line, ...]) -> Iterator[Whole]:
    numbers = {i: n for i, line in enumerate(lines) if (n := _number(line.row.path)) is not None}
    there = max(numbers.values(), default=-1) + 1
    if there < 2:  # noqa: PLR2004  # one expert is none
        return
    for bits, active in enumerate(_ACTIVE):
        if active < there:
            idle = tuple((i, ()) for i, n in numbers.items() if n >= active)
            says = f"{active} of {there} experts are counted, as one token uses them"
            yield Whole(idle, says, str(active), float(bits))
    shared = [i for i, line in enumerate(lines) if line.tensors and i not in numbers]
    copies = Dim("E", there, "experts")
    made = tuple(
        (i, tuple(replace(t, dims=(copies, *t.dims)) for t in lines[i].tensors)) for i in shared
    )
    says = f"all that the {there} experts share is counted {there} times"
    causes = ("moe-shared-parts-replicated",)
    yield Whole(made, says, "shared", 1.0, causes)
    rest = tuple((i, t) for i, t in made if not _routes(lines[i], there))
    if 0 < len(rest) < len(made):
        yield Whole(rest, f"{says}, but for the router", "shared-but-router", 1.0, causes)


def _routes(line: Line, experts: int) -> bool:
    """Whether it gives one value for each expert, as a router does."""
    kernel = line.tensor("kernel")
    return kernel is not None and value(kernel.dims[-1]) == experts


def _number(path: str) -> int | None:
    """Which expert it belongs to: 3 for ``layers.0.experts.3.w1``."""
    parts = path.split(".")
    for name, number in pairwise(parts):
        if "expert" in name and "shared" not in name and number.isdigit():
            return int(number)
    return None


ASSUMPTION = Assumption(
    "experts", ("moe-active-for-total",), 2.0, wholes=_wholes,
    decides="how many experts one token uses, and whether all are meant",
)  # fmt: skip
