"""Settings a layer of a given class may have, as its constructor takes them; most likely first.

Each comes with how unlikely it is, in bits. ``"*"`` holds what is given by position, ``"<"`` the
input shape that had to be assumed. What does not hold is thrown out by ``_summary_solve``.
"""

from __future__ import annotations

import re

from weighbridge.readers._summary_candidates_conv import convolutions, depthwise, separable
from weighbridge.readers._summary_candidates_rest import (
    batch_norms,
    embeddings,
    other_norms,
    prelus,
    resized,
    stateless,
)  # fmt: skip
from weighbridge.readers._summary_candidates_sequence import attentions, recurrent, wrapped
from weighbridge.readers._summary_windows import pools

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from weighbridge.readers._summary_solve import Asked

    Candidate = tuple[dict[str, object], float]
    Family = Callable[[Asked], Iterator[Candidate]]


def candidates(question: Asked) -> Iterator[Candidate]:
    """What ``question.native`` may have been told."""
    family = next(
        (family for names, family in _FAMILIES if re.fullmatch(names, question.native)), None
    )
    if family is not None:
        yield from family(question)
    if question.low in (0, None):
        yield from stateless(question)


def _dense(question: Asked) -> Iterator[Candidate]:
    torch = question.dialect == "torch"
    units = question.leaving[-1] if question.leaving else None
    n_in = question.entering[-1] if question.entering else None
    count = question.low if question.low == question.high else None
    for bias, bits in ((True, 0.0), (False, 2.0)):
        wide, read = units, n_in
        if wide is None and read is not None and count and count % (read + bias) == 0:
            wide, bits = count // (read + bias), bits + 1
        if read is None and wide and count and count % wide == 0:
            read = count // wide - bias
        if not wide or not read:
            continue
        named: dict[str, object] = {"in_features": read, "out_features": wide, "bias": bias}
        if not torch:
            named = {"units": wide, "use_bias": bias}
        if not question.entering:
            named["<"] = (*(question.leaving or (None,))[:-1], read)
        yield named, bits


def _pooling(question: Asked) -> Iterator[Candidate]:
    entering, leaving = question.entering, question.leaving
    torch = question.dialect == "torch"
    rank = int(re.findall(r"\d", question.native)[0])
    if entering is None or leaving is None or len(entering) != rank + 1 or len(leaving) != rank + 1:
        yield ({"kernel_size": 2} if torch else {}), 0.0
        return
    for first in (True,) if torch else (False, True):
        if (entering[0] != leaving[0]) if first else (entering[-1] != leaving[-1]):
            continue
        inside, outside = (entering[1:], leaving[1:]) if first else (entering[:-1], leaving[:-1])
        for settings, bits in pools(inside, outside, torch):
            if first and not torch:
                settings["data_format"] = "channels_first"
            yield settings, bits + 2 * (first and not torch)


_RNN = r"(LSTM|GRU|RNN|SimpleRNN|CuDNNLSTM|CuDNNGRU)"
_FAMILIES: tuple[tuple[str, Family], ...] = (
    (r"(Dense|Linear|LazyLinear|TimeDistributedDense)", _dense),
    (r"(Depthwise|Depthwise_)Conv(olution)?\dD", depthwise),
    (r"SeparableConv(olution)?\dD", separable),
    (r"(Lazy|Atrous)?(Conv|Deconv)(olution|Transpose)?\d[dD](Transpose)?", convolutions),
    (r"(Sync)?BatchNorm(alization)?(V\d|\dd)?|LazyBatchNorm\dd", batch_norms),
    (r"(Layer|Group|RMS|Instance|Unit)Norm(alization)?(\dd)?", other_norms),
    (r"Embedding(Bag)?|ReversibleEmbedding", embeddings),
    (r"PReLU", prelus),
    (_RNN, recurrent),
    (r"ConvLSTM\dD", recurrent),
    (r"Bidirectional|TimeDistributed", wrapped),
    (r"Multi[Hh]eadAttention", attentions),
    (r"(Max|Average|Avg)Pool(ing)?\d[dD]", _pooling),
    (r"(UpSampling|ZeroPadding|Cropping)\dD|Reshape|Permute|RepeatVector|Concatenate|Global\w+|Adaptive\w+|Upsample|PixelShuffle"
     r"|ZeroPad\dd|Flatten|Dot", resized),
)  # fmt: skip
