"""Text formatting in followed source: f-strings, ``format`` and ``%``, with bounded widths."""

from __future__ import annotations

from weighbridge.layers import Untold
from weighbridge.readers._python.values import SCALARS, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._python.run import Run

_WIDEST = 1000
_CONVERSIONS = {"r": 114, "s": 115, "a": 97}


def _modest(form: str) -> bool:
    """Whether no width or precision in ``form`` asks for much text."""
    digits = "".join(c if c.isdigit() else " " for c in form).split()
    return all(len(number) < len(str(_WIDEST)) for number in digits)


def formatted(run: Run, value: Value, form: Value, conversion: int = -1) -> Value:
    """``format(value, form)`` after ``!r``, ``!s``, ``!a``; ``Untold`` where it cannot be told."""
    if not isinstance(value, SCALARS) or not isinstance(form, str) or not _modest(form):
        return value if isinstance(value, Untold) else Untold("a formatted value")
    match conversion:
        case 114 | 97:
            shown: Value = repr(value) if conversion == ord("r") else ascii(value)
        case 115:
            shown = str(value)
        case _:
            shown = value
    try:
        return format(shown, form)
    except (TypeError, ValueError):
        return Untold("a formatted value")


def percent(run: Run, pattern: str, values: Value) -> Value:
    """``pattern % values``."""
    given = values if isinstance(values, tuple) else (values,)
    if not _modest(pattern) or "*" in pattern or not all(isinstance(v, SCALARS) for v in given):
        return Untold("a formatted string")
    try:
        text = pattern % given
    except (TypeError, ValueError, KeyError):
        return Untold("a formatted string")
    run.charge(len(text))
    return text


def filled(run: Run, pattern: str, values: list[Value], named: dict[str, Value]) -> Value:
    """``pattern.format(*values, **named)``; fields with attributes or indices are not followed."""
    import string

    text, count = "", 0
    try:
        fields = list(string.Formatter().parse(pattern))
    except ValueError:
        return Untold("a formatted string")
    for literal, field, form, conversion in fields:
        text += literal
        if field is None:
            continue
        if field == "":
            field, count = str(count), count + 1
        value = _field(field, values, named)
        spelled = formatted(run, value, form or "", _CONVERSIONS.get(conversion or "", -1))
        if not isinstance(spelled, str):
            return spelled
        text += spelled
    run.charge(len(text))
    return text


def _field(field: str, values: list[Value], named: dict[str, Value]) -> Value:
    places = {str(position): value for position, value in enumerate(values)}
    if field in places:
        return places[field]
    return named.get(field, Untold(f"{{{field}}}"))
