"""Any layer, any assumption: from its number the checker finds it, or a likelier one."""

from __future__ import annotations

import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from weighbridge.claims import check
from weighbridge.claims._lines import Line, counts, lines
from weighbridge.claims._quantities import counted_by
from weighbridge.claims._search import PLAUSIBLE
from weighbridge.claims._types import Verdict
from weighbridge.claims.assumptions import assumptions
from weighbridge.readers import named, read
from weighbridge.weighing import Weighing, weigh

SIZES = st.integers(2, 40)


def weighed(source: str, shape: tuple[int, ...] | None = None) -> Weighing:
    return weigh(read(named(source, shape)))


@st.composite
def layers(draw: st.DrawFn) -> Weighing:
    """A model of one layer with settings of any sort."""
    n, m, k, t = draw(SIZES), draw(SIZES), draw(st.integers(1, 5)), draw(st.integers(6, 12))
    bias = draw(st.booleans())
    form = draw(st.sampled_from(sorted(FORMS)))
    text, shape = FORMS[form]
    filled = text.format(n=n, m=m, k=k, bias=bias)
    sizes = {"n": n, "m": m, "t": t}
    return weighed(filled, tuple(sizes[axis] for axis in shape) if shape else None)


FORMS: dict[str, tuple[str, str]] = {
    "dense": ("Dense({n}, use_bias={bias})", "m"),
    "dense over steps": ("Dense({n}, use_bias={bias})", "tm"),
    "conv1d": ("Conv1D({n}, {k}, use_bias={bias})", "tm"),
    "conv2d": ("Conv2D({n}, {k}, use_bias={bias})", "ttm"),
    "conv3d": ("Conv3D({n}, {k}, use_bias={bias})", "tttm"),
    "depthwise": ("DepthwiseConv2D({k}, use_bias={bias})", "ttm"),
    "separable": ("SeparableConv2D({n}, {k}, use_bias={bias})", "ttm"),
    "local": ("LocallyConnected2D({n}, {k}, use_bias={bias})", "ttm"),
    "rnn": ("SimpleRNN({n}, use_bias={bias})", "tm"),
    "lstm": ("LSTM({n}, use_bias={bias})", "tm"),
    "gru": ("GRU({n}, use_bias={bias}, reset_after={bias})", "tm"),
    "both ways": ("Bidirectional(LSTM({n}, use_bias={bias}))", "tm"),
    "stack": ("nn.LSTM({n}, {m}, {k}, bias={bias}, bidirectional=True)", ""),
    "batch norm": ("BatchNormalization(center={bias})", "m"),
    "batch norm of torch": ("nn.BatchNorm2d({n}, affine={bias})", ""),
    "layer norm": ("nn.LayerNorm({n})", ""),
    "embedding": ("nn.Embedding({n}, {m})", ""),
    "attention": ("MultiHeadAttention({k}, {n}, use_bias={bias})", "tm"),
    "grouped": ("nn.Conv2d({n}*2, {m}*2, {k}, groups=2, bias={bias})", ""),
    "pool": ("AveragePooling2D(2)", "ttm"),
}


def lines_of(weighing: Weighing) -> tuple[Line, ...]:
    counted = counted_by("parameters", weighing)
    assert counted is not None
    return lines(weighing.rows, counted, lambda row: True)


def verdict(weighing: Weighing, claim: str) -> Verdict:
    return check(weighing, [claim]).verdicts[0]


def adds_up(found: Verdict) -> None:
    for told in (*found.explanations, *found.nearest):
        assert (found.measured.value or 0) + sum(p.count for p in told.pieces) == told.value
        assert found.claim.allows(told.value)


@settings(max_examples=60, deadline=None)
@given(layers(), st.data())
def test_an_assumption_is_found_from_its_number(weighing: Weighing, data: st.DataObject) -> None:
    """What is found is the assumption itself, or one that is as likely and comes to the same."""
    (line,) = lines_of(weighing)
    made = [
        (assumption.bits + edit.bits, sum(counts(edit.tensors).values()))
        for assumption in assumptions()
        for edit in assumption.edits(line)
    ]
    assume(made)
    bits, number = data.draw(st.sampled_from(made))
    assume(number != line.count)
    found = verdict(weighing, f"parameters={number}")
    assert found.outcome == "fails"
    adds_up(found)
    if bits <= PLAUSIBLE:
        assert found.explanations
        assert found.explanations[0].cost <= bits


