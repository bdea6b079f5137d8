from __future__ import annotations

import pytest
from hypothesis import given

from tests.weighing.models import F6, F6_TENSORS, KERAS, chain, exactly, models, slugs
from weighbridge._record import replace
from weighbridge.amount import Amount
from weighbridge.errors import Impossible
from weighbridge.formula import equation, value
from weighbridge.layers.batch_norm import BatchNorm
from weighbridge.layers.merge import Add, Dot
from weighbridge.layers.reshape import Flatten
from weighbridge.model import Call, Input, Layer, Model, Port, Shape, Unknown
from weighbridge.weighing import AMOUNTS, Convention, Weighing, weigh


def calls_twice(*shapes: Shape | None) -> Model:
    """One dense layer that reads two inputs of their own."""
    inputs = tuple(Call(Input(shape=shape)) for shape in shapes)
    uses = tuple(Call(F6, "F6", (Port(i),)) for i in range(len(shapes)))
    return Model("twice", (Layer("F6", F6, place="net.py:3"),), inputs + uses, origin=KERAS)


def test_a_layer_called_twice_counts_once_and_works_twice() -> None:
    weighing = weigh(calls_twice((120,), (7, 120)))
    (row,) = weighing.rows

    assert row.parameters == 10_164
    assert row.calls == 2
    assert row.macs == 120 * 84 + 7 * 120 * 84
    assert slugs(weighing) == ["shared-layer"]


def test_equal_calls_are_written_as_a_multiple() -> None:
    (row,) = weigh(calls_twice((120,), (120,))).rows

    assert row.work is not None
    assert equation(row.work) == "2·120·84 = 20,160"


def test_the_call_that_tells_most_settles_the_tensors() -> None:
    (row,) = weigh(calls_twice(None, (120,))).rows

    assert row.parameters == 10_164
    assert row.basis == "derived only"
    assert row.incoming == ((120,),)
    assert row.macs == Amount(None, ("F6",))


def test_calls_that_need_different_tensors_are_impossible() -> None:
    with pytest.raises(Impossible) as caught:
        weigh(calls_twice((120,), (60,)))
    assert caught.value.where == "layer F6, net.py:3"
    assert "(120,)" in caught.value.what


def test_a_layer_nobody_calls() -> None:
    model = replace(chain((120,), Layer("F6", F6)), layers=(Layer("lost", F6, place="net.py:9"),))
    weighing = weigh(replace(model, calls=model.calls[:1]))
    (row,) = weighing.rows

    assert (row.basis, row.calls) == ("unknown", 0)
    assert row.macs == 0
    assert row.parameters == Amount(84, ("lost",))
    assert slugs(weighing) == ["never-called"]


def test_without_calls_the_work_is_unknown_but_for_layers_that_do_none() -> None:
    layers = (Layer("F6", F6, tensors=F6_TENSORS, place="a.py:1"), Layer("flat", Flatten()))
    weighing = weigh(Model("checkpoint", layers))

    assert weighing.macs == Amount(0, ("F6",))
    assert weighing.findings == ()


def test_operations_that_work_have_a_row_and_others_have_none() -> None:
    """The scores of attention, 10·64·10 MACs, beside a sum that has none."""
    reads = (Port(0), Port(0))
    calls = (
        Call(Input(shape=(10, 64))),
        Call(Dot(axes=(1, 1)), reads=reads, path="dot"),
        Call(Dot(axes=(1, 1)), reads=reads, path="dot"),
        Call(Add(), reads=reads, path="add"),
        Call(Flatten(), "dot", (Port(0),)),
    )
    weighing = weigh(Model("attention", (Layer("dot", Flatten()),), calls))

    assert [row.path for row in weighing.rows] == ["dot", "dot_1", "dot_2"]
    assert weighing.macs == 2 * 10 * 64 * 10
    assert {row.basis for row in weighing.rows[1:]} == {"agrees"}
    assert exactly(*(row.parameters for row in weighing.rows)) == (0, 0, 0)


def test_operations_nobody_knows_are_listed() -> None:
    calls = (Call(Input(shape=(4,))), Call(Unknown(native="fft"), reads=(Port(0),), path="fft"))
    weighing = weigh(Model("odd", (), calls))

    assert weighing.macs == Amount(None, ("fft",))
    assert weighing.parameters == 0
    assert slugs(weighing) == ["unknown-layer"]


def test_misfits_say_where() -> None:
    with pytest.raises(Impossible) as caught:
        weigh(chain((3,), Layer("block.bn", BatchNorm(axis=2), native="BatchNormalization")))
    assert caught.value.where == "layer block.bn"
    assert caught.value.what.startswith("BatchNormalization: ")
    reads = (Port(0), Port(1))
    calls = (Call(Input(shape=(2,))), Call(Input(shape=(3,))), Call(Add(), reads=reads, path="add"))
    with pytest.raises(Impossible) as caught:
        weigh(Model("odd", (), calls))
    assert caught.value.where == "operation add"


def reported(*shapes: Shape | None) -> Weighing:
    model = chain((None, 120), Layer("F6", F6), Layer("flat", Flatten()))
    first, second, third = model.calls
    return weigh(replace(model, calls=(first, replace(second, outputs=shapes), third)))


def test_what_the_source_reports_fills_in_what_is_open() -> None:
    assert reported((7, None)).rows[0].output == (7, 84)
    assert reported((7, None)).rows[1].output == (7 * 84,)
    assert reported(None).rows[0].output == (None, 84)
    assert reported((7, 84)).findings == ()


def test_a_report_that_contradicts_is_used_and_told() -> None:
    weighing = reported((7, 85))

    assert weighing.rows[0].output == (7, 85)
    (finding,) = weighing.findings
    assert (finding.slug, finding.path) == ("shapes-disagree", "F6")
    assert "(7, 85)" in finding.message
    assert "(None, 84)" in finding.message


def test_a_call_that_returns_nothing_has_no_shape() -> None:
    assert reported().rows[0].output is None


@given(models())
def test_rows_add_up_to_the_totals(model: Model) -> None:
    weighing = weigh(model)

    for name in AMOUNTS:
        amounts = [getattr(row, name) for row in weighing.rows]
        assert weighing.total(name) == getattr(weighing, name)
        assert (weighing.total(name).value or 0) == sum(amount.value or 0 for amount in amounts)
        assert set(weighing.total(name).missing) == {p for a in amounts for p in a.missing}


@given(models())
def test_nothing_is_counted_twice_or_lost(model: Model) -> None:
    weighing = weigh(model, Convention("all", buffers=True, uncounted=()))

    for row in weighing.rows:
        apart = [row.trainable.value, row.frozen.value, row.buffers.value]
        if row.parameters.exact:
            assert row.parameters == sum(n or 0 for n in apart)
        if row.observed is not None:
            assert row.parameters == row.observed
        if row.basis == "derived only":
            assert row.derived is not None and row.parameters == value(row.derived)
        if row.basis == "unknown":
            assert not row.parameters.exact
