"""Verdicts on claims told to people: what holds, what fails, and what must have been assumed."""

from __future__ import annotations

from weighbridge.formula import plain
from weighbridge.reports._remarks import findings_of
from weighbridge.reports._words import bytes_words
from weighbridge.reports.document import Column, Document, Equation, Heading, Paragraph, Table
from weighbridge.reports.outline import Outline
from weighbridge.reports.outlines.weighing import heading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.amount import Amount
    from weighbridge.claims import Checked, Explanation, Verdict
    from weighbridge.formula import Expr
    from weighbridge.reports.document import Block, Text

_MARKS = {"holds": "✓", "fails": "✗", "undecided": "?"}
SCHEMA = "weighbridge-check/1"


def checked(result: Checked) -> Document:
    """Each claim with its verdict; those that fail with what explains them."""
    model = result.weighing.model
    blocks: list[Block] = [heading(model)]
    if result.verdicts:
        blocks.append(_overview(result))
    for verdict in result.verdicts:
        if verdict.outcome != "holds":
            blocks += _told(verdict, result)
    blocks += findings_of(result.weighing.findings)
    return Document(model.name, tuple(blocks))


def _overview(result: Checked) -> Table:
    columns = (Column(""), Column("claim", look="strong"), Column("verdict"), Column("measured"))
    return Table(columns, tuple(_line(verdict) for verdict in result.verdicts))


def _line(verdict: Verdict) -> tuple[Text, ...]:
    subject = verdict.subject or "the model"
    name = verdict.quantity
    of = subject if name == "parameters" else f"{name} of {subject}"
    aside = _in_bytes(verdict.measured) if "bytes" in name else ""
    found = (f"{of}: ", verdict.measured, aside)
    return _MARKS[verdict.outcome], verdict.claim.text, verdict.outcome, found


def _in_bytes(amount: Amount) -> str:
    return "" if amount.value is None else f" ({bytes_words(amount.value)})"


def _told(verdict: Verdict, result: Checked) -> Iterator[Block]:
    yield Heading(verdict.claim.text, 2, aside=verdict.outcome)
    expr = _derived(verdict, result)
    if expr is not None:
        yield Equation(f"{verdict.subject} {verdict.quantity}".strip(), expr)
    if verdict.outcome == "undecided":
        yield Paragraph(_missing(verdict))
        return
    for number, explanation in enumerate(verdict.explanations, 1):
        yield from _explained(number, explanation)
    if not verdict.explanations and not verdict.claim.bound:
        yield Paragraph(_unexplained(verdict))
        for explanation in verdict.nearest[:2]:
            yield from _explained(0, explanation)


def _derived(verdict: Verdict, result: Checked) -> Expr | None:
    """The formula of what was measured, where it is the count of one layer."""
    rows = [row for row in result.weighing.rows if row.path == verdict.subject]
    return rows[0].derived if rows and verdict.quantity == "parameters" else None


def _missing(verdict: Verdict) -> str:
    missing = verdict.measured.missing
    named = ", ".join(missing[:6]) + (" …" if len(missing) > 6 else "")  # noqa: PLR2004  # a line's worth
    return f"Not everything is known: {named} could not be weighed in full."


def _unexplained(verdict: Verdict) -> str:
    whole = "" if verdict.exhausted else " The search ended before everything had been tried."
    return f"No assumption known here yields it.{whole}"


def _explained(number: int, explanation: Explanation) -> Iterator[Block]:
    lead = f"{number}. " if number else "Nearest: "
    yield Paragraph(lead + explanation.sentence)
    if explanation.formula and not _is_bare(explanation):
        yield Paragraph(explanation.formula)
    if len(explanation.pieces) > 1:
        columns = (Column("layer"), Column("what"), Column("difference", align="right"))
        yield Table(columns, tuple((p.path, p.name, f"{p.count:+,}") for p in explanation.pieces))
    if explanation.decides:
        yield Paragraph(f"What would tell: {explanation.decides}.")


def _is_bare(explanation: Explanation) -> bool:
    """Whether the formula says no more than the number: ``2,400 = 2,400``."""
    sides = {side.strip().replace(",", "") for side in explanation.formula.split("=")}
    return len(sides) == 1


def _record(result: Checked) -> dict[str, object]:
    from weighbridge.reports.record import finding_of, origin_of

    return {
        "schema": SCHEMA,
        "model": origin_of(result.weighing.model),
        "verdicts": [_verdict(verdict, result) for verdict in result.verdicts],
        "findings": [finding_of(finding) for finding in result.weighing.findings],
    }


def _verdict(verdict: Verdict, result: Checked) -> dict[str, object]:
    claim, expr = verdict.claim, _derived(verdict, result)
    return {
        "claim": {
            "text": claim.text, "subject": verdict.subject, "quantity": verdict.quantity,
            "low": claim.low, "high": claim.high,
        },
        "outcome": verdict.outcome,
        "measured": verdict.measured.value,
        "missing": list(verdict.measured.missing),
        "formula": None if expr is None else plain(expr),
        "explanations": [_explanation(each) for each in verdict.explanations],
        "nearest": [_explanation(each) for each in verdict.nearest],
        "exhausted": verdict.exhausted,
    }  # fmt: skip


def _explanation(explanation: Explanation) -> dict[str, object]:
    return {
        "causes": list(explanation.causes),
        "assumptions": list(explanation.assumptions),
        "value": explanation.value,
        "formula": explanation.formula,
        "sentence": explanation.sentence,
        "pieces": [
            {"path": piece.path, "name": piece.name, "count": piece.count}
            for piece in explanation.pieces
        ],
        "decides": explanation.decides,
    }


def _sheet(result: Checked) -> Table:
    titles = (
        "claim",
        "subject",
        "quantity",
        "outcome",
        "measured",
        "low",
        "high",
        "causes",
        "sentence",
    )
    return Table(tuple(map(Column, titles)), tuple(_row(each) for each in result.verdicts))


def _row(verdict: Verdict) -> tuple[Text, ...]:
    first = verdict.explanations[0] if verdict.explanations else None
    claim, measured = verdict.claim, verdict.measured.value
    numbers = ("" if n is None else str(n) for n in (measured, claim.low, claim.high))
    return (
        claim.text, verdict.subject, verdict.quantity, verdict.outcome, *numbers,
        " ".join(first.causes) if first else "", first.sentence if first else "",
    )  # fmt: skip


OUTLINE = Outline(document=checked, sheet=_sheet, record=_record)
