"""Keys and values are taken at full width although several heads of the query share one.

With grouped queries there are fewer heads of keys and values, down to one. Seen in language models
since 2023, and in the formulas of 2017 that are used for them.
"""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.claims._lines import Edit, Whole
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import dense, width
from weighbridge.formula import Dim, Expr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.model import Expected

_QUERIES = ("q_proj", "query", "wq", "to_q", "q", "q_lin")
_KEYS = ("k_proj", "key", "wk", "to_k", "k", "k_lin")
_VALUES = ("v_proj", "value", "wv", "to_v", "v", "v_lin")
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


def _wholes(lines: tuple[Line, ...]) -> Iterator[Whole]:
    """Queries, keys and values in layers of their own."""
    blocks: dict[str, dict[str, int]] = {}
    for i, line in enumerate(lines):
        block, _, name = line.row.path.rpartition(".")
        if dense(line) is not None:
            blocks.setdefault(block, {})[name.lower()] = i
    made = []
    for names in blocks.values():
        query = next((i for name, i in names.items() if name in _QUERIES), None)
        wide = None if query is None else width(lines[query].tensors[0])
        if wide is not None:
            of = (i for name, i in names.items() if name in (*_KEYS, *_VALUES))
            made += [(i, _as_wide(lines[i], wide)) for i in of]
    if made:
        yield Whole(tuple(made), "keys and values are as wide as queries", "layers")


def _as_wide(line: Line, wide: Dim) -> tuple[Expected, ...]:
    return tuple(replace(t, dims=(*t.dims[:-1], wide)) for t in line.tensors)


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
    "grouped-query", ("grouped-query",), 2.0, _edits, wholes=_wholes,
    decides="how many heads of keys and values there are",
)  # fmt: skip
