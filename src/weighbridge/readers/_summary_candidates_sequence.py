"""Settings that layers over sequences may have: recurrent, wrapped, attention."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.errors import Impossible
from weighbridge.layers import make

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.model import Shape
    from weighbridge.readers._summary_candidates import Candidate
    from weighbridge.readers._summary_solve import Asked

_GATES = {"LSTM": 4, "CuDNNLSTM": 4, "GRU": 3, "CuDNNGRU": 3, "SimpleRNN": 1, "RNN": 1}
_SIDES = (3, 5, 1, 7, 2, 4)
_MOST_LAYERS = 8
_INSIDE = (
    "Dense",
    "Conv2D",
    "Conv1D",
    "MaxPooling2D",
    "MaxPooling1D",
    "AveragePooling2D",
    "Flatten",
    "BatchNormalization",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling2D",
    "LSTM",
    "Dropout",
    "Activation",
    "Conv3D",
    "DepthwiseConv2D",
    "Embedding",
)
"""What TimeDistributed is usually put around."""


def recurrent(question: Asked) -> Iterator[Candidate]:
    """Recurrent layers: of Keras one, of PyTorch a stack in one or both directions."""
    if question.native.startswith("ConvLSTM"):
        yield from _convolved(question)
    elif question.dialect == "torch":
        yield from _torch(question)
    elif question.leaving:
        yield from _keras(question, question.native)


def _keras(question: Asked, native: str) -> Iterator[Candidate]:
    leaving = question.leaving or ()
    units = leaving[-1]
    if not units:
        return
    shared: dict[str, object] = {"units": units, "return_sequences": len(leaving) > 1}
    if len(question.outputs) > 1:
        shared["return_state"] = True
    for bias, bits in ((True, 0.0), (False, 2.0)):
        for after in (True, False) if native == "GRU" else (None,):
            named = shared | ({} if native.startswith("CuDNN") else {"use_bias": bias})
            if after is not None:
                named["reset_after"] = after
            biases = bias * (2 if after or native.startswith("CuDNN") else 1)
            if question.entering is None:
                named["<"] = _read(question, units, _GATES[native], biases)
            yield named, bits + (after is False)


def _read(question: Asked, units: int, gates: int, biases: int) -> Shape | None:
    """The sequence that a recurrent layer of this count must read."""
    leaving = question.leaving or ()
    features, rest = divmod(question.low or 0, gates * units)
    features -= units + biases
    return (
        None
        if rest or features < 1
        else ((*leaving[:-1], features) if len(leaving) > 1 else (None, features))
    )


def _torch(question: Asked) -> Iterator[Candidate]:
    wide = question.leaving[-1] if question.leaving else None
    if not wide:
        return
    for both in (False, True):
        units = wide // 2 if both else wide
        for number in range(1, _MOST_LAYERS + 1):
            for bias in (True, False):
                features = (
                    question.entering[-1]
                    if question.entering
                    else _features(question, units, number, both, bias)
                )
                if features and features > 0:
                    named: dict[str, object] = {
                        "input_size": features,
                        "hidden_size": units,
                        "num_layers": number,
                        "bias": bias,
                        "batch_first": True,
                        "bidirectional": both,
                    }
                    assumed = (
                        {}
                        if question.entering
                        else {"<": ((question.leaving or (None,))[0], features)}
                    )
                    yield named | assumed, 2.0 * both + (number - 1) + 2 * (not bias)


def _features(question: Asked, units: int, number: int, both: bool, bias: bool) -> int | None:
    """Features that the first of ``number`` layers reads, from what is left of the count."""
    gates, ways = _GATES[question.native], 2 if both else 1
    deeper = (number - 1) * ways * gates * units * (ways * units + units + 2 * bias)
    features, rest = divmod((question.low or 0) - deeper, ways * gates * units)
    return None if rest else features - units - 2 * bias


def _convolved(question: Asked) -> Iterator[Candidate]:
    leaving = question.leaving
    if not leaving or not leaving[-1]:
        return
    rank = int(question.native[-2])
    shared: dict[str, object] = {
        "filters": leaving[-1],
        "return_sequences": len(leaving) > rank + 1,
    }
    for side in _SIDES:
        for padding in ("same", "valid"):
            for bias in (True, False):
                named = shared | {"kernel_size": side, "padding": padding, "use_bias": bias}
                if question.entering is None:
                    columns = 4 * leaving[-1]
                    depth, rest = divmod((question.low or 0) - bias * columns, columns * side**rank)
                    if rest or depth <= leaving[-1]:
                        continue
                    named["<"] = (None,) * (rank + 1) + (depth - leaving[-1],)
                yield named, 2.0 * (not bias)


def wrapped(question: Asked) -> Iterator[Candidate]:
    """Layers around another, of which the table tells nothing but what comes out."""
    if question.native == "Bidirectional":
        yield from _both_ways(question)
        return
    from weighbridge.readers._summary_candidates import candidates

    entering, leaving = question.entering, question.leaving
    if not leaving:
        return
    inside = () if entering is None else (entering[1:],)
    for place, native in enumerate(_INSIDE):
        inner = replace(question, native=native, incoming=inside, outputs=(leaving[1:],))
        for settings, bits in candidates(inner):
            yield from _around(native, settings, bits + place / 2, leaving[:1])


def _both_ways(question: Asked) -> Iterator[Candidate]:
    leaving = question.leaving
    if not leaving or not leaving[-1]:
        return
    for merge, units in (("concat", leaving[-1] // 2), ("sum", leaving[-1])):
        once = replace(
            question,
            low=(question.low or 0) // 2,
            high=(question.high or 0) // 2,
            outputs=((*leaving[:-1], units),),
        )
        for place, native in enumerate(("LSTM", "GRU", "SimpleRNN")):
            for settings, bits in _keras(once, native):
                more = {"merge_mode": merge}
                for named, unlikely in _around(
                    native, settings, bits + place + 2 * (merge == "sum"), ()
                ):
                    yield named | more, unlikely


def _around(
    native: str, settings: dict[str, object], bits: float, steps: Shape
) -> Iterator[Candidate]:
    """The settings of a wrapper around the layer that ``settings`` make."""
    own = {name: setting for name, setting in settings.items() if name not in ("*", "<")}
    positional = settings.get("*", ())
    try:
        inner = make("keras", native, positional, own)  # type: ignore[arg-type]  # a tuple
    except Impossible:
        return
    named: dict[str, object] = {"*": (inner,)}
    if settings.get("<") is not None:
        named["<"] = (*steps, *settings["<"])  # type: ignore[misc]  # a shape
    yield named, bits


def attentions(question: Asked) -> Iterator[Candidate]:
    """Attention with heads of equal width; only heads times width shows in the count."""
    width = (question.entering or question.leaving or (None,))[-1]
    if not width or not question.low:
        return
    if question.dialect == "torch":
        yield {"embed_dim": width, "num_heads": 1, "batch_first": True}, 0.0
        yield {"embed_dim": width, "num_heads": 1, "bias": False, "batch_first": True}, 2.0
        return
    for bias in (True, False):
        inner, rest = divmod(question.low - bias * width, 4 * width + 3 * bias)
        if rest or inner < 1:
            continue
        for place, heads in enumerate((8, 12, 16, 4, 2, 1, inner // 64 or 1)):
            if inner % heads == 0:
                named: dict[str, object] = {
                    "num_heads": heads,
                    "key_dim": inner // heads,
                    "use_bias": bias,
                }
                if len(question.incoming) < 2:  # noqa: PLR2004  # a query and a value
                    named["<"] = question.entering or question.leaving
                usual = inner // heads in (64, 32, 128)
                yield named, 2.0 * (not bias) + 0.5 * place - 2 * usual
