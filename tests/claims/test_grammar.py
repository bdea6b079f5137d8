from __future__ import annotations

import pytest

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


@pytest.mark.parametrize("text", ["", "=", "conv=", "conv2d", "a=b=c=d", "1<2<3<4"])
def test_what_claims_nothing_is_refused(text: str) -> None:
    with pytest.raises(Usage):
        claim(text)


def test_an_open_end_allows_everything_beyond() -> None:
    assert Claim("", low=5).allows(10**9)
    assert not Claim("", low=5).allows(4)
    assert Claim("", high=5).allows(0)
