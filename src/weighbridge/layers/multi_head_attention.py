"""Multi-head attention with a width of its own for each head, as Keras has it, grouped or not."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim
from weighbridge.layers._attention import Projected, Projection, Read, same_positions
from weighbridge.layers._random import seed, share
from weighbridge.layers._settings import Ignored, Size, whole
from weighbridge.layers._window import spelled
from weighbridge.model import Dims, Expected, Shape, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import ClassVar


class MultiHeadAttention(Projected):
    """Each head weighs values by how well their keys fit a query; four projections own the tensors.

    Every head has a width of its own, so each projection of inputs of width n to h heads of d takes
    (n + 1)·h·d, and the one back (h·d + 1)·n: with h·d = n it is no more than without heads. Keys
    and values may have fewer heads, each shared by several of the query. MACs: the projections at
    their positions, h·T·S·d for the scores of T queries against S keys, as much again for the
    weighted sums. Source: Vaswani et al. 2017, section 3.2; shared heads: Ainslie et al. 2023.
    """

    call: ClassVar[tuple[str, ...]] = (
        "query", "value", "key", "query_mask", "value_mask", "key_mask", "attention_mask",
        "return_attention_scores", "training", "use_causal_mask",
    )  # fmt: skip

    key_width: int | None
    """Values per head in queries and keys."""
    value_width: int | None
    """Values per head in what is weighed."""
    shared_heads: int | None = None
    """Heads of keys and values; ``None``: as many as the query has, and inputs of any rank."""
    units: tuple[int | None, ...] = ()
    """What the last axis of the output becomes; ``()``: as wide as the query."""
    axes: tuple[int, ...] | None = None
    """Axes attended over, the batch being axis 0; ``None`` for all but the batch and the last."""
    gated: bool = False
    """Whether one more projection decides how much passes. Source: Qiu et al. 2025."""
    rate: float | None = 0.0
    """Dropout of the scores."""

    def switched(self, switches: Mapping[str, bool]) -> dict[str, bool]:
        return {"gives_scores": switches.get("return_attention_scores", False)}

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        return Projected.tensors(self, *incoming) + seed(self.rate)

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        result = self.output(*incoming)
        if not self.gives_scores:
            return (result,)
        attended = self.attended(*incoming)
        if attended is None or len(attended[0]) > 1:
            return result, None
        return result, (self._heads[0], *attended[0], *attended[1])

    def projections(self, *incoming: Shape | None) -> tuple[Projection, ...]:
        read = self._read(incoming)
        n_q, n_k, n_v = read.widths
        at_queries, at_keys = read.positions
        queried, shared = self._heads
        in_key, weighed = self._head_widths
        steps = [
            Projection("query projection", (n_q,), (queried, in_key), at_queries),
            Projection("key projection", (n_k,), (shared, in_key), at_keys),
            Projection("value projection", (n_v,), (shared, weighed), at_keys),
        ]
        if self.gated:
            steps.append(Projection("gate projection", (n_q,), (queried, weighed), at_queries))
        back = self._units or (n_q,)
        return (*steps, Projection("output projection", (queried, weighed), back, at_queries))

    def attended(self, *incoming: Shape | None) -> tuple[Dims, Dims] | None:
        read = self._read(incoming)
        at_queries, at_keys = read.positions
        if not at_queries or not at_keys or len(at_queries) != len(at_keys):
            return None
        over = range(1, len(at_keys) + 1) if self.axes is None else self._positive(read.value)
        if not all(0 < axis <= len(at_keys) for axis in over):
            return None
        return at_queries, tuple(at_keys[axis - 1] for axis in over)

    @property
    def scored(self) -> tuple[Dims, Dims]:
        (queried, _), (in_key, weighed) = self._heads, self._head_widths
        return (queried, in_key), (queried, weighed)

    # -- sizes by name ---------------------------------------------------------------------------

    @property
    def _heads(self) -> tuple[Dim, Dim]:
        """Heads of the query, and of keys and values."""
        heads = Dim("h", self.heads, "heads")
        if self.shared_heads in (None, self.heads):
            return heads, heads
        return heads, Dim("h_kv", self.shared_heads, "heads of keys and values")

    @property
    def _head_widths(self) -> tuple[Dim, Dim]:
        if self.key_width == self.value_width:
            return (Dim("d", self.key_width, "width of a head"),) * 2
        in_key = Dim("d_k", self.key_width, "width of a head in queries and keys")
        return in_key, Dim("d_v", self.value_width, "width of a head in values")

    @property
    def _units(self) -> Dims:
        if len(self.units) == 1:
            return (Dim("n_out", self.units[0], "width of the output"),)
        return tuple(Dim(f"n_out{i}", n, "size of the output") for i, n in enumerate(self.units, 1))

    # -- what comes in ---------------------------------------------------------------------------

    def _read(self, incoming: tuple[Shape | None, ...]) -> Read:
        """Query, key and value, checked; a key that is not given is the value."""
        given = self.given(incoming)
        query = given.get("query")
        value = given.get("value", query)
        read = Read(query, given.get("key", value), value)
        if () in (read.query, read.key, read.value):
            raise Impossible("reads vectors, not single values")
        same_positions(read.key, read.value)
        self._positive(read.value)
        if self.shared_heads is not None:
            _check_grouped(read)
        return read

    def _positive(self, value: Shape | None) -> tuple[int, ...]:
        """The axes attended over, counted from the batch."""
        if value is None or self.axes is None:
            return ()
        rank = len(value) + 1
        over = tuple(axis if axis >= 0 else rank + axis for axis in self.axes)
        if any(not -rank - 1 <= axis <= rank for axis in over):
            raise Impossible(f"cannot attend over axes {self.axes} of samples {spelled(value)}")
        return over


def _check_grouped(read: Read) -> None:
    for shape in (read.query, read.key, read.value):
        if shape is not None and len(shape) != 2:  # noqa: PLR2004  # positions and width
            raise Impossible(f"reads samples of 2 axes, not {len(shape)}: {spelled(shape)}")
    widths = size(read.query, -1), size(read.value, -1)
    if None not in widths and widths[0] != widths[1]:
        raise Impossible(f"query and value must be equally wide, not {widths[0]} and {widths[1]}")


# -- spellings -----------------------------------------------------------------------------------


def _keras_multi_head(
    num_heads: Size, key_dim: Size, value_dim: Size = None, dropout: Ignored = 0.0,
    use_bias: bool = True, output_shape: Size = None, attention_axes: object = None,
    sliding_window: Size = None, flash_attention: Ignored = None, *_: Ignored,
    use_gate: bool = False, **__: Ignored,
) -> MultiHeadAttention:  # fmt: skip
    whole(sliding_window, "sliding_window")
    key_width = whole(key_dim, "key_dim")
    return MultiHeadAttention(
        heads=whole(num_heads, "num_heads"),
        key_width=key_width,
        value_width=key_width if value_dim is None else whole(value_dim, "value_dim"),
        units=_units(output_shape),
        axes=_axes(attention_axes),
        bias=bool(use_bias),
        gated=bool(use_gate),
        rate=_rate(dropout, flash_attention),
    )


def _keras_grouped_query(
    head_dim: Size, num_query_heads: Size, num_key_value_heads: Size, dropout: Ignored = 0.0,
    use_bias: bool = True, sliding_window: Size = None, flash_attention: Ignored = None,
    *_: Ignored, use_gate: bool = False, **__: Ignored,
) -> MultiHeadAttention:  # fmt: skip
    heads, shared = (
        whole(num_query_heads, "num_query_heads"),
        whole(num_key_value_heads, "num_key_value_heads"),
    )
    whole(sliding_window, "sliding_window")
    if heads is not None and shared is not None and heads % shared:
        raise Impossible(f"{heads} heads cannot share {shared} heads of keys and values evenly")
    width = whole(head_dim, "head_dim")
    return MultiHeadAttention(
        heads=heads,
        shared_heads=shared,
        key_width=width,
        value_width=width,
        bias=bool(use_bias),
        gated=bool(use_gate),
        rate=_rate(dropout, flash_attention),
    )


def _units(output_shape: object) -> tuple[int | None, ...]:
    if not output_shape:
        return ()
    if isinstance(output_shape, int):
        return (whole(output_shape, "output_shape"),)
    if not isinstance(output_shape, list | tuple):
        raise Impossible(f"output_shape must be a size or sizes, not {output_shape!r}")
    return tuple(whole(n, "a size of output_shape") for n in output_shape)


def _axes(attention_axes: object) -> tuple[int, ...] | None:
    if attention_axes is None:
        return None
    listed = attention_axes if isinstance(attention_axes, list | tuple) else (attention_axes,)
    if not all(isinstance(axis, int) for axis in listed):
        raise Impossible(f"attention_axes must be whole numbers, not {attention_axes!r}")
    return tuple(listed)


def _rate(dropout: object, flash_attention: object) -> float | None:
    rate = share(dropout, "dropout")
    if rate and flash_attention is True:
        raise Impossible("flash attention works without dropout only")
    return rate


SPELLINGS = {
    "keras:MultiHeadAttention": _keras_multi_head,
    "keras:GroupQueryAttention": _keras_grouped_query,
    "keras:GroupedQueryAttention": _keras_grouped_query,
}
KINDS = (MultiHeadAttention,)
