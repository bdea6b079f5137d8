"""Numbers as people state them, with the precision they were stated in: ``61.7k``, ``241 KB``."""

from __future__ import annotations

import ast
import re
from fractions import Fraction

from weighbridge._record import Record
from weighbridge.errors import LIMITS, Usage

THOUSAND, KIBI = 1000, 1024
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "b": 3, "t": 4, "p": 5}
_WORDS = {
    "thousand": "k", "million": "m", "millions": "m", "mn": "m", "mio": "m", "billion": "b",
    "billions": "b", "bn": "b", "trillion": "t", "trillions": "t",
}  # fmt: skip
_BYTES = re.compile(r"([kmgtp]?)(i?)(b|bytes?)", re.IGNORECASE)
_NOUNS = r"(?:parameters|params?|weights|trainable|macs?|flops?|mult-adds|madds|ops|connections)?"
_NUMBER = re.compile(
    r"(?P<about>[~≈]|about |approx\.? |ca\.? )?\s*"
    r"(?P<digits>\d{1,3}(?:[,'_\u2019\u00a0\u202f ]\d{3})+|\d+)"
    r"(?P<decimals>[.,]\d+)?(?:e\+?(?P<exponent>\d{1,3}))?\s*"
    r"(?P<unit>[a-z]*?)\s*" + _NOUNS,
    re.IGNORECASE,
)
_SIGNS = str.maketrans({"×": "*", "·": "*", "⋅": "*", "−": "-", "^": "^", "÷": "/"})
_LARGEST = 10**30
_HIGHEST_POWER = 64
_SHOWN = 80


class Stated(Record):
    """A number, and how far from it the thing it stands for may lie."""

    value: Fraction
    unit: Fraction
    """What its last digit stands for; 0 where it is meant exactly."""
    bytes: bool = False
    """Whether it is said to be of bytes."""

    @property
    def low(self) -> int:
        """The smallest whole number it may stand for."""
        if not self.unit:
            return -(-self.value.numerator // self.value.denominator)
        least = self.value - self._reach
        return least.numerator // least.denominator + 1

    @property
    def high(self) -> int:
        """The largest whole number it may stand for."""
        if not self.unit:
            return self.value.numerator // self.value.denominator
        most = self.value + self._reach
        return -(-most.numerator // most.denominator) - 1

    @property
    def _reach(self) -> Fraction:
        """Rounded or cut off, it is less than one unit away; and never by more than a quarter."""
        return min(self.unit, self.value / 4)


def stated(text: str, of_bytes: bool = False) -> Stated:
    """The number that ``text`` states; an arithmetic expression is meant exactly.

    ``of_bytes`` says that ``B`` stands for bytes, not for billions. Raises ``Usage``.
    """
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return Stated(computed(text), Fraction(0))
    digits = re.sub(r"\D", "", found["digits"])
    decimals = (found["decimals"] or "")[1:]
    scale, is_bytes = _scale(found["unit"].lower(), of_bytes, text)
    scale *= 10 ** int(found["exponent"] or 0)
    unit = Fraction(scale, 10 ** len(decimals))
    value = int(digits + decimals) * unit
    if value > _LARGEST:
        raise Usage(f"{text.strip()} is no number of anything in a network")
    return Stated(value, _precision(digits + decimals, unit, found), is_bytes)


def _precision(digits: str, unit: Fraction, found: re.Match[str]) -> Fraction:
    """What the last digit stands for; a whole number without a unit is meant exactly."""
    if found["about"]:
        zeros = len(digits) - len(digits.rstrip("0") or "0")
        return unit * Fraction(10**zeros)
    plain = not found["unit"] and not found["decimals"] and not found["exponent"]
    return Fraction(0) if plain or (unit < 1 and unit.denominator == 1) else unit


def _scale(unit: str, of_bytes: bool, text: str) -> tuple[int, bool]:
    """What a number is multiplied by, and whether it is of bytes."""
    unit = _WORDS.get(unit, unit)
    if of_bytes or unit in ("kb", "mb", "gb", "tb", "kib", "mib", "gib", "tib", "byte", "bytes"):
        found = _BYTES.fullmatch(unit or "b")
        if found is None and unit in _POWERS:
            return THOUSAND ** _POWERS[unit], True
        if found is None:
            raise Usage(
                f"{text.strip()!r}: {unit!r} is no unit of bytes", hint="KB, MiB, GB, bytes"
            )
        return (KIBI if found[2] else THOUSAND) ** _POWERS[found[1].lower()], True
    if unit not in _POWERS:
        raise Usage(f"{text.strip()!r}: nobody here knows the unit {unit!r}", hint="K, M, B, T")
    return THOUSAND ** _POWERS[unit], False


# -- arithmetic ----------------------------------------------------------------------------------


def computed(text: str) -> Fraction:
    """What an arithmetic expression comes to: ``4*(4096*16 + 4096**2)``.

    Raises ``Usage`` where it is none, or too large to be meant.
    """
    hint = "for instance 61706, 61.7k, 241 KB or 5*5*6*16 + 16"
    try:
        if len(text) > LIMITS.digits:
            raise ValueError(text)
        return _value(ast.parse(text.strip().translate(_SIGNS), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError, ZeroDivisionError):
        shown = text.strip()[:_SHOWN]
        raise Usage(f"{shown!r} is neither a number nor arithmetic", hint=hint) from None


def _value(node: ast.expr) -> Fraction:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return Fraction(str(number))
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner)
        case ast.BinOp(left=left, op=sign, right=right):
            return _bounded(_combined(_value(left), sign, _value(right)))
    raise ValueError(node)


def _combined(left: Fraction, sign: ast.operator, right: Fraction) -> Fraction:
    match sign:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Div():
            return left / right
        case ast.FloorDiv():
            return Fraction(left // right)
        case ast.Pow() | ast.BitXor() if right.denominator == 1 and 0 <= right <= _HIGHEST_POWER:
            return left ** int(right)
    raise ValueError(sign)


def _bounded(value: Fraction) -> Fraction:
    if abs(value) > _LARGEST:
        raise ValueError(value)
    return value
