"""Tensors that hold one number everywhere, of which the value is known without computing any.

Models fill masks with ones and then ask whether anything is masked. That much can be answered.
"""

from __future__ import annotations

import operator

from weighbridge.readers._live_torch_numbers import OpenNumber
from weighbridge.readers._live_torch_standin import StandIn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from weighbridge.readers._live_torch_settings import Foreign

_MADE = {"ones": 1, "zeros": 0, "ones_like": 1, "zeros_like": 0}
_KEEPING = frozenset(
    ("getitem", "view", "reshape", "expand", "unsqueeze", "squeeze", "flatten", "permute", "repeat",
     "transpose", "expand_as", "view_as", "unflatten", "broadcast_to", "clone", "detach", "narrow")
)  # fmt: skip
_COMPARED: dict[str, Callable[[Foreign, Foreign], Foreign]] = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt,
    "ge": operator.ge,
}  # fmt: skip
_OVER_ALL: dict[str, Callable[[Foreign, StandIn], Foreign]] = {
    "all": lambda fill, of: bool(fill),
    "any": lambda fill, of: bool(fill),
    "max": lambda fill, of: fill,
    "min": lambda fill, of: fill,
    "sum": lambda fill, of: of.numel() * fill,
}  # fmt: skip


def made(name: str, values: Sequence[Foreign]) -> object:
    """The number that a function fills a new tensor with; ``None`` if it is none, or not known."""
    if name in ("full", "full_like") and len(values) > 1:
        return values[1] if isinstance(values[1], int | float) else None
    return _MADE.get(name)


def carried(name: str, values: Sequence[Foreign]) -> object:
    """The number in what an operation makes of a tensor that holds one everywhere."""
    first: StandIn = values[0]
    if name in _KEEPING:
        return first.fill
    if name in _OVER_ALL and len(values) == 1:
        found = _OVER_ALL[name](first.fill, first)
        return None if isinstance(found, OpenNumber) else found
    other = values[1] if len(values) > 1 else None
    if isinstance(other, StandIn):
        other = other.fill
    if name in _COMPARED and isinstance(other, int | float):
        return _COMPARED[name](first.fill, other)
    return None
