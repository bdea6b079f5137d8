"""Flax's multi-head attention: the settings tell how wide all heads are together."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.errors import Impossible
from weighbridge.layers._attention import Projected, Projection, Read, same_positions
from weighbridge.layers._settings import whole
from weighbridge.layers.multi_head_attention import MultiHeadAttention
from weighbridge.model import Dims, Expected, Shape, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import ClassVar

    from weighbridge.formula import Expr
    from weighbridge.layers._settings import Ignored, Size


class AttentionOverSteps(MultiHeadAttention):
    """Multi-head attention as Flax has it: over the last axis but one, at each place of the others.

    The four projections of ``multi-head-attention``. Where queries and keys are normalised, a scale
    (d) for each of the two. A cache of keys and values is state of its own.
    """

    call: ClassVar[tuple[str, ...]] = ("inputs_q", "inputs_k", "inputs_v")

    inputs: tuple[int | None, int | None] = (None, None)
    """Widths of the query, and of keys and values, that the settings declare."""
    normalised: bool = False
    """Whether queries and keys are normalised before they are held against each other."""

    @property
    def name(self) -> str:
        return "multi-head-attention"

    def switched(self, switches: Mapping[str, bool]) -> dict[str, bool]:
        return {}

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        read = self._read(incoming)
        told = tuple((None, width) for width in self.inputs)
        query, key, value = (
            told[i > 0] if shape is None else shape
            for i, shape in enumerate((read.query, read.key, read.value))
        )
        sure = replace(self, reads=())
        own = MultiHeadAttention.tensors(sure, query, key, value)
        if not self.normalised:
            return own
        width = sure._settled(query)._head_widths[0]
        parts = ("query", "key")
        scales = (Expected(f"{name}_scale", (width,), part=(f"{name} norm",)) for name in parts)
        return (*own, *scales)

    def projections(self, *incoming: Shape | None) -> tuple[Projection, ...]:
        settled = self._settled(self._read(incoming).query)
        return MultiHeadAttention.projections(settled, *incoming)

    def attended(self, *incoming: Shape | None) -> tuple[Dims, Dims] | None:
        at_queries, at_keys = self._read(incoming).positions
        return None if not at_queries or not at_keys else (at_queries, at_keys[-1:])

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        settled = self._settled(self._read(incoming).query)
        return Projected.macs(settled, incoming, outgoing)

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        settled = self._settled(self._read(incoming).query)
        return Projected.connections(settled, incoming, outgoing)

    def _settled(self, query: Shape | None) -> AttentionOverSteps:
        """This layer where it reads ``query``: heads are as wide together, unless they are told."""
        width = size(query, -1)
        if self.key_width is not None or width is None or self.heads is None:
            return self
        each = _each(width, self.heads)
        return replace(self, key_width=each, value_width=each)

    def _read(self, incoming: tuple[Shape | None, ...]) -> Read:
        """Query, keys and values; keys that are not given are the query, values the keys."""
        given = self.given(incoming)
        query = given.get("inputs_q")
        key = given.get("inputs_k", given.get("inputs_kv", query))
        read = Read(query, key, given.get("inputs_v", key))
        if () in (read.query, read.key, read.value):
            raise Impossible("reads vectors, not single values")
        same_positions(read.key, read.value)
        return read


def _each(width: int, heads: int) -> int:
    """How wide one of ``heads`` is that are ``width`` wide together."""
    if width % heads:
        raise Impossible(
            f"{width} values cannot be split among {heads} heads",
            hint="a width that is a multiple of the heads: qkv_features",
        )
    return width // heads


# -- spellings -----------------------------------------------------------------------------------


def _linen_multi_head(
    num_heads: Size, dtype: Ignored = None, param_dtype: Ignored = None,
    qkv_features: Size = None, out_features: Size = None, broadcast_dropout: Ignored = True,
    dropout_rate: Ignored = 0.0, deterministic: Ignored = None, precision: Ignored = None,
    kernel_init: Ignored = None, out_kernel_init: Ignored = None, bias_init: Ignored = None,
    out_bias_init: Ignored = None, use_bias: bool = True, attention_fn: Ignored = None,
    decode: Ignored = False, normalize_qk: bool = False, **_: Ignored,
) -> AttentionOverSteps:  # fmt: skip
    return _attention(num_heads, qkv_features, out_features, use_bias, normalize_qk)


def _nnx_multi_head(
    num_heads: Size, in_features: Size, qkv_features: Size = None, out_features: Size = None,
    num_kv_heads: Size = None, in_kv_features: Size = None, *, use_bias: bool = True,
    normalize_qk: bool = False, **_: Ignored,
) -> AttentionOverSteps:  # fmt: skip
    n_in = whole(in_features, "in_features")
    made = _attention(num_heads, qkv_features or n_in, out_features or n_in, use_bias, normalize_qk)
    shared = whole(num_kv_heads, "num_kv_heads")
    if shared is not None and made.heads is not None and made.heads % shared:
        raise Impossible(f"{made.heads} heads cannot share {shared} heads of keys evenly")
    n_kv = n_in if in_kv_features is None else whole(in_kv_features, "in_kv_features")
    return replace(made, shared_heads=shared, inputs=(n_in, n_kv))


def _attention(
    num_heads: object, qkv_features: object, out_features: object, bias: object, normalised: object
) -> AttentionOverSteps:
    heads, width = whole(num_heads, "num_heads"), whole(qkv_features or None, "qkv_features")
    each = None if heads is None or width is None else _each(width, heads)
    units = whole(out_features or None, "out_features")
    return AttentionOverSteps(
        heads=heads,
        key_width=each,
        value_width=each,
        units=() if units is None else (units,),
        bias=bool(bias),
        normalised=bool(normalised),
    )


SPELLINGS = {
    "linen:MultiHeadDotProductAttention": _linen_multi_head,
    "linen:MultiHeadAttention": _linen_multi_head,
    "linen:SelfAttention": _linen_multi_head,
    "nnx:MultiHeadAttention": _nnx_multi_head,
}
KINDS = (AttentionOverSteps,)
