"""The record: what JSON promises to programs, and the schema that says so."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.drawn import DOCUMENTS
from tests.reports.models import everything, lenet5
from weighbridge.reports import record as module
from weighbridge.reports.record import SCHEMA, record
from weighbridge.weighing import AMOUNTS, Weighing, weigh

if TYPE_CHECKING:
    from collections.abc import Callable

Record = dict[str, Any]

_FILE = Path(module.__file__).with_name("weighbridge-1.schema.json")
DESCRIPTION = json.loads(_FILE.read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(DESCRIPTION)


def test_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(DESCRIPTION)
    assert DESCRIPTION["title"] == SCHEMA


@given(DOCUMENTS, st.sampled_from((None, "kind", "dtype")))
def test_records_fit(weighing: Weighing, by: str | None) -> None:
    """Every record fits, is plain JSON, and has the totals of the weighing."""
    told = json.loads(json.dumps(record(weighing, by)))

    VALIDATOR.validate(told)
    assert ("groups" in told) == (by is not None)
    for quantity in AMOUNTS:
        assert told["totals"][quantity]["value"] == weighing.total(quantity).value


def test_exact_layers_add_up() -> None:
    """LeNet-5 has 61,706 parameters, all trainable, and takes 416,520 MACs."""
    told: Record = record(weigh(lenet5()))

    for quantity, total in (("parameters", 61_706), ("trainable", 61_706), ("macs", 416_520)):
        assert sum(layer[quantity] for layer in told["layers"]) == total
        assert told["totals"][quantity] == {"value": total, "missing": []}
    assert told["layers"][3]["derived"] == {
        "value": (5 * 5 * 6 + 1) * 16,
        "formula": "(5·5·6 + 1)·16",
        "symbols": "(k_h·k_w·C_in + 1)·C_out",
        "latex": r"(5 \\cdot 5 \\cdot 6 + 1) \\cdot 16".replace("\\\\", "\\"),
    }


def test_unknown_is_null() -> None:
    """What nobody knows is null, and the totals name the layer."""
    told: Record = record(weigh(everything()))
    lost = next(layer for layer in told["layers"] if layer["path"] == "lost")

    assert [lost[key] for key in ("parameters", "derived", "observed", "tensors")] == [None] * 4
    assert told["totals"]["parameters"]["missing"] == ["lost"]


WRONG: dict[str, Callable[[Record], object]] = {
    "no schema": lambda told: told.pop("schema"),
    "another schema": lambda told: told.update(schema="weighbridge/2"),
    "a total too few": lambda told: told["totals"].pop("frozen"),
    "a bare total": lambda told: told["totals"].update(macs=3),
    "a missing path that is none": lambda told: told["totals"]["macs"].update(missing=[3]),
    "a key nobody knows": lambda told: told["layers"][0].update(params=3),
    "a key left out": lambda told: told["layers"][0].pop("observed"),
    "a fraction": lambda told: told["layers"][0].update(parameters=1.5),
    "a negative count": lambda told: told["layers"][0].update(parameters=-1),
    "a count as text": lambda told: told["layers"][0].update(parameters="156"),
    "no such basis": lambda told: told["layers"][0].update(basis="guessed"),
    "a shape as text": lambda told: told["layers"][0].update(output="(28, 28, 6)"),
    "a formula alone": lambda told: told["layers"][0].update(derived="5·5"),
    "a tensor without a shape": lambda told: told["layers"][0]["tensors"][0].pop("shape"),
    "a tensor neither trainable nor not": lambda told: told["layers"][0]["tensors"][0].update(
        trainable=None
    ),
    "no such level": lambda told: told["findings"][0].update(level="error"),
    "a slug in capitals": lambda told: told["findings"][0].update(slug="UnknownLayer"),
    "a share above 1": lambda told: told["groups"][0].update(share=1.5),
    "a group of nothing": lambda told: told["groups"][0].pop("layers"),
    "an origin left out": lambda told: told["model"].pop("origin"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_schema_rejects(fault: str) -> None:
    """A record with one fault does not fit."""
    told = record(weigh(everything()), by="kind")
    VALIDATOR.validate(told)
    faulty = copy.deepcopy(told)
    WRONG[fault](faulty)

    assert not VALIDATOR.is_valid(faulty)
