"""What to know of a weighing beside its numbers: what they rest on, and what was found."""

from __future__ import annotations

from weighbridge.reports._totals import label
from weighbridge.reports._words import counted, list_words
from weighbridge.reports.document import Column, Note, Paragraph, Table
from weighbridge.weighing import AMOUNTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from weighbridge.errors import Finding
    from weighbridge.reports.document import Block
    from weighbridge.weighing import Basis, Row, Weighing

_MOST = 8
"""Findings of one sort that are told one by one; a record has them all."""

MEANING: dict[Basis, str] = {
    "agrees": "derived from the settings, and the tensors in the source hold as many",
    "disagrees": "the tensors are not those the settings call for; the tensors are counted",
    "derived only": "computed from the settings; the source holds no tensors to compare with",
    "observed only": "counted from the tensors; the settings alone do not tell",
    "unknown": "neither settings nor tensors tell",
}
"""What each basis means, in the order they are listed."""


def remarks(weighing: Weighing) -> Iterator[Block]:
    """What the rows rest on, what the totals lack, what the framework's convention means here."""
    yield from _bases([basis for row in weighing.rows if (basis := basis_to_tell(row))])
    yield from _missing(weighing)
    convention = weighing.convention
    held = (held for row in weighing.rows for held in row.held or ())
    matters = any(h.buffer and h.role not in convention.uncounted for h in held)
    if matters and convention.note:
        yield Note("note", f"{convention.note}.")


def basis_to_tell(row: Row) -> Basis | None:
    """What a row rests on; ``None`` where there is nothing to count and nothing amiss."""
    amiss = row.basis in ("disagrees", "unknown")
    return row.basis if amiss or row.parameters != 0 else None


def _bases(present: list[Basis]) -> Iterator[Block]:
    """A sentence if all rows rest on the same, else what each word of the column means."""
    listed = [basis for basis in MEANING if basis in present]
    if len(listed) == 1:
        verb = "" if listed[0] in ("agrees", "disagrees") else "is "
        yield Paragraph(f"Every count {verb}{listed[0]}: {MEANING[listed[0]]}.")
    elif listed:
        meanings = (f"{counted(present.count(b), 'layer')}: {MEANING[b]}" for b in listed)
        yield Table((Column(""), Column("")), tuple(zip(listed, meanings, strict=True)))


def _missing(weighing: Weighing) -> Iterator[Note]:
    """Which totals are lower bounds, and for want of which layers."""
    lacking: dict[tuple[str, ...], list[str]] = {}
    for quantity in AMOUNTS:
        missing = weighing.total(quantity).missing
        if missing:
            lacking.setdefault(missing, []).append(label(quantity))
    for missing, quantities in lacking.items():
        bounds = f"{', '.join(quantities)}: at least this much"
        yield Note("warning", f"{bounds}; {list_words(missing)} could not be weighed in full")


def findings_of(findings: Iterable[Finding]) -> Iterator[Note]:
    """A note for each finding; those that say the same of several layers together."""
    alike: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        key = (finding.slug, finding.message, finding.excerpt)
        alike.setdefault(key, []).append(finding)
    told: dict[str, int] = {}
    for (slug, message, excerpt), same in alike.items():
        told[slug] = told.get(slug, 0) + 1
        if told[slug] <= _MOST:
            paths = list(dict.fromkeys(finding.path for finding in same if finding.path))
            place = f"{list_words(paths)}: " if paths else ""
            yield Note(same[0].level, place + message, excerpt)
    for slug, number in told.items():
        if number > _MOST:
            yield Note("note", f"{number - _MOST:,} more of this sort: {slug}")
