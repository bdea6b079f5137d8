"""PyTorch's multi-head attention with weights that it reads: ``F.multi_head_attention_forward``."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import ONE, Num, plus, times
from weighbridge.layers._operation import Operation, agreed, has_samples, per_sample, reading, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from weighbridge.formula import Expr
    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Ignored, Incoming
    from weighbridge.model import Dims, Kind, Shape

_WHOLE = 3
"""Axes of a query with its samples: steps, samples, width."""


class AttentionByWeights(Operation):
    """Queries (T, N, E) against keys and values (S, N, E), all projected by weights that are read.

    (T, N, E_out), and the scores (N, T, S), for each head unless their mean is asked for. MACs for
    one sample: (T + 2·S)·E·E for the projections that come in, 2·T·S·E for scores and sums, T·E·
    E_out for the one that goes out. Source: Vaswani et al. 2017, section 3.2.2.
    """

    operands: ClassVar[int] = 4

    heads: int | None
    gives_scores: bool = True
    averages: bool = True
    extra: int = 0
    """Keys that are added to those that come in."""

    def results(self, *shapes: Dims | None) -> tuple[Dims | None, ...]:
        known = [shape for shape in shapes if shape is not None]
        if len(known) < self.operands:
            return None, None
        query, key, _, out = self._checked(*known)
        given = (*query[:-1], out[0])
        if not self.gives_scores:
            return given, None
        steps = (query[0], plus(key[0], Num(self.extra)))
        heads = () if self.averages else (Num(self.heads),) if self.heads else None
        scores = None if heads is None else (*query[1:-1], *heads, *steps)
        return given, scores

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        known = [shape for shape in self.read(incoming) if shape is not None]
        if len(known) < self.operands:
            return None
        query, key, _, out = self._checked(*known)
        samples = query[1] if len(query) == _WHOLE else ONE
        several = Num(per_sample(samples) or 1) if has_samples((samples,)) else samples
        if has_samples((query[0], key[0])):
            return None
        width, queries = query[-1], query[0]
        keys = plus(key[0], Num(self.extra))
        inward = times(plus(queries, times(Num(2), key[0])), width, width)
        scores = times(Num(2), queries, keys, width)
        return times(several, plus(inward, scores, times(queries, *out)))

    def _checked(self, *shapes: Dims) -> tuple[Dims, Dims, Dims, Dims]:
        query, key, values, out = shapes
        where = " and ".join(map(shown, shapes))
        if len(query) not in (2, _WHOLE) or len(key) != len(query) or len(key) != len(values):
            raise Impossible(f"attention reads steps of vectors, steps first: {where}")
        agreed(where, key[0], values[0])
        agreed(where, query[-1], out[-1])
        return query, key, values, out


def _attention(
    query: Incoming, key: Incoming, value: Incoming, embed_dim_to_check: Ignored, num_heads: int,
    in_proj_weight: Ignored, in_proj_bias: Ignored, bias_k: object, bias_v: Ignored,
    add_zero_attn: bool, dropout_p: Ignored, out_proj_weight: Incoming, out_proj_bias: Ignored,
    training: Ignored = True, key_padding_mask: Ignored = None, need_weights: bool = True,
    attn_mask: Ignored = None, use_separate_proj_weight: Ignored = False,
    q_proj_weight: Ignored = None, k_proj_weight: Ignored = None, v_proj_weight: Ignored = None,
    static_k: Ignored = None, static_v: Ignored = None, average_attn_weights: bool = True,
    is_causal: Ignored = False,
) -> Kind:  # fmt: skip
    return AttentionByWeights(
        heads=num_heads,
        gives_scores=bool(need_weights),
        averages=bool(average_attn_weights),
        extra=(bias_k is not None) + bool(add_zero_attn),
        fixed=reading(query, key, value, out_proj_weight),
    )


SPELLINGS: dict[str, Spelling] = {"torch:F.multi_head_attention_forward": _attention}
KINDS = (AttentionByWeights,)
