"""Claims as people write them: ``conv2d_1=1516``, ``macs <= 600M``, ``total=61.7k``, ``1516``."""

from __future__ import annotations

import re

from weighbridge.claims._numbers import computed, stated
from weighbridge.claims._quantities import of_bytes, quantity
from weighbridge.claims._types import Claim
from weighbridge.errors import Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.claims._numbers import Stated

_RELATION = re.compile(r"\s*(<=|>=|==|≤|≥|<|>|=)\s*")
_PLAIN = {"≤": "<=", "≥": ">=", "==": "="}
_MIRRORED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<", "=": "="}
_HINT = "for instance conv2d_1=1516, total=61.7k, 'macs <= 600M' or 1516"


def claim(text: str) -> Claim:
    """The claim that ``text`` makes. Raises ``Usage`` where it makes none."""
    parts = _RELATION.split(text.strip())
    match parts:
        case [number]:
            return _interval(Claim(text), number, "=")
        case [left, sign, right]:
            sign = _PLAIN.get(sign, sign)
            if _is_number(left) and not _is_number(right):
                left, sign, right = right, _MIRRORED[sign], left
            return _interval(_about(text, left), right, sign)
        case [least, first, name, second, most] if {first, second} <= {"<", "<=", "≤"}:
            low = _interval(_about(text, name), least, _MIRRORED[_PLAIN.get(first, first)])
            return _interval(low, most, _PLAIN.get(second, second))
    raise Usage(f"{text!r} is no claim", hint=_HINT)


def _is_number(text: str) -> bool:
    try:
        stated(text)
    except Usage:
        return False
    return True


def _about(text: str, left: str) -> Claim:
    """``lstm.kernel``, ``conv1.macs``, ``total``: whose quantity is meant."""
    left = left.strip()
    whole = quantity(left)
    if whole is not None:
        return Claim(text, "model", whole)
    subject, dot, last = left.rpartition(".")
    of = quantity(last) if dot else None
    return Claim(text, left) if of is None else Claim(text, subject, of)


def _interval(about: Claim, number: str, sign: str) -> Claim:
    from weighbridge._record import replace

    found = stated(number, of_bytes(about.quantity))
    name = about.quantity or ("bytes" if found.bytes else "")
    low, high = _ends(found, sign)
    return replace(
        about,
        quantity=name,
        low=about.low if low is None else low,
        high=about.high if high is None else high,
        bound=sign != "=",
        formula=number.strip() if _is_arithmetic(number) else "",
    )


def _ends(found: Stated, sign: str) -> tuple[int | None, int | None]:
    """The smallest and the largest number that are meant; a bound is meant exactly."""
    whole, rest = divmod(found.value.numerator, found.value.denominator)
    match sign:
        case "<=":
            return None, whole
        case "<":
            return None, whole if rest else whole - 1
        case ">=":
            return (whole + 1 if rest else whole), None
        case ">":
            return whole + 1, None
    return found.low, found.high


def _is_arithmetic(number: str) -> bool:
    if not re.search(r"[-+*/×·()]", number.strip().lstrip("-+")):
        return False
    try:
        computed(number)
    except Usage:
        return False
    return True
