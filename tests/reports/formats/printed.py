"""Reads a printed table back, so that its column can be added up."""

from __future__ import annotations

import re

NUMBER = re.compile(r"(?:≥ )?([\d,]+)|(\?)")


def number(cell: str) -> int:
    """``≥ 2,416`` → 2,416; nothing is known of ``?``."""
    match = NUMBER.fullmatch(cell.strip().strip("*"))
    assert match, cell
    return int((match[1] or "0").replace(",", ""))
