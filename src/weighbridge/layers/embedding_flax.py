"""Flax's spelling of the embedding, and of its way back from vectors to rows."""

from __future__ import annotations

from weighbridge.layers._settings import whole
from weighbridge.layers.embedding import Embedding, ReversibleEmbedding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers._settings import Ignored, Size


def _embed(num_embeddings: Size, features: Size, **_: Ignored) -> Embedding:
    return Embedding(
        rows=whole(num_embeddings, "num_embeddings"), width=whole(features, "features")
    )


def _attend(num_embeddings: Size, features: Size, **_: Ignored) -> ReversibleEmbedding:
    return ReversibleEmbedding(
        rows=whole(num_embeddings, "num_embeddings"),
        width=whole(features, "features"),
        reverse=True,
    )


SPELLINGS = {
    "linen:Embed": _embed,
    "nnx:Embed": _embed,
    "linen:Embed.attend": _attend,
    "nnx:Embed.attend": _attend,
}
KINDS = ()
