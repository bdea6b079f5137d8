"""Another vocabulary: the table of tokens has another number of rows.

English BERT has 30,522 tokens, the multilingual one 119,547, GPT-2 50,257; one row more or less is
there for padding or for words not known. Seen in embeddings and in output layers as wide as they.
"""

from __future__ import annotations

from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import sized
from weighbridge.formula import Dim, minus, plus
from weighbridge.model import Expected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.formula import Expr

_KNOWN = (
    30522, 50257, 32000, 119547, 28996, 50265, 128256, 250002, 32128, 21128, 105879, 50304, 151936,
    256000, 49408, 10000, 20000, 5000, 1000,
)  # fmt: skip
"""BERT, GPT-2, Llama, multilingual BERT, cased BERT, RoBERTa, Llama 3, XLM-R, T5, Chinese BERT and
others; round numbers that tutorials choose."""
_BERTS = (30522, 119547, 28996, 21128, 105879)
"""English BERT, multilingual, cased, Chinese, multilingual uncased."""
_LEAST_WIDTH = 128
"""A layer no wider than this is no language model."""


def _edits(line: Line) -> Iterator[Edit]:
    table = line.tensor("embedding")
    if table is not None and len(table.dims) > 1:
        yield from _of_table(line, table.dims[0])
    elif line.row.expected is None and "bert" in f"{line.row.path} {line.row.layer.native}".lower():
        yield from _inside(line)


def _of_table(line: Line, rows: Expr) -> Iterator[Edit]:
    own = getattr(rows, "size", None) or 0
    near = {own + n: abs(n) - 0.5 for n in (1, -1, 2, -2)}
    for number, bits in {**{n: 1.0 + i / 8 for i, n in enumerate(_KNOWN)}, **near}.items():
        if number > 1 and number != own:
            size = Dim("V", number, "tokens")
            tensors = tuple(
                sized(t, *(size if d == rows else d for d in t.dims)) for t in line.tensors
            )
            yield Edit(tensors, f"there are {number:,} tokens", str(number), bits)


def _inside(line: Line) -> Iterator[Edit]:
    """Of a language model that is one layer: its table exchanged for another known one."""
    shape = line.row.output
    if not shape or shape[-1] is None or shape[-1] < _LEAST_WIDTH:
        return
    width = Dim("d", shape[-1], "width")
    for own in _BERTS:
        if not _blocks(line.row.parameters.value or 0, own, shape[-1]):
            continue
        for other in _BERTS:
            if other != own:
                rows = plus(Dim("V", other, "tokens"), minus(Dim("V", own, "tokens")))
                table = Expected("other_tokens", (rows, width))
                says = f"there are {other:,} tokens, not {own:,}"
                yield Edit((*line.tensors, table), says, f"{own}-{other}", -0.5)
                full = (*line.tensors, table, *_pooler(width))
                says = f"it is published with {other:,} tokens, not {own:,}, and with a pooler"
                causes = ("vocab-size", "pooler")
                yield Edit(full, says, f"{own}-{other}-pooler", 0.5, causes)


def _pooler(width: Dim) -> tuple[Expected, ...]:
    return Expected("pooler_kernel", (width, width)), Expected("pooler_bias", (width,))


def _blocks(count: int, tokens: int, width: int) -> bool:
    """Whether so many tokens leave a whole number of BERT's blocks, and its other tables.

    A block has 12·d² + 13·d parameters; 512 positions, 2 segments and a norm are 516·d (Devlin et
    al. 2019). A pooler may be there besides.
    """
    rest = count - tokens * width - 516 * width
    block = 12 * width * width + 13 * width
    return rest > 0 and (rest % block == 0 or (rest - width * width - width) % block == 0)


ASSUMPTION = Assumption(
    "vocabulary", ("vocab-size",), 3.5, _edits,
    decides="how many tokens the vocabulary has",
)  # fmt: skip
