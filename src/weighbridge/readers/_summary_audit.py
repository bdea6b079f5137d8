"""A printed table held against itself: rows against totals, totals against each other."""

from __future__ import annotations

import re

from weighbridge.errors import Finding
from weighbridge.model import Layer, Tensor, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import ClassVar, Literal

    from weighbridge.readers._summary_types import Printed, Table, Total


class PrintedTotal(Finding):
    """What the total line of a printed table says, be it right or wrong.

    The rows are counted on their own; a claim about ``printed-total`` is about this line.
    """

    value: int = 0
    """The number of parameters on that line."""


class RowsDoNotAddUp(Finding):
    """The rows of a printed table do not come to the total below it.

    Rows may have been left out or copied wrongly, a shared layer may stand in two rows, parameters
    may belong to no layer, or the table is of another model than its total.
    """

    level: ClassVar[Literal["note", "warning"]] = "warning"


class PartsDoNotAddUp(Finding):
    """Trainable and non-trainable parameters of a printed table do not come to its total.

    Keras 3 adds the optimizer's variables to the total of a model that was trained and lists them
    in a line of their own; they are taken into account.
    """

    level: ClassVar[Literal["note", "warning"]] = "warning"


class GroupDoesNotAddUp(Finding):
    """A model or module inside is printed with another count than the rows in it come to."""

    level: ClassVar[Literal["note", "warning"]] = "warning"


class BytesDoNotFit(Finding):
    """The memory printed beside a count is not that of so many parameters.

    Keras writes KB for units of 1,024 bytes: 61,706 parameters of 4 bytes are 241.04 "KB", which is
    246.82 kB in units of 1,000. Both are accepted, and 1, 2 or 8 bytes for each parameter.
    """

    level: ClassVar[Literal["note", "warning"]] = "warning"


class CountsRounded(Finding):
    """A table prints counts in thousands or millions, so that their last digits are lost.

    Where the shapes tell the settings, counts are exact again; otherwise the middle of what the
    printed number may stand for is used.
    """


class CountedBefore(Finding):
    """Rows that a tool marks as recursive: a module used again, whose parameters count once."""


class RowsLeftOut(Finding):
    """Somebody left out rows of a printed table; what is missing from its total stands for them."""


_UNITS = {
    "B": (1, 1),
    "BYTE": (1, 1),
    "BYTES": (1, 1),
    "K": (1024, 1000),
    "M": (1024**2, 1000**2),
    "G": (1024**3, 1000**3),
}
_WIDTHS = (4, 2, 1, 8)


def audited(
    layers: tuple[Layer, ...], table: Table, groups: list[tuple[str, Printed]]
) -> tuple[tuple[Layer, ...], list[Finding]]:
    """``layers``, with one more for rows left out, and everything about the table worth telling."""
    findings = [*table.doubts, *_parts(table)]
    total = table.total("parameters")
    if total is not None:
        findings.append(
            PrintedTotal(
                "", f"its total line says {total.excerpt!r}", value=(total.low + total.high) // 2
            )
        )
        layers, said = _summed(layers, table, total)
        findings += said
    findings += _groups(layers, table, groups)
    findings += _bytes(table)
    rounded = [row for row in table.rows if row.low != row.high]
    if rounded:
        findings.append(
            CountsRounded("", f"{len(rounded)} counts are rounded, such as {rounded[0].excerpt!r}")
        )
    again = sum(row.repeated for row in table.rows)
    if again:
        findings.append(CountedBefore("", f"{again} rows repeat modules that are counted above"))
    return layers, findings


def _counted(layer: Layer, table: Table) -> int | None:
    """What a layer adds to the total of its tool; ``None`` where the table does not print it."""
    if layer.tensors is None:
        return None
    return sum(t.size for t in layer.tensors if not t.buffer or table.producer == "keras")


def _summed(
    layers: tuple[Layer, ...], table: Table, total: Total
) -> tuple[tuple[Layer, ...], list[Finding]]:
    counts = [_counted(layer, table) for layer in layers]
    if None in counts or not counts:
        return layers, []
    optimizer = table.total("optimizer")
    extra = optimizer.low if optimizer is not None else 0
    owned = sum(count for count in counts if count is not None)
    if (
        _within(owned + extra, total)
        or _within(owned, total)
        or any(row.low != row.high for row in table.rows)
    ):
        return layers, []
    buffers = sum(t.size for layer in layers for t in layer.tensors or () if t.buffer)
    listed = table.producer == "flax" or all(row.tensors is not None for row in table.rows)
    if listed and _within(owned + buffers, total):
        return layers, []
    lost = total.low - extra - owned
    if table.left_out and lost > 0:
        kind = Unknown(native="", because="rows that the table leaves out")
        more = Layer("left_out", kind, "", (Tensor("left_out.values", (lost,)),), inferred=True)
        return (*layers, more), [
            RowsLeftOut("left_out", f"{lost:,} parameters are in rows that were left out")
        ]
    more_or_less = "fewer" if lost > 0 else "more"
    said = f"its rows come to {owned:,}, {abs(lost):,} {more_or_less} than its total line says"
    return layers, [RowsDoNotAddUp("", said, total.excerpt)]


def _within(number: int, total: Total) -> bool:
    return total.low <= number <= total.high


def _parts(table: Table) -> Iterator[Finding]:
    total, trainable, frozen = (table.total(name) for name in ("parameters", "trainable", "frozen"))
    if total is None or trainable is None or frozen is None:
        return
    optimizer = table.total("optimizer")
    extras = (0,) if optimizer is None else (optimizer.low, 0)
    low, high = trainable.low + frozen.low, trainable.high + frozen.high
    if not any(low + extra <= total.high and total.low <= high + extra for extra in extras):
        said = (
            f"{trainable.low:,} trainable and {frozen.low:,} frozen are {low:,}, not {total.low:,}"
        )
        yield PartsDoNotAddUp("", said, total.excerpt)


def _groups(
    layers: tuple[Layer, ...], table: Table, groups: list[tuple[str, Printed]]
) -> Iterator[Finding]:
    if table.own:
        return
    for path, row in groups:
        counts = [_counted(layer, table) for layer in layers if layer.path.startswith(f"{path}.")]
        known = sum(count or 0 for count in counts)
        if row.exact and None not in counts and known != row.low:
            yield GroupDoesNotAddUp(
                path, f"its row says {row.low:,}, the rows in it come to {known:,}", row.excerpt
            )


def _bytes(table: Table) -> Iterator[Finding]:
    for total in table.totals:
        match = re.fullmatch(r"\s*([\d.,]+)\s*([KMG])?i?(B|bytes?)?\s*", total.size, re.I)
        if match is None or total.low != total.high:
            continue
        digits = match[1].replace(",", "")
        if digits.count(".") > 1 or not digits.strip("."):
            continue
        printed, step = float(digits), 10.0 ** -len(digits.partition(".")[2])
        units = _UNITS[(match[2] or "B").upper()]
        if not any(
            abs(total.low * width / unit - printed) <= step for width in _WIDTHS for unit in units
        ):
            right = total.low * 4 / units[0]
            said = f"{total.low:,} parameters of 4 bytes are {right:,.2f} of these, not {match[1]}"
            yield BytesDoNotFit("", said, total.excerpt)
