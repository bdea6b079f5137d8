"""Multi-head attention whose heads split one width, as PyTorch has it."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.errors import Impossible
from weighbridge.formula import ONE, Dim, Num, plus, times
from weighbridge.layers._attention import Projected, Projection, Read, same_positions
from weighbridge.layers._random import share
from weighbridge.layers._torch import count
from weighbridge.layers._window import spelled
from weighbridge.model import Dims, Expected, Shape, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import ClassVar

    from weighbridge.layers._settings import Ignored, Size


class SplitHeadAttention(Projected):
    """Multi-head attention whose heads split one width E, so that their number changes no count.

    Four projections of E to E, of (E + 1)·E each; the first three are stored as one tensor (E, 3·E)
    where query, key and value are equally wide. A trained row may be added to keys and values, and
    a row of zeros. MACs: the projections at their positions, T·S·E for the scores of T queries
    against S keys, as much again for the weighted sums. Source: Vaswani et al. 2017, section 3.2.2.
    """

    call: ClassVar[tuple[str, ...]] = (
        "query", "key", "value", "key_padding_mask", "need_weights", "attn_mask",
        "average_attn_weights", "is_causal",
    )  # fmt: skip

    width: int | None
    key_in: int | None
    """Width of the keys that come in."""
    value_in: int | None
    extra_row: bool = False
    """Whether a trained key and value are added to those that come in."""
    zero_row: bool = False
    gives_scores: bool = True
    averages: bool = True
    """Whether the scores that come out are the mean over all heads."""

    def __post_init__(self) -> None:
        if self.heads is not None and self.width is not None and self.width % self.heads:
            raise Impossible(f"{self.heads} heads cannot split a width of {self.width} evenly")

    def switched(self, switches: Mapping[str, bool]) -> dict[str, bool]:
        return {
            "gives_scores": switches.get("need_weights", True),
            "averages": switches.get("average_attn_weights", True),
        }

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        *inward, output = self.projections(*incoming)
        owned = self._packed(tuple(inward)) + output.tensors(self.bias)
        if not self.extra_row:
            return owned
        dims = (ONE, ONE, Dim("E", self.width, "width of the extra key and value"))
        extra = (Expected(f"extra_{row}", dims, part=("extra row",)) for row in ("key", "value"))
        return (*owned, *extra)

    def _packed(self, inward: tuple[Projection, ...]) -> tuple[Expected, ...]:
        """Query, key and value projection, what is of one size in one tensor."""
        part = ("query, key and value projection",)
        if all(step.reads == (self.named_width,) for step in inward):
            kernels = [
                Expected(
                    "qkv_kernel", (self.named_width, times(Num(3), self.named_width)), part=part
                )
            ]
        else:
            kernels = [replace(step.tensors(bias=False)[0], part=part) for step in inward]
        if self.bias:
            kernels.append(Expected("qkv_bias", (times(Num(3), self.named_width),), part=part))
        return tuple(kernels)

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        result, attended = self.output(*incoming), self.attended(*incoming)
        if attended is None or not self.gives_scores:
            return result, None
        scores = (*attended[0], *attended[1])
        return result, scores if self.averages else (Dim("h", self.heads, "heads"), *scores)

    def projections(self, *incoming: Shape | None) -> tuple[Projection, ...]:
        at_queries, at_keys = self._read(incoming).positions
        width = (self.named_width,)
        key = self._incoming_width("n_k", self.key_in, "width of the keys")
        value = self._incoming_width("n_v", self.value_in, "width of the values")
        return (
            Projection("query projection", width, width, at_queries),
            Projection("key projection", key, width, at_keys),
            Projection("value projection", value, width, at_keys),
            Projection("output projection", width, width, at_queries),
        )

    def attended(self, *incoming: Shape | None) -> tuple[Dims, Dims] | None:
        at_queries, at_keys = self._read(incoming).positions
        if not at_queries or not at_keys:
            return None
        added = Num(self.extra_row + self.zero_row)
        return at_queries, tuple(plus(place, added) for place in at_keys)

    @property
    def scored(self) -> tuple[Dims, Dims]:
        return (self.named_width,), (self.named_width,)

    @property
    def named_width(self) -> Dim:
        """The width by name, with what each head has of it."""
        split = ""
        if self.width is not None and self.heads:
            split = f", split into {self.heads} heads of {self.width // self.heads}"
        return Dim("E", self.width, f"width{split}")

    def _incoming_width(self, symbol: str, width: int | None, meaning: str) -> Dims:
        return (self.named_width if width == self.width else Dim(symbol, width, meaning),)

    def _read(self, incoming: tuple[Shape | None, ...]) -> Read:
        """Query, key and value, checked; keys and values that are not given are the query."""
        given = self.given(incoming)
        query = given.get("query")
        key = given.get("key", query)
        read = Read(query, key, given.get("value", key))
        widths = (self.width, self.key_in, self.value_in)
        for shape, width in zip((read.query, read.key, read.value), widths, strict=True):
            _check(shape, width)
        if None not in (query, key) and len(query or ()) != len(key or ()):
            raise Impossible(f"query and keys have no axes in common: {query} and {key}")
        same_positions(read.key, read.value)
        return read


def _check(shape: Shape | None, width: int | None) -> None:
    """Raises ``Impossible`` for samples that are no sequence of vectors of ``width``."""
    if shape is None:
        return
    # A single vector is a position: PyTorch takes a batch of them for one sequence.
    if not 0 < len(shape) <= 2:  # noqa: PLR2004  # positions and width
        raise Impossible(f"reads samples of 2 axes, not {len(shape)}: {spelled(shape)}")
    if None not in (width, size(shape, -1)) and shape[-1] != width:
        raise Impossible(f"reads vectors of {width} values, not {shape[-1]}: {spelled(shape)}")


def torch_attention(
    embed_dim: Size, num_heads: Size, dropout: Ignored = 0.0, bias: bool = True,
    add_bias_kv: bool = False, add_zero_attn: bool = False, kdim: Size = None, vdim: Size = None,
    batch_first: Ignored = False, device: Ignored = None, dtype: Ignored = None,
) -> SplitHeadAttention:  # fmt: skip
    """The spelling of ``nn.MultiheadAttention``, which Transformer layers have inside."""
    share(dropout, "dropout")
    width = count(embed_dim, "embed_dim", least=1)
    return SplitHeadAttention(
        heads=count(num_heads, "num_heads", least=1),
        width=width,
        key_in=width if kdim is None else count(kdim, "kdim"),
        value_in=width if vdim is None else count(vdim, "vdim"),
        bias=bool(bias),
        extra_row=bool(add_bias_kv),
        zero_row=bool(add_zero_attn),
    )


SPELLINGS = {"torch:MultiheadAttention": torch_attention}
KINDS = (SplitHeadAttention,)