@settings(max_examples=15, deadline=None)
@given(layers(), st.integers(1, 10**7))
def test_any_number_is_told_in_pieces_that_add_up(weighing: Weighing, number: int) -> None:
    adds_up(verdict(weighing, f"parameters={number}"))


def test_the_second_convolution_of_lenet5() -> None:
    """LeCun et al. 1998, table I: 6·3 + 9·4 + 1·6 = 60 of 6·16 = 96 pairs of maps are connected."""
    (told,) = verdict(weighed("lenet5"), "conv2d_1=1516").explanations
    assert told.causes == ("partial-connection",)
    assert told.formula == "5·5·60 + 16 = 1,516"
    assert "36 of the 96 channel connections are missing" in told.sentence
    assert "fully connected: (5·5·6 + 1)·16 = 2,416" in told.sentence
    assert [(piece.path, piece.count) for piece in told.pieces] == [("conv2d_1", -25 * 36)]


def test_the_paper_itself_counted_as_if_fully_connected() -> None:
    told = verdict(weighed("lenet5-1998"), f"C3={(25 * 6 + 1) * 16}").explanations[0]
    assert told.causes == ("partial-connection",)


CASES = {
    "bias everywhere": ("lenet5", None, f"{61706 - 236}", {"bias-omitted"}),
    "one layer's bias": ("Dense(16) > Dense(16) > Dense(10)", (784,), "12992", {"bias-omitted"}),
    "PyTorch's LSTM": ("LSTM(9)", (12, 1), f"{4 * (9 + 81 + 18)}", {"rnn-bias-count"}),
    "steps for features": (
        "LSTM(256)", (4096, 16), f"{4 * 256 * (4096 + 256 + 1)}", {"timesteps-as-features"},
    ),
    "three on one layer": (
        "LSTM(300)", (40, 77), f"{4 * (40 * 300 + 300)}",
        {"timesteps-as-features", "rnn-matrix-omitted"},
    ),
    "grey taken for colour, without bias": (
        "Flatten() > Dense(256)", (128, 128, 1), f"{128 * 128 * 3 * 256}",
        {"input-channels-wrong", "bias-omitted"},
    ),
    "statistics of ResNet-50": ("resnet50", None, f"{25557032 + 53120}", {"bn-running-stats"}),
    "ResNet-50 of CIFAR-100": (
        "resnet50", None, f"{25557032 - 7 * 7 * 3 * 64 + 3 * 3 * 3 * 64 - 2049 * 900}",
        {"stem-variant", "num-classes"},
    ),
    "MiB called MB": ("resnet50", None, "size=97.5MB", {"mib-as-mb"}),
    "without top": ("resnet50", None, f"{25557032 - 2049 * 1000}", {"head-excluded"}),
    "twice the operations": ("lenet5", None, f"macs={2 * 416520}", {"macs-for-flops"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_causes(case: str) -> None:
    source, shape, claim, causes = CASES[case]
    found = verdict(weighed(source, shape), claim)
    adds_up(found)
    assert causes <= set(found.explanations[0].causes)


def test_numbers_at_random_are_seldom_explained() -> None:
    """A layer of 2,416 parameters: some hundred likely mistakes, so a few numbers of a hundred."""
    weighing = weighed("lenet5")
    draw = random.Random(1)
    explained = [
        bool(verdict(weighing, f"conv2d_1={draw.randint(1000, 9999)}").explanations)
        for _ in range(40)
    ]
    assert sum(explained) <= 4


def test_what_nothing_explains_is_told_from_the_nearest() -> None:
    found = verdict(weighed("lenet5"), "conv2d_1=1517")
    assert not found.explanations
    assert found.nearest[0].pieces[-1].name == "left over"
    adds_up(found)


def test_every_assumption_says_what_decides() -> None:
    for assumption in assumptions():
        assert assumption.causes
        assert assumption.decides, assumption.name
