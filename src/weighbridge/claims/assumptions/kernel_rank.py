"""A kernel is taken over another number of axes than it slides along.

"Kernel size 5" is 5 weights in Conv1D, 5·5 in Conv2D and 5·5·5 in Conv3D. A picture given to Conv1D
is read as a sequence whose second axis holds the channels. Seen in convolutions and pools.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import changed, is_depth, is_tap, sized, taps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.formula import Dim
    from weighbridge.model import Expected

_SAYS = {1: "along one axis only", 2: "over two axes", 3: "over three axes"}
_RANKS = tuple(_SAYS)


def _edits(line: Line) -> Iterator[Edit]:
    kernels = tuple(t for t in line.tensors if taps(t))
    if not kernels:
        return
    own = taps(kernels[0])
    for rank in _RANKS:
        if rank == len(own):
            continue
        window = _window(own, rank)
        says = f"the kernel is taken {_SAYS[rank]}"
        bits = float(abs(rank - len(own)) - 1) + (0.5 if rank == max(_RANKS) else 0.0)
        yield Edit(changed(line, kernels, lambda t: _over(t, window)), says, f"{rank}", bits)  # noqa: B023  # used at once
        flat = changed(line, kernels, lambda t: _over(t, window, flat=True))  # noqa: B023  # used at once
        if rank > len(own):
            yield Edit(flat, f"{says} and one channel deep", f"{rank}-flat", bits + 0.5)


def _window(own: tuple[Dim, ...], rank: int) -> tuple[Dim, ...]:
    """The taps of a kernel over ``rank`` axes, as long along each as the kernel is."""
    return (*own, *(own[-1:] * rank))[-rank:] if rank > len(own) else own[-rank:]


def _over(tensor: Expected, window: tuple[Dim, ...], flat: bool = False) -> Expected:
    rest = (d for d in tensor.dims if not is_tap(d) and not (flat and is_depth(d)))
    return sized(tensor, *window, *rest)


ASSUMPTION = Assumption(
    "kernel-rank", ("conv-rank",), 3.0, _edits,
    decides="along how many axes the kernel slides",
)  # fmt: skip
