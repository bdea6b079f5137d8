"""A stack of assumptions told to a person: the sentence, the claimant's sum, the difference."""

from __future__ import annotations

from weighbridge.claims._lines import counts, formula
from weighbridge.claims._moves import merged
from weighbridge.claims._types import Explanation, Piece
from weighbridge.formula import plain, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.claims._search import Hit
    from weighbridge.model import Expected

_MOST_TERMS = 8
"""Layers whose sums are written out."""


def told(lines: tuple[Line, ...], measured: int, hit: Hit) -> Explanation:
    """``hit`` as an explanation; ``lines`` truly come to ``measured``."""
    steps = [step for move in hit.moves for step in move.steps]
    now = _now(lines, hit)
    total = measured + hit.adds
    return Explanation(
        causes=tuple(dict.fromkeys(cause for step in steps for cause in step.causes)),
        assumptions=tuple(dict.fromkeys(step.assumption.name for step in steps)),
        value=total,
        formula=f"{_sum(lines, now, measured, total)} = {total:,}",
        sentence=_sentence(lines, hit, measured, total),
        pieces=tuple(_pieces(lines, now)),
        cost=hit.bits,
    )


def _now(lines: tuple[Line, ...], hit: Hit) -> dict[int, tuple[Expected, ...]]:
    """The layers that are counted otherwise, as they are counted now."""
    changes: dict[int, list[tuple[tuple[Expected, ...], set[str]]]] = {}
    for move in hit.moves:
        for place, tensors in move.made:
            names = {name for at, name in move.slots if at == place}
            changes.setdefault(place, []).append((tensors, names))
    return {place: merged(lines[place], each) for place, each in changes.items()}


def _sum(
    lines: tuple[Line, ...], now: dict[int, tuple[Expected, ...]], measured: int, total: int
) -> str:
    """The sum the claimant must have done."""
    parts = [now.get(place, line.tensors) for place, line in enumerate(lines)]
    parts = [tensors for tensors in parts if tensors]
    if not parts:
        return "0"
    if len(parts) <= _MOST_TERMS and sum(_come_to(tensors) for tensors in parts) == total:
        return " + ".join(plain(formula(tensors)) for tensors in parts)
    if not now:
        return f"{total:,}"
    changed = [(_come_to(now[p]) - lines[p].count) for p in now]
    if len(changed) <= _MOST_TERMS // 2:
        return f"{measured:,}" + "".join(
            f" {'−' if adds < 0 else '+'} {abs(adds):,}" for adds in changed
        )
    adds = total - measured
    return f"{measured:,} {'−' if adds < 0 else '+'} {abs(adds):,}"


def summed(lines: tuple[Line, ...], total: int) -> str:
    """The sum of the layers as they are, where there are few."""
    return f"{_sum(lines, {}, total, total)} = {total:,}"


def supposed(says: str, value: int, true: int) -> str:
    """The sentence for what was supposed of the whole."""
    return f"If {says}, it comes to {value:,}, not {true:,}."


def _come_to(tensors: tuple[Expected, ...]) -> int:
    return sum(counts(tensors).values())


def _sentence(lines: tuple[Line, ...], hit: Hit, measured: int, total: int) -> str:
    said = [
        f"{' and '.join(dict.fromkeys(step.edit.says for step in move.steps))}{move.where}"
        for move in hit.moves
    ]
    told = f"If {' and '.join(dict.fromkeys(said))}, it comes to {total:,}, not {measured:,}."
    owning = [line for line in lines if line.tensors]
    if len(owning) != 1 or owning[0].count != measured:
        return told
    truly = next((t for m in hit.moves for s in m.steps if (t := getattr(s.edit, "truly", ""))), "")
    true = owning[0].formula
    return f"{told} {truly or 'Here it is'}{':' if truly else ''} {plain(true)} = {value(true):,}."


def _pieces(lines: tuple[Line, ...], now: dict[int, tuple[Expected, ...]]) -> Iterator[Piece]:
    """What each layer's tensors differ in, from what was counted."""
    for place in sorted(now):
        true, counted = counts(lines[place].tensors), counts(now[place])
        for name in dict.fromkeys((*true, *counted)):
            difference = counted.get(name, 0) - true.get(name, 0)
            if difference:
                yield Piece(lines[place].row.path, name, difference)
