"""Settings as constructors take them, brought into the one form the kinds hold.

A setting that the source does not tell is ``None`` where a size is asked for.
"""

from __future__ import annotations

from weighbridge.errors import Impossible

Size = int | None
"""Annotates an argument that may stay unknown: its unknown sizes are ``None``."""
Ignored = object
"""Annotates an argument that changes neither a count, a shape nor MACs; any value will do."""
Inner = object
"""Annotates an argument that takes a layer, which arrives as its ``Kind``, or a list of layers."""
Incoming = object
"""Annotates an argument that takes the tensors an operation reads."""
Extent = object
"""Annotates an argument with sizes of a whole shape, batch axis included; what is not known in it
stays ``Untold``, so that the number of samples can be told from it."""


def whole(value: object, name: str, least: int = 1) -> int | None:
    """``value`` as a whole number of at least ``least``; ``None`` stays unknown."""
    if value is None:
        return None
    number = int(value) if isinstance(value, float) and value.is_integer() else value
    if not isinstance(number, int) or isinstance(number, bool):
        raise Impossible(f"{name} must be a whole number, not {value!r}")
    if number < least:
        raise Impossible(f"{name} must be at least {least}, not {number}")
    return number


def each_axis(value: object, rank: int, name: str, least: int = 1) -> tuple[int | None, ...]:
    """``3`` → ``(3, 3)`` for two axes; a tuple or list of ``rank`` sizes as it is."""
    if isinstance(value, tuple | list):
        if len(value) != rank:
            raise Impossible(f"{name} needs {rank} sizes, not {len(value)}: {tuple(value)}")
        return tuple(whole(item, name, least) for item in value)
    return (whole(value, name, least),) * rank


def channels_first(data_format: object) -> bool:
    """Whether the channel axis comes before the spatial ones; ``None`` is Keras' default, last.

    Keras 1 called the two ``th`` and ``tf``, after Theano and TensorFlow.
    """
    lower = str(data_format).lower()
    if lower in ("none", "default", "channels_last", "tf"):
        return False
    if lower in ("channels_first", "th"):
        return True
    raise Impossible(f"data_format must be channels_last or channels_first, not {data_format!r}")


def one_of(value: object, allowed: tuple[str, ...], name: str) -> str:
    """``value`` in lower case if it is one of ``allowed``."""
    lower = value.lower() if isinstance(value, str) else value
    if lower not in allowed:
        raise Impossible(f"{name} must be {' or '.join(allowed)}, not {value!r}")
    return str(lower)
