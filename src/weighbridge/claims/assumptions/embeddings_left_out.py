"""The tables of tokens or of positions are left out.

Scaling laws count without embeddings, and formulas for transformers count the blocks only. Seen in
language models and wherever an embedding comes first.
"""

from __future__ import annotations

from weighbridge.claims._lines import Whole
from weighbridge.claims.assumptions import Assumption
from weighbridge.formula import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line

_POSITIONS = ("pos", "wpe")
_SEGMENTS = ("token_type", "segment")


def _wholes(lines: tuple[Line, ...]) -> Iterator[Whole]:
    tables = [i for i, line in enumerate(lines) if _is_table(line)]
    positions = [i for i in tables if _named(lines[i], _POSITIONS)] or _shortest(lines, tables)
    segments = [i for i in tables if _named(lines[i], _SEGMENTS)]
    tokens = [i for i in tables if i not in positions and i not in segments]
    if tables and len(tables) < len(lines):
        yield _out(tables, "embeddings are left out", "all", 0.0, ())
        if len(tokens) < len(tables):
            yield _out(tokens, "the table of tokens is left out", "tokens", 0.5, ())
    if positions:
        causes = ("positions-omitted",)
        yield _out(positions, "the table of positions is left out", "positions", 0.5, causes)
    if segments:
        yield _out(segments, "the table of segments is left out", "segments", 1.5, ())
    heads = [i for i, line in enumerate(lines) if line.near.last and line.tensor("kernel")]
    if tables and heads and len(tables) + len(heads) < len(lines):
        both = ("embeddings-excluded", "head-excluded")
        yield _out([*tables, *heads], "only the blocks are counted", "blocks", 1.0, both)


def _out(places: list[int], says: str, variant: str, bits: float, causes: tuple[str, ...]) -> Whole:
    return Whole(tuple((place, ()) for place in places), says, variant, bits, causes)


def _is_table(line: Line) -> bool:
    own = line.kind.name in ("embedding", "position-embedding")
    return bool(line.tensors) and (own or (_named(line, ("embed",)) and line.row.expected is None))


def _named(line: Line, parts: tuple[str, ...]) -> bool:
    path = line.row.path.lower()
    return any(part in path for part in parts)


def _shortest(lines: tuple[Line, ...], tables: list[int]) -> list[int]:
    """Of two tables of equal width, the one with fewer rows."""
    if len(tables) != 2:  # noqa: PLR2004  # tokens and positions
        return []
    rows = [value(lines[i].tensors[0].dims[0]) or 0 for i in tables]
    return [tables[rows.index(min(rows))]] if rows[0] != rows[1] else []


ASSUMPTION = Assumption(
    "embeddings-left-out", ("embeddings-excluded",), 3.0, wholes=_wholes,
    decides="whether embeddings are counted",
)  # fmt: skip
