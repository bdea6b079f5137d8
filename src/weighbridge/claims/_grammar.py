"""Claims as people write them: ``conv2d_1=1516``, ``macs <= 600M``, ``total=61.7k``, ``1516``."""

from __future__ import annotations

import re

from weighbridge._record import replace
from weighbridge.claims._numbers import computed, stated
from weighbridge.claims._quantities import of_bytes, quantity
from weighbridge.claims._types import Claim
from weighbridge.errors import Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.claims._numbers import Stated

_RELATION = re.compile(r"\s*(<=|>=|=<|=>|==|!=|≤|≥|<|>|=|:(?=\s)|\s:)\s*")
_PLAIN = {"≤": "<=", "=<": "<=", "≥": ">=", "=>": ">=", "==": "=", ":": "="}
_MIRRORED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<", "=": "="}
_WORDS = {
    "at most": "<=", "up to": "<=", "no more than": "<=", "not more than": "<=",
    "at least": ">=", "no less than": ">=", "not less than": ">=",
    "less than": "<", "fewer than": "<", "under": "<", "below": "<",
    "more than": ">", "over": ">", "above": ">", "is": "=", "equals": "=", "has": "=",
}  # fmt: skip
_WORDY = re.compile(
    rf"(?:(?<=\s)|^)(?:(?:is|are|has|have)\s+)?({'|'.join(_WORDS)})\s+(?=[~≈\d.a])", re.IGNORECASE
)
_BETWEEN = re.compile(
    r"(?P<name>.*?)\s*[=:]?\s*\b(?:is\s+)?(?:between|from)\s+(?P<low>.+?)\s+(?:and|to)\s+(?P<high>.+)",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"(?P<low>\d[\d.,_]*\s*[a-z]*)\s*(?:\.{2,3}|…|–|—|\bto\b|(?<=[a-z])\s*-)\s*(?P<high>\d.*)",
    re.IGNORECASE,
)
_HINT = "for instance conv2d_1=1516, total=61.7k, 'macs <= 600M' or 1516"


def claim(text: str) -> Claim:
    """The claim that ``text`` makes. Raises ``Usage`` where it makes none."""
    try:
        if len(text) > _MOST_LETTERS:
            raise Usage("this is too long for a claim", hint=_HINT)
        found = _made(" ".join(text.split()), text)
    except Usage as error:
        raise error.at(f"the claim {_shown(text)}") from None
    if found.low is not None and found.high is not None and found.low > found.high:
        what = f"nothing is at least {found.low:,} and at most {found.high:,}"
        raise Usage(what, f"the claim {_shown(text)}", "the smaller number first")
    return found


def _made(plain: str, text: str) -> Claim:
    between = _BETWEEN.fullmatch(plain)
    if between is not None and not quantity(plain):
        return _within(_about(text, between["name"]), between["low"], between["high"])
    if not _RELATION.search(plain):
        plain = _WORDY.sub(lambda found: f" {_WORDS[found[1].lower()]} ", plain)
    parts = _RELATION.split(plain.strip())
    parts[1::2] = [_PLAIN.get(sign.strip(), sign.strip()) for sign in parts[1::2]]
    match parts:
        case [number]:
            return _interval(Claim(text), number, "=")
        case [left, "=", right] if _is_sum_of(left, right):
            return _worked_out(Claim(text), left, right)
        case [left, sign, right] if sign in _MIRRORED:
            if _is_number(left) and not _is_number(right):
                left, sign, right = right, _MIRRORED[sign], left
            return _interval(_about(text, left), right, sign)
        case [name, "=", left, "=", right]:
            return _worked_out(_about(text, name), left, right)
        case [least, ("<" | "<=") as first, name, ("<" | "<=") as second, most]:
            low = _interval(_about(text, name), least, _MIRRORED[first])
            return _interval(low, most, second)
        case [most, (">" | ">=") as first, name, (">" | ">=") as second, least]:
            high = _interval(_about(text, name), most, _MIRRORED[first])
            return _interval(high, least, second)
    raise Usage(f"{_shown(text)} is no claim", hint=_HINT)


def _is_number(text: str) -> bool:
    try:
        stated(text)
    except Usage:
        return False
    return True


def _is_sum_of(left: str, right: str) -> bool:
    """Whether neither side names anything; a layer may be called ``0``."""
    if not _is_number(left) or not _is_number(right):
        return False
    return _is_arithmetic(left) or (
        _is_arithmetic(right) and stated(left).value == stated(right).value
    )


