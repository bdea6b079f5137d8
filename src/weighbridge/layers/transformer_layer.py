"""PyTorch's Transformer layers, the encoder's and the decoder's."""

from __future__ import annotations

from weighbridge.formula import Dim, Expr, repeated, times, total
from weighbridge.layers._attention import Projection
from weighbridge.layers._axes import named
from weighbridge.layers._named_inputs import NamedInputs
from weighbridge.layers._parts import grouped, parts_of, within
from weighbridge.layers._random import share
from weighbridge.layers._torch import choice, count
from weighbridge.layers.split_attention import SplitHeadAttention
from weighbridge.model import Dims, Expected, Part, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.layers._settings import Ignored, Size

_ENCODER = ("src", "mask", "src_key_padding_mask", "is_causal")
_DECODER = (
    "tgt", "memory", "tgt_mask", "memory_mask", "tgt_key_padding_mask",
    "memory_key_padding_mask", "tgt_is_causal", "memory_is_causal",
)  # fmt: skip


class TransformerPart(NamedInputs):
    """What Transformer layers and stacks of them share: out comes the shape of what came in."""

    crosses: bool = False
    """Whether it also attends to the output of an encoder, as a decoder does."""

    @property
    def arguments(self) -> tuple[str, ...]:
        return _DECODER if self.crosses else _ENCODER

    def read(self, incoming: tuple[Shape | None, ...]) -> tuple[Shape | None, ...]:
        """The sequence that is worked on, and for a decoder what it attends to besides."""
        given = self.given(incoming)
        if not self.crosses:
            return (given.get("src"),)
        return given.get("tgt"), given.get("memory", given.get("tgt"))

    def parts(self, *incoming: Shape | None) -> tuple[Part, ...]:
        groups = grouped(self.tensors(*incoming) or ())
        return parts_of((noun, 1, count) for noun, count in groups)


class TransformerLayer(TransformerPart):
    """Attention and two dense layers at every position, each followed or preceded by layer norm.

    Attention: 4·(E + 1)·E, once in an encoder and twice in a decoder, the second time to what the
    encoder found; dense layers (E + 1)·F + (F + 1)·E; 2·E for each normalisation. MACs: those of
    attention, and 2·E·F at each position. Source: Vaswani et al. 2017, section 3.1.
    """

    width: int | None
    heads: int | None
    hidden: int | None
    """Units of the first dense layer."""
    bias: bool = True

    def __post_init__(self) -> None:
        _ = self.attention  # which refuses heads that do not split the width

    @property
    def attention(self) -> SplitHeadAttention:
        """One of its attentions."""
        width = self.width
        return SplitHeadAttention(
            heads=self.heads, width=width, key_in=width, value_in=width, bias=self.bias
        )

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        owned: tuple[Expected, ...] = ()
        for noun in ("self attention", "cross attention")[: 1 + self.crosses]:
            role = f"{noun.replace(' ', '_')}_{{}}"
            owned += within(noun, role, self.attention.tensors())
        for step in self._dense(*incoming):
            owned += within("feed-forward", "{}", step.tensors(self.bias))
        roles = ("scale", "shift")[: 1 + self.bias]
        for i in range(1, 3 + self.crosses):
            norm = (Expected(role, (self.attention.named_width,)) for role in roles)
            owned += within(f"normalisation #{i}", f"norm{i}_{{}}", norm)
        return owned

    def output(self, *incoming: Shape | None) -> Dims | None:
        read = self.read(incoming)
        for sequences in self._attended(read):
            self.attention.output(*sequences)
        return named(read[0])

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        work = [self.attention.macs(read, None) for read in self._attended(self.read(incoming))]
        return self._together(work, incoming, bias=False)

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        attended = self._attended(self.read(incoming))
        links = [self.attention.connections(read, None) for read in attended]
        return self._together(links, incoming, bias=self.bias)

    def _attended(self, read: tuple[Shape | None, ...]) -> list[tuple[Shape | None, ...]]:
        """Query, key and value of each attention."""
        return [(read[0], other, other) for other in read]

    def _together(
        self, work: list[Expr | None], incoming: tuple[Shape | None, ...], bias: bool
    ) -> Expr | None:
        known = [expr for expr in work if expr is not None]
        if len(known) < len(work):
            return None
        for step in self._dense(*incoming):
            each = total(tensor.dims for tensor in step.tensors(bias))
            known.append(times(each, *(step.over or ())))
        return repeated(term for expr in known for term in getattr(expr, "terms", (expr,)))

    def _dense(self, *incoming: Shape | None) -> tuple[Projection, ...]:
        """The two dense layers."""
        query, *_ = self.attention.projections(self.read(incoming)[0])
        width, hidden = query.gives, (Dim("F", self.hidden, "units of the feed-forward layer"),)
        return (
            Projection("hidden layer", width, hidden, query.over),
            Projection("output layer", hidden, width, query.over),
        )


def _torch_layer(crosses: bool) -> Callable[..., TransformerLayer]:
    def make(
        d_model: Size, nhead: Size, dim_feedforward: Size = 2048, dropout: Ignored = 0.1,
        activation: Ignored = "relu", layer_norm_eps: Ignored = 1e-5,
        batch_first: Ignored = False, norm_first: Ignored = False, bias: bool = True,
        device: Ignored = None, dtype: Ignored = None,
    ) -> TransformerLayer:  # fmt: skip
        if isinstance(activation, str):
            choice(activation, ("relu", "gelu"), "activation")
        share(dropout, "dropout")
        return TransformerLayer(
            width=count(d_model, "d_model", least=1),
            heads=count(nhead, "nhead", least=1),
            hidden=count(dim_feedforward, "dim_feedforward"),
            bias=bool(bias),
            crosses=crosses,
        )

    return make


encoder_layer, decoder_layer = _torch_layer(crosses=False), _torch_layer(crosses=True)
"""The spellings of both layers, which the whole Transformer is made of."""

SPELLINGS = {
    "torch:TransformerEncoderLayer": encoder_layer,
    "torch:TransformerDecoderLayer": decoder_layer,
}
KINDS = (TransformerLayer,)
