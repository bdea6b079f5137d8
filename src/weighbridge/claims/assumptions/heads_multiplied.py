"""The number of heads is multiplied into the projections of an attention layer, or divided out.

The heads share the width: with 8 heads of 64 a width of 512 stays 512. In Keras ``key_dim`` is the
width of one head, in PyTorch ``embed_dim`` that of all. Seen in attention layers.
"""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.formula import Dim, Expr, Floor, floor, times, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.model import Expected

_HEADS = ("h", "h_kv")


def _edits(line: Line) -> Iterator[Edit]:
    heads = getattr(line.kind, "heads", None)
    if not heads or heads == 1 or not line.tensors:
        return
    named = Dim("h", heads, "heads")
    split = any(_is_head(dim) for t in line.tensors for dim in t.dims)
    if split:
        yield from _of_split_heads(line, named)
        return
    kernels = [t for t in line.tensors if "kernel" in t.role]
    each = tuple(replace(t, dims=(named, *t.dims)) for t in line.tensors)
    yield Edit(each, "each head has projections of full width", "multiplied")
    inner = tuple(
        replace(t, dims=(named, *t.dims)) if t.role != "output_kernel" and t in kernels else t
        for t in line.tensors
    )
    yield Edit(inner, "each head reads with matrices of full width", "inner", 1.0)
    single = tuple(
        replace(t, dims=(*t.dims[:-1], floor(t.dims[-1], named)))
        if "output" not in t.role and _divides(t, heads)
        else t
        for t in line.tensors
    )
    yield Edit(single, "queries, keys and values are those of one head", "single", 1.0)
    narrow = tuple(
        replace(t, dims=(*t.dims[:-1], floor(t.dims[-1], named))) if _divides(t, heads) else t
        for t in line.tensors
    )
    yield Edit(narrow, "the projections are those of one head", "divided", 1.0)


def _of_split_heads(line: Line, named: Dim) -> Iterator[Edit]:
    """Of a layer that has heads of a width of their own."""
    one = tuple(replace(t, dims=tuple(d for d in t.dims if not _is_head(d))) for t in line.tensors)
    yield Edit(one, "there is one head", "one")
    wide = tuple(_full_width(t, line.tensors[0]) for t in line.tensors)
    yield Edit(wide, "each head is as wide as the input", "wide", 0.5)
    if wide[-1].role == "output_bias":
        biased = (*wide[:-1], replace(wide[-1], dims=(named, *wide[-1].dims)))
        says = "each head has four projections of full width with biases"
        yield Edit(biased, says, "four", 1.0)


def _is_head(dim: Expr) -> bool:
    return isinstance(dim, Dim) and dim.symbol in _HEADS


def _full_width(tensor: Expected, kernel: Expected) -> Expected:
    """The projection, or its bias, with heads as wide as what it reads."""
    own = (*tensor.dims, *kernel.dims)
    reads = next((d for d in own if isinstance(d, Dim) and d.symbol.startswith("n")), None)
    if reads is None:
        return tensor
    dims = tuple(
        reads if isinstance(d, Dim) and d.symbol.startswith("d") else d for d in tensor.dims
    )
    return replace(tensor, dims=dims)


def _divides(tensor: Expected, heads: int) -> bool:
    last = tensor.dims[-1] if tensor.dims else None
    return (
        last is not None and not isinstance(last, Floor) and (value(times(last)) or 0) % heads == 0
    )


ASSUMPTION = Assumption(
    "heads-multiplied", ("heads-vs-width",), 3.0, _edits,
    decides="how wide one head is",
)  # fmt: skip
