"""What layers share that draw random numbers: how strongly, and the state they keep for it."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim, Num
from weighbridge.layers import Untold
from weighbridge.model import Expected


def share(setting: object, name: str) -> float | None:
    """A number from 0 to 1; ``None`` where the source does not tell."""
    if setting is None or isinstance(setting, Untold):
        return None
    if not isinstance(setting, int | float) or not 0 <= setting <= 1:
        raise Impossible(f"{name} must be a number from 0 to 1, not {setting!r}")
    return setting


def seed(strength: float | None = 1.0) -> tuple[Expected, ...]:
    """The state of Keras' random numbers, two values; none where nothing is random."""
    if strength is not None and strength <= 0:
        return ()
    size = (
        Num(2) if strength is not None else Dim("s", None, "state: 2 values, none at a rate of 0")
    )
    return (Expected("seed", (size,), trainable=False, buffer=True, dtype="uint32"),)
