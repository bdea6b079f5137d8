"""A weighing as plain data: the record that JSON spells, and the flat sheet that CSV spells.

The record is what other programs build on, schema ``weighbridge/1``; ``weighbridge-1.schema.json``
beside this file describes it. Keys are never renamed within a schema's number.
"""

from __future__ import annotations

from weighbridge.formula import latex, plain, symbolic, value
from weighbridge.reports.document import Column, Table
from weighbridge.weighing import AMOUNTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.amount import Amount
    from weighbridge.errors import Finding
    from weighbridge.formula import Expr
    from weighbridge.model import Model
    from weighbridge.reports.document import Text
    from weighbridge.weighing import Held, Row, Weighing

SCHEMA = "weighbridge/1"


def record(weighing: Weighing, by: str | None = None) -> dict[str, object]:
    """The weighing as dicts and lists; with ``groups`` if grouped ``by`` kind or dtype."""
    told: dict[str, object] = {
        "schema": SCHEMA,
        "model": origin_of(weighing.model),
        "totals": {quantity: _amount(weighing.total(quantity)) for quantity in AMOUNTS},
        "layers": [_layer(row) for row in weighing.rows],
        "findings": [finding_of(finding) for finding in weighing.findings],
    }
    return told if by is None else told | {"groups": _groups(weighing, by)}


def origin_of(model: Model) -> dict[str, object]:
    """The model's name and where it was read."""
    origin = {field: getattr(model.origin, field) for field in model.origin.__match_args__}
    return {"name": model.name, "origin": origin}


def finding_of(finding: Finding) -> dict[str, object]:
    """What a finding says, and of what."""
    return {key: getattr(finding, key) for key in ("slug", "level", "path", "message")}


def _amount(amount: Amount) -> dict[str, object]:
    return {"value": amount.value, "missing": list(amount.missing)}


def _layer(row: Row) -> dict[str, object]:
    return {
        "path": row.path,
        "kind": row.layer.kind.name,
        "native": row.layer.native,
        "output": None if row.output is None else list(row.output),
        "parameters": _exact(row.parameters),
        "trainable": _exact(row.trainable),
        "buffers": _exact(row.buffers),
        "derived": None if row.derived is None else _derived(row.derived),
        "observed": row.observed,
        "basis": row.basis,
        "macs": _exact(row.macs),
        "connections": _exact(row.connections),
        "tensors": None if row.held is None else [_tensor(held) for held in row.held],
    }


def _exact(amount: Amount) -> int | None:
    """The number, if nothing is missing from it: a reader must not take "at least 16" for 16."""
    return amount.value if amount.exact else None


def _derived(expr: Expr) -> dict[str, object]:
    return {
        "value": value(expr),
        "formula": plain(expr),
        "symbols": symbolic(expr),
        "latex": latex(expr),
    }


def _tensor(held: Held) -> dict[str, object]:
    return {
        "role": held.role,
        "name": held.name,
        "shape": list(held.shape),
        "count": held.count,
        "trainable": held.trainable,
        "tied_to": held.tied_to,
    }


def _groups(weighing: Weighing, by: str) -> list[dict[str, object]]:
    from weighbridge.reports.groups import GROUPINGS, groups

    noun = GROUPINGS[by].noun if by in GROUPINGS else ""
    return [
        {
            "name": group.name,
            noun: group.members,
            "parameters": _exact(group.parameters),
            "share": group.share,
        }
        for group in groups(weighing, by)
    ]


# -- the sheet -----------------------------------------------------------------------------------

_TEXTS = ("path", "kind", "native", "output")


def sheet(weighing: Weighing, by: str | None = None) -> Table:
    """One line per layer and one for the total, or one per group; numbers plain, ``""`` if unknown.

    ``exact`` is "no" where ``parameters`` is only a lower bound, so that the column still adds up.
    """
    if by is not None:
        return _group_sheet(weighing, by)
    columns = tuple(Column(title) for title in (*_TEXTS, *AMOUNTS, "exact", "formula", "basis"))
    rows = tuple(_line(row) for row in weighing.rows)
    sums = tuple(_known(weighing.total(quantity)) for quantity in AMOUNTS)
    total = ("total", "", "", "", *sums, _yes(weighing.parameters.exact), "", "")
    return Table(columns, rows, (total,))


def _line(row: Row) -> tuple[Text, ...]:
    output = "" if row.output is None else "x".join(map(_size, row.output))
    numbers = (_known(getattr(row, quantity)) for quantity in AMOUNTS)
    formula = "" if row.derived is None else row.derived
    texts = (row.path, row.layer.kind.name, row.layer.native, output)
    return (*texts, *numbers, _yes(row.parameters.exact), formula, row.basis)


def _size(size: int | None) -> str:
    return "?" if size is None else str(size)


def _known(amount: Amount) -> Text:
    return "" if amount.value is None else amount.value


def _yes(exact: bool) -> str:
    return "yes" if exact else "no"


def _group_sheet(weighing: Weighing, by: str) -> Table:
    from weighbridge.reports.groups import GROUPINGS, groups

    found = groups(weighing, by)
    columns = (Column(by), Column(GROUPINGS[by].noun), Column("parameters"), Column("share"))
    rows = tuple(
        (group.name, group.members, _known(group.parameters), f"{group.share or 0:.4f}")
        for group in found
    )
    return Table(columns, rows, (("total", "", _known(weighing.parameters), ""),))
