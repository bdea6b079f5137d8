"""Numbers and shapes as tables print them."""

from __future__ import annotations

import re

from weighbridge.errors import LIMITS
from weighbridge.readers._summary_types import Total

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.model import Shape

SIZE = r"(?:None|nan|\?|-1|\d{1,18})"
SHAPE = rf"[(\[]\s*{SIZE}(?:\s*[,x×]\s*{SIZE})*\s*,?\s*[)\]]"
_SHAPE = re.compile(SHAPE)
_SIZES = re.compile(SIZE)
_NUMBER = r"\d{1,3}(?:[,'’_ .]\d{3})+(?![\d.])|\d+(?:\.\d+)?"
_COUNT = re.compile(rf"(~|≈|<)?\s*({_NUMBER})\s*([KMBTkmbtG])?\b")
_SCALES = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9, "G": 10**9, "T": 10**12}
_TOTAL = re.compile(
    r"^(?P<label>[^:=|&]*?(?:total|trainable|optimizer|number|# ?of|params|parameters)[^:=|&\d]*?)"
    rf"\s*(?:[:=|&]|is\b|are\b)+\s*(?P<count>{_NUMBER})\s*(?P<scale>[KMBT]\b)?\s*(?:\((?P<size>[^)]*)\))?",
    re.I,
)
_BEFORE = re.compile(
    rf"^(?P<count>{_NUMBER})\s*(?P<scale>[KMBT]\b)?\s+(?P<label>(?:trainable|non-trainable|total)\s+param\w*)",
    re.I,
)


def shapes(text: str, batch: bool = True) -> tuple[Shape, ...]:
    """The shapes in ``text``, without their first size where that is the ``batch``."""
    found = [_sizes(match.group()) for match in _SHAPE.finditer(text)]
    return tuple(shape[1:] if batch else shape for shape in found)


def _sizes(text: str) -> Shape:
    return tuple(int(n) if n.isdigit() else None for n in _SIZES.findall(text))


def count(text: str) -> tuple[int, int] | None:
    """The interval of counts that ``text`` may stand for; exact ones are an interval of one.

    ``61,706`` → (61706, 61706); ``11.7 M`` → (11600001, 11799999), for tools round or truncate.
    """
    match = _COUNT.search(text)
    if match is None or len(match.group(2)) > LIMITS.digits // 4:
        return None
    digits, scale = match.group(2), _SCALES[(match.group(3) or "").upper()]
    whole = re.sub(r"[,'’_ ]", "", digits)
    if scale == 1 and "." in whole:
        whole = (
            whole.replace(".", "")
            if re.fullmatch(r"\d{1,3}(\.\d{3})+", whole)
            else whole.split(".")[0]
        )
    if scale == 1:
        return int(whole), int(whole)
    before, _, after = whole.partition(".")
    step = scale // 10 ** len(after) or 1
    number = int(before) * scale + (int(after) * step if after else 0)
    return max(number - step + 1, 0), number + step - 1


def totals(lines: list[str]) -> Iterator[Total]:
    """Lines that say what the whole comes to."""
    for line in lines:
        plain = line.strip(" |│*_`#-$\\").replace("\\_", "_").replace("**", "")
        match = _TOTAL.match(plain) or _BEFORE.match(plain)
        if match is None:
            continue
        quantity = _quantity(match["label"], plain[match.end() :])
        found = count(f"{match['count']} {match['scale'] or ''}")
        if quantity and found is not None:
            beside = match.groupdict().get("size") or ""
            yield Total(quantity, *found, excerpt=line.strip(), size=beside)


def _quantity(label: str, behind: str) -> str:
    lower = re.sub(r"[\s_-]+", " ", label.lower())
    if lower.strip() in ("total", "sum total", "grand total") and not behind.strip(" .)"):
        return "parameters"
    if "param" not in lower or "size" in lower or "estimated" in lower or "%" in lower:
        return ""
    if "optimizer" in lower:
        return "optimizer"
    if (
        "non trainable" in lower
        or "untrainable" in lower
        or "frozen" in lower
        or "nontrainable" in lower
    ):
        return "frozen"
    if "trainable" in lower:
        return "trainable"
    return "parameters" if re.search(r"total|number|sum|all|model|# ?of|^ ?param", lower) else ""
