"""Layers that turn words, numbers and categories into indices or vectors: tables, bins, hashes.

What they know, they learn from data before training or are told; it is kept in tables beside the
model and never in tensors that a framework counts.
"""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim
from weighbridge.layers._axes import Elementwise, first, named
from weighbridge.layers._settings import whole
from weighbridge.model import Dims, Kind, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers._settings import Extent, Ignored, Size


class Category(Elementwise):
    """Each value becomes the index of its category, or each sample a vector over all categories.

    It owns no tensors. As vectors: one for each value ("one_hot"), where an axis of size 1 gives
    way, or one for all values of the last axis ("multi_hot", "count", "tf_idf").
    """

    mode: str = "int"
    categories: int | None = None
    """How many there are; ``None`` where only the data tells."""
    keeps_last: bool = True
    """Whether a last axis of any other size than 1 stays where each value becomes a vector."""
    bins: bool = False
    """Whether values of a sample are put together along its first axis, as bins are."""

    def output(self, *incoming: Shape | None) -> Dims | None:
        dims, shape = named(first(incoming)), first(incoming)
        if dims is None or shape is None or self.mode == "int":
            return dims
        vector = Dim("V", self.categories, "categories")
        if self.mode == "one_hot":
            gives_way = bool(shape) and (shape[-1] == 1 or not self.keeps_last)
            return (*dims[:-1], vector) if gives_way else (*dims, vector)
        if not shape:
            return None
        return (*dims[1:], vector) if self.bins else (*dims[:-1], vector)


class Crossing(Category):
    """The pair of two categories becomes a category of its own, by a hash. It owns no tensors."""


class TextVectorization(Kind):
    """A text becomes indices of its words, or one vector over the vocabulary.

    It owns no tensors: the vocabulary, told or learnt from data before training, is a table.
    """

    mode: str = "int"
    length: int | None = None
    """Indices per text; ``None``: as many as the longest text of a batch has words."""
    categories: int | None = None
    """Size of the vocabulary; ``None`` where only the data tells."""

    def output(self, *incoming: Shape | None) -> Dims | None:
        if self.mode == "int":
            return (Dim("T", self.length, "indices per text"),)
        return (Dim("V", self.categories, "size of the vocabulary"),)


# -- spellings -----------------------------------------------------------------------------------

_VECTORS = ("one_hot", "multi_hot", "count")
_OLD_NAMES = {"binary": "multi_hot", "tf-idf": "tf_idf"}


def _mode(output_mode: object, allowed: tuple[str, ...], sparse: object = False) -> str:
    if not isinstance(output_mode, str) or output_mode not in allowed:
        raise Impossible(f"output_mode must be {' or '.join(allowed)}, not {output_mode!r}")
    if output_mode == "int" and sparse is True:
        raise Impossible("indices cannot be sparse: sparse=True needs another output_mode")
    return output_mode


def _renamed(output_mode: object) -> object:
    """Today's word for what older versions called binary and tf-idf."""
    return _OLD_NAMES.get(output_mode, output_mode) if isinstance(output_mode, str) else output_mode


def _keras_discretization(
    bin_boundaries: Extent = None, num_bins: Size = None, epsilon: Ignored = 0.01,
    output_mode: str = "int", sparse: Ignored = False, dtype: Ignored = None,
    name: Ignored = None, **_: Ignored,
) -> Category:  # fmt: skip
    mode = _mode(output_mode, ("int", *_VECTORS), sparse)
    bins = whole(num_bins, "num_bins", least=0)
    if bin_boundaries is None and bins is None:
        raise Impossible("needs bin_boundaries or num_bins")
    # A layer saved after it has seen data has both: what it found, and how many were asked for.
    if isinstance(bin_boundaries, list | tuple):
        bins = len(bin_boundaries) + 1
    return Category(mode=mode, categories=bins, bins=True)


def _keras_category_encoding(
    num_tokens: Size = None, output_mode: str = "multi_hot", sparse: Ignored = False, **_: Ignored
) -> Category:
    mode = _mode(_renamed(output_mode), _VECTORS)
    return Category(mode=mode, categories=whole(num_tokens, "num_tokens"))


def _keras_hashing(
    num_bins: Size, mask_value: Ignored = None, salt: Ignored = None, output_mode: str = "int",
    sparse: Ignored = False, **_: Ignored,
) -> Category:  # fmt: skip
    mode = _mode(output_mode, ("int", *_VECTORS), sparse)
    return Category(mode=mode, categories=whole(num_bins, "num_bins"), keeps_last=False)


