"""Tables that turn whole numbers into vectors."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.errors import Impossible
from weighbridge.formula import Dim, Expr, Num, times
from weighbridge.layers._axes import first, named, settled
from weighbridge.layers._batch import AnyLayout
from weighbridge.layers._settings import Ignored, Size, whole
from weighbridge.layers._torch import choice, count
from weighbridge.layers._window import spelled
from weighbridge.model import Dims, Expected, Shape, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar

    from weighbridge.model import Kind


class Embedding(AnyLayout):
    """Each whole number that comes in picks its row of a table.

    embedding (V, d). With low-rank adaptation of rank r the table is frozen and the trained tensors
    are (V, r) and (r, d); source: Hu et al. 2021, section 4.1. No MACs: a row is looked up, not
    multiplied.
    """

    each: ClassVar[tuple[str, str] | None] = ("row", "V")

    rows: int | None
    width: int | None
    adapter_rank: int | None = None
    """Rank of the low-rank adapter; ``None`` without one."""
    frozen: bool = False

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        trainable = self.adapter_rank is None and not self.frozen
        table = Expected("embedding", (self._rows, self._width), trainable)
        if self.adapter_rank is None:
            return (table,)
        rank = Dim("r", self.adapter_rank, "rank of the adapter")
        return (
            table,
            Expected("adapter_down", (self._rows, rank), dtype="float32"),
            Expected("adapter_up", (rank, self._width), dtype="float32"),
        )

    def output(self, *incoming: Shape | None) -> Dims | None:
        positions = named(first(incoming), meaning="positions along axis")
        return None if positions is None else (*positions, self._width)

    @property
    def _rows(self) -> Dim:
        return Dim("V", self.rows, "rows of the table, one per value that may come in")

    @property
    def _width(self) -> Dim:
        return Dim("d", self.width, "values per row")


class ReversibleEmbedding(Embedding):
    """An embedding that can also be asked the way back: how well a vector fits each row.

    The way back has MACs, the whole table for each position, and uses the table itself or, if it is
    not tied, one of its own: reverse embedding (d, V). Source: Press and Wolf 2017.
    """

    tied: bool = True
    """Whether both ways use the same table."""
    reverse: bool = False
    """Whether it is asked the way back."""

    def called(self, positional: Sequence[object], named: Mapping[str, object]) -> Kind:
        reverse = named.get("reverse", positional[1] if len(positional) > 1 else self.reverse)
        return replace(self, reverse=reverse is True)

    @property
    def last_axes(self) -> int:
        return int(self.reverse)

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        own = Embedding.tensors(self, *incoming)
        return own if self.tied else (*own, Expected("reverse", (self._width, self._rows)))

    def output(self, *incoming: Shape | None) -> Dims | None:
        if not self.reverse:
            return Embedding.output(self, *incoming)
        shape = first(incoming)
        if shape is None:
            return None
        settled(self.width, size(shape, -1), "values per position")
        return (*(named(shape[:-1], meaning="positions along axis") or ()), self._rows)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        if not self.reverse:
            return Num(0)
        if outgoing is None:
            return None
        positions = named(outgoing[:-1], meaning="positions along axis") or ()
        return times(self._width, self._rows, *positions)


class EmbeddingBag(Embedding):
    """Each bag of whole numbers picks rows of a table, which are summed or averaged: (n,) to (d,).

    Or the largest values are taken. Bags of several sizes come in one row after the other, with the
    places where they begin as a second input. embedding (V, d). No MACs.
    """

    mode: str = "mean"
    open_ended: bool = False
    """Whether the places name the end of the last bag, too: there is one bag less than places."""

    @property
    def last_axes(self) -> int:
        return 2

    def output(self, *incoming: Shape | None) -> Dims | None:
        shape = first(incoming)
        if shape is None:
            return None
        if len(shape) > 1 or (not shape and len(incoming) == 1):
            raise Impossible(
                f"reads bags of equal size, or values and where bags begin, not {spelled(shape)}"
            )
        return None if not shape and self.open_ended else (self._width,)


def _keras_embedding(
    input_dim: Size, output_dim: Size,
    embeddings_initializer: Ignored = None, embeddings_regularizer: Ignored = None,
    embeddings_constraint: Ignored = None, mask_zero: Ignored = False, weights: Ignored = None,
    lora_rank: int | None = None, **_: Ignored,
) -> Embedding:  # fmt: skip
    return Embedding(
        rows=whole(input_dim, "input_dim"),
        width=whole(output_dim, "output_dim"),
        adapter_rank=whole(lora_rank or None, "lora_rank"),
    )


def _keras_reversible_embedding(
    input_dim: Size, output_dim: Size, tie_weights: bool = True,
    embeddings_initializer: Ignored = None, embeddings_regularizer: Ignored = None,
    embeddings_constraint: Ignored = None, mask_zero: Ignored = False,
    reverse_dtype: Ignored = None, logit_soft_cap: Ignored = None, *,
    weights: Ignored = None, lora_rank: int | None = None, **_: Ignored,
) -> ReversibleEmbedding:  # fmt: skip
    return ReversibleEmbedding(
        rows=whole(input_dim, "input_dim"),
        width=whole(output_dim, "output_dim"),
        adapter_rank=whole(lora_rank or None, "lora_rank"),
        tied=bool(tie_weights),
    )


def _torch_embedding(
    num_embeddings: Size, embedding_dim: Size, padding_idx: object = None,
    max_norm: Ignored = None, norm_type: Ignored = 2.0, scale_grad_by_freq: Ignored = False,
    sparse: Ignored = False, _weight: Ignored = None, _freeze: bool = False,
    device: Ignored = None, dtype: Ignored = None,
) -> Embedding:  # fmt: skip
    rows = count(num_embeddings, "num_embeddings")
    _check_row(padding_idx, rows)
    width = count(embedding_dim, "embedding_dim")
    return Embedding(rows=rows, width=width, frozen=bool(_freeze))


def _torch_embedding_bag(
    num_embeddings: Size, embedding_dim: Size, max_norm: Ignored = None, norm_type: Ignored = 2.0,
    scale_grad_by_freq: Ignored = False, mode: str = "mean", sparse: Ignored = False,
    _weight: Ignored = None, include_last_offset: bool = False, padding_idx: object = None,
    device: Ignored = None, dtype: Ignored = None,
) -> EmbeddingBag:  # fmt: skip
    rows = count(num_embeddings, "num_embeddings")
    _check_row(padding_idx, rows)
    return EmbeddingBag(
        rows=rows,
        width=count(embedding_dim, "embedding_dim"),
        mode=choice(mode, ("sum", "mean", "max"), "mode"),
        open_ended=bool(include_last_offset),
    )


def _check_row(padding_idx: object, rows: int | None) -> None:
    """Raises ``Impossible`` if the row that stands for nothing is not in the table."""
    if not isinstance(padding_idx, int) or rows is None:
        return
    # Row 0 of an empty table passes.
    if padding_idx and not -rows <= padding_idx < rows:
        raise Impossible(f"padding_idx {padding_idx} is no row of a table of {rows}")


SPELLINGS = {
    "keras:Embedding": _keras_embedding,
    "keras:ReversibleEmbedding": _keras_reversible_embedding,
    "torch:Embedding": _torch_embedding,
    "torch:EmbeddingBag": _torch_embedding_bag,
}
KINDS = (Embedding, ReversibleEmbedding, EmbeddingBag)
