from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weighbridge.claims import Claim, claim
from weighbridge.errors import Usage


def said(text: str) -> tuple[str, str, int | None, int | None, bool]:
    made = claim(text)
    return made.subject, made.quantity, made.low, made.high, made.bound


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1516", ("", "", 1516, 1516, False)),
        ("conv2d_1=1516", ("conv2d_1", "", 1516, 1516, False)),
        ("lstm.kernel = 36", ("lstm.kernel", "", 36, 36, False)),
        ("total=61.7k", ("model", "parameters", 61_601, 61_799, False)),
        ("trainable=60,000", ("model", "trainable", 60_000, 60_000, False)),
        ("conv1.macs=118M", ("conv1", "macs", 117_000_001, 118_999_999, False)),
        ("parameters <= 5M", ("model", "parameters", None, 5_000_000, True)),
        ("macs < 600M", ("model", "macs", None, 599_999_999, True)),
        ("5M >= parameters", ("model", "parameters", None, 5_000_000, True)),
        ("1k <= parameters <= 5M", ("model", "parameters", 1000, 5_000_000, True)),
        ("size <= 20 MiB", ("model", "bytes", None, 20 * 2**20, True)),
        ("non-trainable params=1024", ("model", "frozen", 1024, 1024, False)),
        ("lstm = 4*(16 + 4)*4", ("lstm", "", 320, 320, False)),
        ("1.516", ("", "", 1516, 1516, False)),
        ("1.234.567", ("", "", 1_234_567, 1_234_567, False)),
        ("1.516,00", ("", "", 1516, 1516, False)),
        ("~ 25.6 million", ("", "", 25_500_001, 25_699_999, False)),
        ("25.6M trainable parameters", ("", "trainable", 25_500_001, 25_699_999, False)),
        ("4.1 GFLOPs", ("", "flops", 4_000_000_001, 4_199_999_999, False)),
        ("GMACs = 4.1", ("model", "macs", 4_000_000_001, 4_199_999_999, False)),
        ("#Params (M) = 25.6", ("model", "parameters", 25_500_001, 25_699_999, False)),
        ("Total params: 61,706 (241.04 KB)", ("model", "parameters", 61_706, 61_706, False)),
        ("number of parameters is 61706", ("model", "parameters", 61_706, 61_706, False)),
        ("conv1 has 1516 parameters", ("conv1", "parameters", 1516, 1516, False)),
        ("parameters between 5M and 10M", ("model", "parameters", 5 * 10**6, 10**7, True)),
        ("macs between 3.8 and 4.2 G", ("model", "macs", 38 * 10**8, 42 * 10**8, True)),
        ("parameters = 5M..10M", ("model", "parameters", 5 * 10**6, 10**7, True)),
        ("10M >= parameters > 5M", ("model", "parameters", 5 * 10**6 + 1, 10**7, True)),
        ("params at most 5M", ("model", "parameters", None, 5_000_000, True)),
        ("conv1 = 5 x 5 x 6 x 16 + 16", ("conv1", "", 2416, 2416, False)),
        ("conv1 = (5²·6 + 1)·16 = 2416", ("conv1", "", 2416, 2416, False)),
        ("lstm = 4(16^2 + 16×3) ÷ 2", ("lstm", "", 2 * (16**2 + 16 * 3), 608, False)),
        ("0 = 416", ("0", "", 416, 416, False)),
        ("241 KiB", ("", "bytes", 240 * 1024 + 1, 242 * 1024 - 1, False)),
    ],
)
def test_claims_as_people_write_them(
    text: str, meant: tuple[str, str, int | None, int | None, bool]
) -> None:
    assert said(text) == meant


def test_arithmetic_is_kept_as_it_was_stated() -> None:
    assert claim("lstm = 4*(16 + 4)*4").formula == "4*(16 + 4)*4"
    assert claim("lstm = 320").formula == ""


@pytest.mark.parametrize(
    "text",
    [
        "", "=", "conv=", "conv2d", "a=b=c=d", "1<2<3<4", "conv != 5", "conv=-5", "conv=12,34",
        "conv=7/2", "5*5 = 26", "between 10 and 5", "conv=5if", "9" * 5000, "conv=" + "(" * 1500,
    ],
)  # fmt: skip
def test_what_claims_nothing_is_refused(text: str) -> None:
    with pytest.raises(Usage) as raised:
        claim(text)
    assert raised.value.where.startswith("the claim ")


PARTS = st.sampled_from(
    [*"0123456789.,_ '()=<>≤~-–+*/×^²xKMBi:", "params", "conv1", "between ", " and ", " at most "]
)


@settings(max_examples=300, deadline=500)
@given(st.one_of(st.text(max_size=60), st.lists(PARTS, max_size=40).map("".join)))
def test_any_text_is_a_claim_or_refused(text: str) -> None:
    try:
        made = claim(text)
    except Usage as error:
        assert error.what
        return
    assert made.low is not None or made.high is not None


def test_an_open_end_allows_everything_beyond() -> None:
    assert Claim("", low=5).allows(10**9)
    assert not Claim("", low=5).allows(4)
    assert Claim("", high=5).allows(0)
