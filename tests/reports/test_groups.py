"""Groups: every layer in one of them, together the whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.drawn import weighings
from tests.reports.models import lenet5
from weighbridge.amount import together
from weighbridge.errors import Usage
from weighbridge.reports.groups import groups
from weighbridge.weighing import Weighing, weigh


@given(weighings(), st.sampled_from(("kind", "dtype")))
def test_come_to_the_whole(weighing: Weighing, by: str) -> None:
    """Parameters and shares of the groups add up, and what is missing stays missing."""
    found = groups(weighing, by)
    whole = together(group.parameters for group in found)

    assert (whole.value or 0) == (weighing.parameters.value or 0)
    assert set(whole.missing) == set(weighing.parameters.missing)
    assert not whole.value or sum(group.share or 0 for group in found) == pytest.approx(1)


def test_kinds_of_lenet5() -> None:
    """156 + 2,416 + 48,120 in three convolutions, 10,164 + 850 in two dense layers."""
    found = {group.name: group for group in groups(weigh(lenet5()), "kind")}

    assert list(found)[:2] == ["conv", "dense"]
    assert found["conv"].parameters == 156 + 2_416 + 48_120
    assert found["dense"].parameters == 10_164 + 850
    assert (found["conv"].members, found["dense"].members) == (3, 2)
    assert found["conv"].share == pytest.approx(50_692 / 61_706)


def test_no_such_grouping() -> None:
    with pytest.raises(Usage, match="cannot be grouped by 'colour'"):
        groups(weigh(lenet5()), "colour")
