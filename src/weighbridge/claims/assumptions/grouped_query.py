"""Keys and values are taken at full width although several heads of the query share one.

With grouped queries there are fewer heads of keys and values, down to one. Seen in language models
since 2023, and in the formulas of 2017 that are used for them.
"""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.formula import Dim, Expr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.model import Expected

_SHARED = ("key_kernel", "key_bias", "value_kernel", "value_bias")


def _edits(line: Line) -> Iterator[Edit]:
    heads, shared = getattr(line.kind, "heads", None), getattr(line.kind, "shared_heads", None)
    if not heads or not any(t.role in _SHARED for t in line.tensors):
        return
    if shared and shared != heads:
        full = _with(line, Dim("h", heads, "heads"))
        yield Edit(full, "keys and values have as many heads as queries", "full")
    elif heads > 1:
        yield Edit(
            _with(line, Dim("h_kv", 1, "shared heads")),
            "all heads share keys and values",
            "one",
            2.0,
        )


def _with(line: Line, heads: Dim) -> tuple[Expected, ...]:
    return tuple(
        replace(t, dims=tuple(heads if _is_head(d) else d for d in t.dims))
        if t.role in _SHARED
        else t
        for t in line.tensors
    )


def _is_head(dim: Expr) -> bool:
    return isinstance(dim, Dim) and dim.symbol in ("h", "h_kv")


ASSUMPTION = Assumption(
    "grouped-query", ("grouped-query",), 2.0, _edits,
    decides="how many heads of keys and values there are",
)  # fmt: skip
