"""Attention without projections: the inputs themselves are query, values and keys."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim, Expr, repeated, times
from weighbridge.layers._attention import Read
from weighbridge.layers._batch import batch_axis
from weighbridge.layers._named_inputs import NamedInputs
from weighbridge.layers._random import seed, share
from weighbridge.layers._settings import one_of
from weighbridge.model import Dims, Expected, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from weighbridge.layers._settings import Ignored

_INPUTS = (2, 3)
"""Query and value, and perhaps keys of their own."""


class Attention(NamedInputs):
    """Values weighted by how well their keys fit a query, scored by a product of the two.

    A scale of one value where asked for. The score may also be the sum of tanh(query + key), times
    one trained weight. MACs: T·S·n for the scores of T queries against S keys, none for sums of
    tanh, and T·S·n for the weighted sums. Source: Luong, Pham and Manning 2015, section 3.1.
    """

    scale: bool = False
    concatenates: bool = False
    """Whether the score is a sum of tanh(query + key) rather than a product."""
    rate: float | None = 0.0
    """Dropout of the scores."""
    gives_scores: bool = False

    @property
    def arguments(self) -> tuple[str, ...]:
        return ("inputs", "mask", "training", "return_attention_scores", "use_causal_mask")

    @property
    def last_axes(self) -> int:
        return 2

    def batch_axes(self, *incoming: Shape | None) -> tuple[int, ...]:
        return (batch_axis(self._read(incoming).query),)

    def switched(self, switches: Mapping[str, bool]) -> dict[str, bool]:
        return {"gives_scores": switches.get("return_attention_scores", False)}

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        weights = ("scale",) * self.scale + ("score_weight",) * self.concatenates
        return (*(Expected(role, ()) for role in weights), *seed(self.rate))

    def output(self, *incoming: Shape | None) -> Dims | None:
        read = self._read(incoming)
        if read.query is None or read.value is None:
            return None
        if not read.query or not read.value:
            raise Impossible("reads vectors, not single values")
        return (*(read.positions[0] or ()), read.widths[2])

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        result = self.output(*incoming)
        if not self.gives_scores:
            return (result,)
        at_queries, at_keys = self._read(incoming).positions
        return result, None if at_queries is None or not at_keys else (*at_queries, at_keys[-1])

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        read = self._read(incoming)
        at_queries, at_keys = read.positions
        if not at_queries or not at_keys or len(at_queries) != len(at_keys):
            return None
        query, _, value = read.widths
        summed = (query,) * self._scores_are_products + (value,)
        return repeated(times(*at_queries, at_keys[-1], width) for width in summed)

    @property
    def _scores_are_products(self) -> bool:
        return not self.concatenates

    def _read(self, incoming: tuple[Shape | None, ...]) -> Read:
        """Query, key and value; a key that is not given is the value."""
        names = self.reads or ("inputs",) * len(incoming)
        pairs = zip(names, incoming, strict=False)
        shapes = [shape for name, shape in pairs if name == "inputs"]
        if incoming and len(shapes) not in _INPUTS:
            raise Impossible(f"reads a list of query, value and perhaps key, not {len(shapes)}")
        query, value, *key = shapes or (None, None)
        return Read(query, key[0] if key else value, value)


class AdditiveAttention(Attention):
    """Values weighted by how well their keys fit a query, scored by a sum of tanh(query + key).

    scale (n), a trained weight for each of the n values summed, unless it is switched off. MACs:
    T·S·n for the scores of T queries against S keys, if they are weighted, and T·S·n for the
    weighted sums. Source: Bahdanau, Cho and Bengio 2015, section 3.1, without its projections.
    """

    scale: bool = True

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        width = self._read(incoming).widths[0]
        weights = (Expected("scale", (Dim("n", width.size, "values of the query"),)),) * self.scale
        return (*weights, *seed(self.rate))

    @property
    def _scores_are_products(self) -> bool:
        return self.scale


def _keras_attention(
    use_scale: bool = False, score_mode: str = "dot", dropout: Ignored = 0.0,
    seed: Ignored = None, **_: Ignored,
) -> Attention:  # fmt: skip
    mode = one_of(score_mode, ("dot", "concat"), "score_mode")
    return Attention(
        scale=bool(use_scale), concatenates=mode == "concat", rate=share(dropout, "dropout")
    )


def _keras_additive(
    use_scale: bool = True, dropout: Ignored = 0.0, **_: Ignored
) -> AdditiveAttention:
    return AdditiveAttention(scale=bool(use_scale), rate=share(dropout, "dropout"))


SPELLINGS = {"keras:Attention": _keras_attention, "keras:AdditiveAttention": _keras_additive}
KINDS = (Attention, AdditiveAttention)
