"""The recorded samples of printed summaries, and what a text weighs."""

from __future__ import annotations

from pathlib import Path

from weighbridge.formula import plain
from weighbridge.readers import named, read
from weighbridge.weighing import Weighing, weigh

SAMPLES = Path(__file__).parent / "summaries"
TABLES = sorted(SAMPLES.glob("*.txt"))


def weighed(tmp_path: Path, text: str | bytes, name: str = "summary.txt") -> Weighing:
    """What a file of this text weighs."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return weigh(read(named(str(path))))


def formulas(weighing: Weighing) -> dict[str, str]:
    """The formula of each layer that owns anything."""
    return {
        row.path: plain(row.derived)
        for row in weighing.rows
        if row.derived is not None and row.parameters != 0
    }


def slugs(weighing: Weighing) -> set[str]:
    """The sorts of findings."""
    return {finding.slug for finding in weighing.findings}