def _keras_hashed_crossing(
    num_bins: Size, output_mode: str = "int", sparse: Ignored = False, **_: Ignored
) -> Crossing:
    mode = _mode(output_mode, ("int", "one_hot"))
    return Crossing(mode=mode, categories=whole(num_bins, "num_bins"))


def _keras_string_lookup(
    max_tokens: Size = None, num_oov_indices: Size = 1, mask_token: object = None,
    oov_token: object = "[UNK]", vocabulary: Extent = None, idf_weights: Ignored = None,
    invert: Ignored = False, output_mode: str = "int", pad_to_max_tokens: bool = False,
    sparse: Ignored = False, encoding: Ignored = "utf-8", *_: Ignored,
    vocabulary_size: Size = None, **__: Ignored,
) -> Category:  # fmt: skip
    mode = _mode(_renamed(output_mode), ("int", *_VECTORS, "tf_idf"), sparse)
    most = _most(max_tokens, pad_to_max_tokens)
    if invert is True and mode != "int":
        raise Impossible("invert=True gives words back, which no vector is")
    unknown = whole(num_oov_indices, "num_oov_indices", least=0)
    special = [mask_token] * (mask_token is not None and mode == "int")
    found = vocabulary_size
    if isinstance(vocabulary, list | tuple) and unknown is not None:
        special += [oov_token] * unknown
        told = list(vocabulary)[: len(special)] == special
        found = len(vocabulary) + (0 if told else len(special))
    return Category(mode=mode, categories=most if pad_to_max_tokens else found)


def _keras_integer_lookup(
    max_tokens: Size = None, num_oov_indices: Size = 1, mask_token: object = None,
    oov_token: object = -1, vocabulary: Extent = None, vocabulary_dtype: Ignored = "int64",
    idf_weights: Ignored = None, invert: Ignored = False, output_mode: str = "int",
    sparse: Ignored = False, pad_to_max_tokens: bool = False, *_: Ignored,
    vocabulary_size: Size = None, **__: Ignored,
) -> Category:  # fmt: skip
    """As ``StringLookup``, but for the order of its settings and its word for what is unknown."""
    tokens = (max_tokens, num_oov_indices, mask_token, oov_token, vocabulary)
    return _keras_string_lookup(
        *tokens, None, invert, output_mode, pad_to_max_tokens, sparse,
        vocabulary_size=vocabulary_size,
    )  # fmt: skip


def _most(max_tokens: object, pad_to_max_tokens: object) -> int | None:
    if pad_to_max_tokens is True and max_tokens is None:
        raise Impossible("pad_to_max_tokens=True needs max_tokens")
    return whole(max_tokens, "max_tokens", least=2)


def _keras_text_vectorization(
    max_tokens: Size = None, standardize: Ignored = "lower_and_strip_punctuation",
    split: Ignored = "whitespace", ngrams: Ignored = None, output_mode: str = "int",
    output_sequence_length: Size = None, pad_to_max_tokens: bool = False,
    vocabulary: Extent = None, *_: Ignored, vocabulary_size: Size = None, **__: Ignored,
) -> TextVectorization:  # fmt: skip
    mode = _mode(_renamed(output_mode), ("int", *_VECTORS, "tf_idf"))
    if mode != "int" and output_sequence_length is not None:
        raise Impossible("output_sequence_length goes with output_mode='int' only")
    table = _keras_string_lookup(
        max_tokens, 1, "", "[UNK]", vocabulary, output_mode=mode,
        pad_to_max_tokens=pad_to_max_tokens, vocabulary_size=vocabulary_size,
    )  # fmt: skip
    length = whole(output_sequence_length, "output_sequence_length")
    return TextVectorization(mode=mode, length=length, categories=table.categories)


SPELLINGS = {
    "keras:Discretization": _keras_discretization,
    "keras:CategoryEncoding": _keras_category_encoding,
    "keras:Hashing": _keras_hashing,
    "keras:HashedCrossing": _keras_hashed_crossing,
    "keras:IntegerLookup": _keras_integer_lookup,
    "keras:StringLookup": _keras_string_lookup,
    "keras:TextVectorization": _keras_text_vectorization,
}
KINDS = (Category, Crossing, TextVectorization)