def _about(text: str, left: str) -> Claim:
    """``lstm.kernel``, ``conv1.macs``, ``total``: whose quantity is meant."""
    left = left.strip()
    whole, _ = measure(left)
    if whole is not None:
        return Claim(text, "model", whole)
    subject, dot, last = left.rpartition(".")
    of = quantity(last) if dot else None
    if of is None:
        subject, space, last = left.rpartition(" ")
        of = quantity(last) if space else None
    return Claim(text, left) if of is None else Claim(text, subject, of)


# -- quantities with their units -----------------------------------------------------------------

_UNIT = re.compile(
    r"(?P<name>.*?)\s*(?:[(\[]\s*(?:in\s+)?|/\s*)(?:[x×]?\s*10\^?(?P<power>[3692]{1,2})|(?P<unit>"
    r"[kmgbt]|thousands?|millions?|billions?|[kmgt]i?b|bytes))\s*[)\]]?",
    re.IGNORECASE,
)
_PREFIXED = re.compile(r"(?P<unit>[kmgt])(?P<name>flops?|macs?|madds|mult-adds)", re.IGNORECASE)
_NUMBER_OF = re.compile(r"(?:total\s+)?(?:number|no\.?|nr\.?|count|#)\s*(?:of\s+)?", re.IGNORECASE)


def measure(text: str) -> tuple[str | None, str]:
    """The quantity that ``text`` names and the unit it is said to be in: ``#Params (M)``."""
    plain = text.strip().strip("#.*_` ").strip()
    whole = quantity(plain)
    if whole is not None and not _PREFIXED.fullmatch(plain):
        return whole, ""
    for form in (_UNIT, _PREFIXED):
        found = form.fullmatch(plain)
        of = None if found is None else measure(found["name"])[0]
        if found is not None and of is not None:
            power = found.groupdict().get("power")
            return of, f"e{power}" if power else found["unit"]
    rest = _NUMBER_OF.sub("", plain, count=1)
    return (None, "") if rest == plain else measure(rest)


# -- numbers -------------------------------------------------------------------------------------


def _interval(about: Claim, number: str, sign: str) -> Claim:
    if not number.strip():
        raise Usage("no number is claimed", hint=_HINT)
    range_ = _RANGE.fullmatch(number) if sign == "=" else None
    if range_ is not None:
        return _within(about, range_["low"], range_["high"])
    found = stated(_in_unit(number, about), of_bytes(about.quantity))
    name = about.quantity or ("bytes" if found.bytes else _counted(found))
    low, high = _ends(found, sign)
    return replace(
        about,
        quantity=name,
        low=about.low if low is None else low,
        high=about.high if high is None else high,
        bound=sign != "=",
        formula=number.strip() if _is_arithmetic(number) else "",
    )


def _counted(found: Stated) -> str:
    """The quantity whose name stands behind the number; weights are said of anything."""
    return "" if found.noun in ("", "weights") else quantity(found.noun) or ""


def _in_unit(number: str, about: Claim) -> str:
    """``number`` in the unit of the name it is claimed under: ``GMACs = 4.1``."""
    name = _RELATION.split(about.text.strip())[0] if about.quantity else ""
    return with_unit(number, measure(name)[1])


def with_unit(number: str, unit: str) -> str:
    """``number`` with ``unit`` behind it, where it has none of its own."""
    return f"{number.strip()}{unit}" if unit and re.fullmatch(r"[~≈\d.,\s]+", number) else number


def _within(about: Claim, low: str, high: str) -> Claim:
    """From ``low`` to ``high``, both included; the unit of the second may be that of both."""
    unit = re.search(r"(?<=[\d\s])[a-z]+\s*$", high, re.IGNORECASE)
    if unit is not None and re.fullmatch(r"[\d.,\s]+", low):
        low += unit[0]
    return _interval(_interval(about, low, ">="), high, "<=")


def _worked_out(about: Claim, left: str, right: str) -> Claim:
    """``5*5*6*16 + 16 = 2416``: arithmetic, and what it comes to."""
    sum_, number = (left, right) if _is_arithmetic(left) else (right, left)
    found = _interval(about, number, "=")
    comes_to = stated(sum_).value
    if not found.allows(int(comes_to)):
        raise Usage(f"{_shown(sum_)} comes to {int(comes_to):,}, not to {number.strip()}")
    return replace(found, formula=sum_.strip() if _is_arithmetic(sum_) else "")


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
    if not re.search(r"[-+*/×·⋅()÷^xX]", number.strip().lstrip("-+")):
        return False
    try:
        computed(number)
    except Usage:
        return False
    return True


def _shown(text: str) -> str:
    return repr(text if len(text) <= _LONGEST else text[:_LONGEST] + "…")


_LONGEST, _MOST_LETTERS = 80, 2_000
