"""JSON spells the record and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from tests.reports.drawn import DOCUMENTS
from tests.reports.models import everything, lenet5
from weighbridge.errors import Usage
from weighbridge.reports import render
from weighbridge.reports.explanation import explained
from weighbridge.reports.record import record
from weighbridge.weighing import Weighing, weigh

if TYPE_CHECKING:
    from tests.reports.conftest import Golden


def test_pages(golden: Golden) -> None:
    golden("lenet5.json", render(weigh(lenet5()), "json"))
    golden("everything.json", render(weigh(everything()), "json"))
    golden("lenet5-by-kind.json", render(weigh(lenet5()), "json", by="kind"))


@given(DOCUMENTS)
def test_is_the_record(weighing: Weighing) -> None:
    assert json.loads(render(weighing, "json")) == record(weighing)


def test_no_explanation() -> None:
    weighing = weigh(lenet5())
    with pytest.raises(Usage, match="json has no form for an explanation"):
        render(explained(weighing.rows[0], weighing), "json")
