"""Reports on a terminal or pipe that cannot take every sign: what it lacks is spelled out."""

from __future__ import annotations

import codecs

SPELLED = {
    "·": "*", "×": "x", "−": "-", "–": "-", "—": "-", "≥": ">=", "≤": "<=", "≈": "~", "≠": "!=",
    "→": "->", "…": "...", "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")", "∑": "sum", "²": "^2",
    "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "✓": "ok", "✗": "x", "•": "*", "\u00a0": " ",
}  # fmt: skip
FRAMES = ("\u2500", "\u257f")
"""The block of box-drawing signs."""
LINES = {"\u2500": "-", "\u2501": "-", "\u2550": "=", "\u2502": "|", "\u2503": "|", "\u2551": "|"}


def respelled(text: str, encoding: str) -> str:
    """``text`` in the signs ``encoding`` has: ``(5*5*6 + 1)*16``, ``>= 100``, ``+---+``."""
    codecs.register_error("respelled", _respell)
    return text.encode(encoding, "respelled").decode(encoding)


def _respell(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    odd = error.object[error.start : error.end]
    return "".join(map(_spelling, odd)), error.end


def _spelling(sign: str) -> str:
    if FRAMES[0] <= sign <= FRAMES[1]:
        return LINES.get(sign, "+")
    return SPELLED.get(sign, "?")
