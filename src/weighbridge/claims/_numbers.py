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
_NOUNS = (
    r"(?P<noun>(?:(?:total|non-?trainable|trainable|frozen|learnable)\s+)?"
    r"(?:parameters|params?|weights|trainable|macs?|flops?|mult-adds|madds|ops|connections|buffers))?"
)
_NUMBER = re.compile(
    r"(?P<about>[~≈\u223c]|about |approx(?:\.|imately)? |ca\.? |circa |around |roughly |some )?\s*"
    r"(?P<digits>\d{1,3}(?:[,'_\u2019\u00a0\u2009\u202f ]\d{3})+|\d+|(?=\.\d))"
    r"(?P<decimals>[.,]\d+)?\.?(?:e\+?(?P<exponent>\d{1,3}))?\s*"
    r"(?P<unit>[a-z]*?)\s*" + _NOUNS,
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"(?<![\d.,])\d{1,3}(?:(?:\.\d{3}){2,}(?![\d.])|(?:\.\d{3})+(?=,\d{1,2}(?!\d)))"
)
"""Thousands separated by points: in several places, or before a decimal comma."""
_REMARK = re.compile(r"(?<=[\w%])\s*\([^()]*[a-z][^()]*\)$", re.IGNORECASE)
"""What stands in brackets behind a number: ``61,706 (241.04 KB)``."""
_SIGNS = str.maketrans(
    {"×": "*", "·": "*", "⋅": "*", "\u2217": "*", "−": "-", "–": "-", "÷": "/", "[": "(", "]": ")"}
)
_ARITHMETIC = re.compile(r"(?:[-+*/() .\d]|(?<=[\d.])[eE]\+?(?=\d))*")
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LARGEST = 10**30
_HIGHEST_POWER = 64
_SHOWN = 80
_HINT = "for instance 61706, 61.7k, 241 KB or 5*5*6*16 + 16"


class Stated(Record):
    """A number, and how far from it the thing it stands for may lie."""

    value: Fraction
    unit: Fraction
    """What its last digit stands for; 0 where it is meant exactly."""
    bytes: bool = False
    """Whether it is said to be of bytes."""
    noun: str = ""
    """What it is said to count: ``params``, ``flops``."""

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
    plain = _REMARK.sub("", text.strip())
    plain = _POINTS.sub(lambda points: points[0].replace(".", "_"), plain)
    found = _NUMBER.fullmatch(plain)
    if found is None:
        return Stated(_whole(computed(text), text), Fraction(0))
    digits, decimals = re.sub(r"\D", "", found["digits"]), (found["decimals"] or "")[1:]
    scale, is_bytes = _scale(found["unit"].lower(), of_bytes, text)
    if _is_separator(found):
        digits, decimals = digits + decimals, ""
    scale *= 10 ** int(found["exponent"] or 0)
    unit = Fraction(scale, 10 ** len(decimals))
    value = int(digits + decimals) * unit
    if value > _LARGEST:
        raise Usage(f"{_short(text)} is no number of anything in a network")
    precision = _precision(digits + decimals, unit, found)
    value = value if precision else _whole(value, text)
    return Stated(value, precision, is_bytes, (found["noun"] or "").lower())


def _is_separator(found: re.Match[str]) -> bool:
    """Whether a point separates thousands, because a count has no decimals: ``1.516``."""
    decimals, bare = found["decimals"] or "", not found["unit"] and not found["exponent"]
    thousands = re.fullmatch(r"\.\d{3}", decimals) and re.fullmatch(
        r"[1-9]\d{0,2}", found["digits"]
    )
    return bare and thousands is not None


def _whole(value: Fraction, text: str) -> Fraction:
    """``value``, if it can be counted."""
    if value < 0:
        raise Usage(f"{_short(text)} is below 0, and nothing counts so", hint=_HINT)
    if value.denominator != 1:
        hint = "K, M, B, KB or MiB behind it, where it is in thousands, millions or bytes"
        raise Usage(f"{_short(text)} is no whole number", hint=hint)
    return value


def _short(text: str) -> str:
    text = text.strip()
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")


def _precision(digits: str, unit: Fraction, found: re.Match[str]) -> Fraction:
    """What the last digit stands for; a whole number without a unit is meant exactly."""
    if found["about"]:
        zeros = len(digits) - len(digits.rstrip("0") or "0")
        return unit * Fraction(10**zeros)
    return unit if found["unit"] or found["exponent"] else Fraction(0)


def _scale(unit: str, of_bytes: bool, text: str) -> tuple[int, bool]:
    """What a number is multiplied by, and whether it is of bytes."""
    unit = _WORDS.get(unit, unit)
    if of_bytes or unit in ("kb", "mb", "gb", "tb", "kib", "mib", "gib", "tib", "byte", "bytes"):
        found = _BYTES.fullmatch(unit or "b")
        if found is None and unit in _POWERS:
            return THOUSAND ** _POWERS[unit], True
        if found is None:
            hint = "KB, MiB, GB or bytes"
            raise Usage(f"{_short(text)}: {unit!r} is no unit of bytes", hint=hint)
        return (KIBI if found[2] else THOUSAND) ** _POWERS[found[1].lower()], True
    if unit not in _POWERS:
        hint = "K, M, B, T, KB, MiB"
        raise Usage(f"{_short(text)}: nobody here knows the unit {unit!r}", hint=hint)
    return THOUSAND ** _POWERS[unit], False


# -- arithmetic ----------------------------------------------------------------------------------


def computed(text: str) -> Fraction:
    """What an arithmetic expression comes to: ``4*(4096*16 + 4096**2)``.

    Raises ``Usage`` where it is none, or too large to be meant.
    """
    try:
        python = _in_python(text)
        if len(text) > LIMITS.digits or not _ARITHMETIC.fullmatch(python):
            raise ValueError(text)
        return _value(ast.parse(python, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError, ZeroDivisionError):
        raise Usage(f"{_short(text)} is neither a number nor arithmetic", hint=_HINT) from None


def _in_python(text: str) -> str:
    """The signs of arithmetic as people write them, ``5x5``, ``4(16 + 4)``, ``64²``, ``2^10``."""
    text = text.strip().translate(_SIGNS)
    text = re.sub(r"(?<=[\d)])\s*[xX]\s*(?=[\d(])", "*", text)
    text = re.sub(
        f"[{_RAISED}]+", lambda n: "^" + "".join(f"{_RAISED.index(d)}" for d in n[0]), text
    )
    text = re.sub(r"(?<=\d)[,_'](?=\d{3}(?!\d))", "", text)
    text = re.sub(r"(?<=[\d)])\s*(?=\()|(?<=\))\s*(?=\d)", "*", text)
    return text.replace("^", "**")


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
        case ast.Pow() if right.denominator == 1 and 0 <= right <= _HIGHEST_POWER:
            return left ** int(right)
    raise ValueError(sign)


def _bounded(value: Fraction) -> Fraction:
    if abs(value) > _LARGEST:
        raise ValueError(value)
    return value
