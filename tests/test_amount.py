from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.amount import ZERO, Amount, together

paths = st.lists(st.sampled_from(["a", "b", "c.d"]), max_size=3).map(tuple)
known = st.builds(Amount, st.integers(0, 10**9), paths)
unknown = st.builds(Amount, st.none(), paths.filter(bool))
amounts = known | unknown


def test_an_exact_amount_is_its_number() -> None:
    """LeNet-5 as a Keras model has 61,706 parameters: 156 + 2,416 + 48,120 + 10,164 + 850."""
    parts = [Amount(n) for n in (156, 2_416, 48_120, 10_164, 850)]

    assert together(parts) == 61_706
    assert int(together(parts)) == 61_706
    assert str(together(parts)) == "61,706"
    assert hash(together(parts)) == hash(61_706)
    assert "x" * Amount(3) == "xxx"


def test_what_is_missing_makes_it_at_least() -> None:
    amount = together([Amount(156), Amount(None, ("lambda",)), Amount(None, ("lambda",))])

    assert amount == Amount(156, ("lambda",))
    assert amount != 156
    assert str(amount) == "≥ 156"
    with pytest.raises(ValueError, match="≥ 156 is not exact; missing: lambda"):
        int(amount)


def test_nothing_known_is_not_zero() -> None:
    amount = together([Amount(None, ("a",)), Amount(None, ("b",))])

    assert amount == Amount(None, ("a", "b"))
    assert amount != 0
    assert str(amount) == "?"


def test_nothing_to_add_is_zero() -> None:
    assert together([]) == ZERO == 0


def test_what_is_not_known_must_be_named() -> None:
    with pytest.raises(ValueError, match="must name what is missing"):
        Amount(None)


@given(st.lists(amounts, max_size=6))
def test_a_sum_is_exact_only_if_all_its_parts_are(parts: list[Amount]) -> None:
    whole = together(parts)

    assert whole.exact == all(part.exact for part in parts)
    assert set(whole.missing) == {path for part in parts for path in part.missing}
    assert (whole.value or 0) == sum(part.value or 0 for part in parts)


@given(st.lists(amounts), st.lists(amounts))
def test_sums_can_be_taken_in_groups(some: list[Amount], others: list[Amount]) -> None:
    grouped, whole = together([together(some), together(others)]), together([*some, *others])

    assert grouped.missing == whole.missing
    assert (grouped.value or 0) == (whole.value or 0)
