"""Which sort of printed model a text is; the first that finds layers in it reads it."""

from __future__ import annotations

from weighbridge.errors import LIMITS, Malformed, TooLarge
from weighbridge.readers._summary_cells import totals
from weighbridge.readers._summary_flax import flax_table
from weighbridge.readers._summary_keras import keras_table
from weighbridge.readers._summary_lightning import lightning_table
from weighbridge.readers._summary_modules import module_tree
from weighbridge.readers._summary_paper import paper_table
from weighbridge.readers._summary_shapes import shape_list
from weighbridge.readers._summary_torchinfo import torchinfo_table
from weighbridge.readers._summary_types import Printed, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_FORMS: tuple[Callable[[list[str]], Table | None], ...] = (
    torchinfo_table, flax_table, lightning_table, keras_table, module_tree, shape_list, paper_table,
)  # fmt: skip


def table_of(lines: list[str], location: str) -> Table:
    """What ``lines`` show. Raises ``Malformed`` where they show no model."""
    for form in _FORMS:
        table = form(lines)
        if table is not None and table.rows:
            return _bounded(table, location)
    whole = _total_alone(lines)
    if whole is not None:
        return whole
    raise Malformed(
        "no printed model found here",
        location,
        "a summary of Keras, torchinfo, torchsummary, Lightning or Flax, print(model), names with "
        "shapes, or a table of layers; see weigh about",
    )


def _bounded(table: Table, location: str) -> Table:
    if len(table.rows) > LIMITS.calls:
        raise TooLarge(f"more than {LIMITS.calls:,} rows", location)
    return table


def _total_alone(lines: list[str]) -> Table | None:
    """A text that says nothing but what the model comes to."""
    found = tuple(totals(lines))
    table = Table("", (), totals=found)
    whole = table.total("parameters") or table.total("trainable")
    if whole is None:
        return None
    row = Printed("model", low=whole.low, high=whole.high, excerpt=whole.excerpt)
    return Table("", (row,), totals=found)
