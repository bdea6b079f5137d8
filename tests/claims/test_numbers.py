from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.claims._numbers import computed, stated
from weighbridge.errors import Usage


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("61706", 61_706, 61_706),
        ("61,706", 61_706, 61_706),
        ("61 706", 61_706, 61_706),
        ("61.7k", 61_601, 61_799),  # rounded or cut off: less than one unit away
        ("60M", 59_000_001, 60_999_999),
        ("1B", 750_000_001, 1_249_999_999),  # never by more than a quarter
        ("~60000", 50_001, 69_999),
        ("0.27 million parameters", 260_001, 279_999),
        ("4.1 GFLOPs", 4_000_000_001, 4_199_999_999),
        ("5×5·6", 150, 150),
        ("4*(4096*16 + 4096*4096)*256", 17_246_978_048, 17_246_978_048),
        ("12*768**2", 7_077_888, 7_077_888),
    ],
)
def test_a_number_stands_for_what_its_last_digit_leaves_open(
    text: str, low: int, high: int
) -> None:
    found = stated(text)

    assert (found.low, found.high) == (low, high)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("241.04 KB", Fraction("241.04") * 1000),
        ("241.04 KiB", Fraction("241.04") * 1024),
        ("97.5MB", Fraction("97.5") * 10**6),
        ("20 MiB", Fraction(20 * 2**20)),
        ("13 G", Fraction(13 * 10**9)),
        ("4 B", Fraction(4)),
    ],
)
def test_sizes_have_units_of_bytes(text: str, value: Fraction) -> None:
    found = stated(text, of_bytes=True)

    assert (found.value, found.bytes) == (value, True)


@pytest.mark.parametrize(
    "text", ["", "abc", "5*", "1/0", "a*3", "9**9**9", "__import__('os')", "12 parsecs", "(" * 5000]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Usage):
        stated(text)


@given(st.integers(0, 10**15))
def test_a_whole_number_is_meant_exactly(number: int) -> None:
    for text in (str(number), f"{number:,}", f"{number:_}"):
        assert (stated(text).low, stated(text).high) == (number, number)


SUMS = st.recursive(
    st.integers(0, 50).map(str),
    lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(
        "({0[0]}{0[1]}{0[2]})".format
    ),
    max_leaves=8,
)


@given(SUMS)
def test_arithmetic_is_that_of_python(text: str) -> None:
    assert computed(text) == eval(text)  # digits and signs drawn above
