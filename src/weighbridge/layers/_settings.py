"""Settings as constructors take them, brought into the one form the kinds hold.

A setting that the source does not tell is ``None`` where a size is asked for.
"""

from __future__ import annotations

from weighbridge.errors import Impossible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Size = int | None
"""Annotates an argument that may stay unknown; any other argument must be known to make a kind."""


def whole(value: Any, name: str, least: int = 1) -> int | None:
    """``value`` as a whole number of at least ``least``; ``None`` stays unknown."""
    if value is None:
        return None
    number = int(value) if isinstance(value, int | float) and value == int(value) else None
    if number is None or isinstance(value, bool):
        raise Impossible(f"{name} must be a whole number, not {value!r}")
    if number < least:
        raise Impossible(f"{name} must be at least {least}, not {number}")
    return number


def each_axis(value: Any, rank: int, name: str, least: int = 1) -> tuple[int | None, ...]:
    """``3`` → ``(3, 3)`` for two axes; a tuple or list of ``rank`` sizes as it is."""
    if isinstance(value, tuple | list):
        if len(value) != rank:
            raise Impossible(f"{name} needs {rank} sizes, not {len(value)}: {tuple(value)}")
        return tuple(whole(item, name, least) for item in value)
    return (whole(value, name, least),) * rank


def channels_first(data_format: Any) -> bool:
    """Whether the channel axis comes before the spatial ones; ``None`` is Keras' default, last."""
    spelled = {None: False, "channels_last": False, "channels_first": True, "tf": False, "th": True}
    if data_format not in spelled:
        raise Impossible(f"data_format must be channels_last or channels_first, not {data_format!r}")
    return spelled[data_format]


def one_of(value: Any, allowed: tuple[str, ...], name: str) -> str:
    """``value`` in lower case if it is one of ``allowed``."""
    lower = value.lower() if isinstance(value, str) else value
    if lower not in allowed:
        raise Impossible(f"{name} must be {' or '.join(allowed)}, not {value!r}")
    return str(lower)
