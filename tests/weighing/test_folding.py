from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.weighing.models import F6, F6_TENSORS, chain, models
from weighbridge.layers.reshape import Flatten
from weighbridge.model import Layer, Model
from weighbridge.weighing import AMOUNTS, Group, fold, weigh


@given(models(), st.integers(0, 5))
def test_folding_keeps_the_totals(model: Model, depth: int) -> None:
    weighing = weigh(model)
    folded = fold(weighing, depth)

    for name in AMOUNTS:
        assert (folded.total(name).value or 0) == (weighing.total(name).value or 0)
        assert set(folded.total(name).missing) == set(weighing.total(name).missing)
    assert sum(row.members for row in folded.rows) == len(weighing.rows)
    assert all(row.path.count(".") < max(depth, 1) for row in folded.rows)
    assert folded.agrees == weighing.agrees
    assert folded.findings == weighing.findings


def test_layers_at_the_depth_stay_as_they_are() -> None:
    dense, flat = Layer("a.x", F6, tensors=F6_TENSORS), Layer("a.y", Flatten(), tensors=())
    layers = (dense, flat, Layer("b", Flatten()))
    weighing = weigh(chain((120,), *layers))
    first, second = fold(weighing, 1).rows

    assert (first.path, first.members) == ("a", 2)
    assert first.parameters == first.observed == 10_164
    assert isinstance(first.layer.kind, Group)
    assert (first.incoming, first.output) == (((120,),), (84,))
    assert second == weighing.rows[2]
    assert fold(weighing, 2) == weighing
