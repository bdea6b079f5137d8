from __future__ import annotations

import pickle

import pytest

from weighbridge.formula import value
from weighbridge.layers import (
    Fixed,
    Turned,
    batch_axis,
    legible,
    make,
    multiple,
    passed,
    repeats,
    turned,
)
from weighbridge.model import Call, Input, Kind, Layer, Model, Port, Shape
from weighbridge.weighing import weigh

STEPS_FIRST = Turned((20, 64), 1)


def torch(native: str, *settings: object, **named: object) -> Kind:
    return make("torch", native, settings, named)


def through(kind: Kind, *incoming: Shape | None) -> tuple[Shape | None, int]:
    """What comes out of one call, and where its samples lie."""
    found = passed(kind, legible(kind, incoming))[0]
    return found, batch_axis(found)


def test_a_turned_shape_compares_and_travels_as_a_tuple() -> None:
    shape = pickle.loads(pickle.dumps(STEPS_FIRST))

    assert shape == (20, 64)
    assert batch_axis(shape) == 1
    assert batch_axis((20, 64)) == batch_axis(None) == 0


def test_the_batch_has_a_place_in_every_shape() -> None:
    assert type(turned(STEPS_FIRST, 0)) is tuple
    assert batch_axis(turned((), 0)) == 0
    assert turned((20, 64), 3) is turned((20, 64), -1) is turned(None, 1) is None


def test_steps_first_and_back() -> None:
    """As transformers without ``batch_first`` read: (N, T, C) to (T, N, C), and back."""
    turn = torch("Tensor.permute", object(), 1, 0, 2)

    assert through(turn, (20, 64)) == ((20, 64), 1)
    assert through(turn, STEPS_FIRST) == ((20, 64), 0)
    assert turn.output((20, 64)) is None, "a plain shape has the batch in front"


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (torch("Linear", 64, 32), (20, 32)),
        (torch("relu", object()), (20, 64)),
        (torch("ReLU"), (20, 64)),
        (torch("Dropout"), (20, 64)),
        (torch("Softmax", 2), (20, 64)),
        (torch("LayerNorm", 64), (20, 64)),
        (torch("Embedding", 100, 32), (20, 64, 32)),
        (torch("LSTM", 64, 32), (20, 32)),
    ],
)
def test_what_knows_only_the_last_axes_keeps_the_batch_where_it_is(
    kind: Kind, outcome: Shape
) -> None:
    assert through(kind, STEPS_FIRST) == (outcome, 1)


@pytest.mark.parametrize(
    "kind",
    [
        torch("Conv1d", 64, 64, 3),
        torch("BatchNorm1d", 64),
        torch("MaxPool1d", 2),
        torch("Flatten"),
        torch("EmbeddingBag", 100, 32),
        make("keras", "LSTM", (32,), {}),
    ],
)
def test_what_counts_axes_from_the_first_does_not_read_them(kind: Kind) -> None:
    assert legible(kind, (STEPS_FIRST, (20, 64), None)) == (None, (20, 64), None)


def test_the_batch_is_none_of_the_last_axes() -> None:
    assert through(torch("Linear", 64, 32), Turned((20, 64), 2)) == (None, 0)
    assert through(torch("LayerNorm", [20, 64]), STEPS_FIRST) == (None, 0)


def test_a_step_is_a_batch_again() -> None:
    last = make("python", "getitem", [object(), -1], {})
    mean_of_batch = torch("mean", object(), 1)

    assert through(last, STEPS_FIRST) == ((64,), 0)
    assert through(mean_of_batch, STEPS_FIRST) == (None, 0)


def test_weighing_carries_the_place_from_call_to_call() -> None:
    """(N, 20, 64) turned to (20, N, 64), mapped to 32, and the last step of each sample."""
    dense = torch("Linear", 64, 32)
    calls = (
        Call(Input(shape=(20, 64))),
        Call(torch("transpose", object(), 0, 1), reads=(Port(0),)),
        Call(dense, "dense", reads=(Port(1),)),
        Call(make("python", "getitem", [object(), -1], {}), reads=(Port(2),)),
        Call(torch("F.linear", object(), Fixed((10, 32))), reads=(Port(3),), path="head"),
    )
    model = Model("turned", (Layer("dense", dense),), calls, outputs=(Port(4),))

    dense_row, head = weigh(model).rows
    assert dense_row.output == (20, 32)
    assert dense_row.macs == 20 * 64 * 32
    assert head.output == (10,)
    assert head.work is not None
    assert value(head.work) == 32 * 10


# -- several places for each sample --------------------------------------------------------------

IMAGES = Turned((3, 32, 32), 0, 5)
"""Five images of each sample, in a row with all others."""


def test_a_folded_shape_compares_and_travels_as_a_tuple() -> None:
    shape = pickle.loads(pickle.dumps(IMAGES))

    assert shape == (3, 32, 32)
    assert (batch_axis(shape), multiple(shape)) == (0, 5)
    assert type(turned(IMAGES, 0)) is tuple


def test_what_reads_samples_reads_each_of_them() -> None:
    conv = torch("Conv2d", 3, 8, 3)
    (found,) = passed(conv, legible(conv, (IMAGES,)))

    assert (found, multiple(found), repeats(conv, (IMAGES,))) == ((8, 30, 30), 5, 5)


def test_five_images_are_five_times_the_work() -> None:
    conv = torch("Conv2d", 3, 8, 3)
    model = Model(
        name="film",
        layers=(Layer(path="conv", kind=conv),),
        calls=(
            Call(Input(shape=(5, 3, 32, 32))),
            Call(torch("Tensor.view", object(), -1, 3, 32, 32), reads=(Port(0),)),
            Call(conv, layer="conv", reads=(Port(1),)),
        ),
    )
    weighing = weigh(model)

    assert weighing.parameters == (3 * 3 * 3 + 1) * 8
    assert weighing.macs == 5 * (3 * 3 * 3 * 8 * 30 * 30)


def test_samples_do_not_go_together_with_parts_of_samples() -> None:
    add = make("keras", "Add", (), {})

    assert legible(add, (IMAGES, IMAGES)) == (IMAGES, IMAGES)
    assert legible(add, (IMAGES, (3, 32, 32))) == (None, None)


def test_parts_of_samples_become_samples_again() -> None:
    back = torch("Tensor.view", object(), -1, 5, 3, 32, 32)
    (found,) = passed(back, (IMAGES,))

    assert (found, multiple(found)) == ((5, 3, 32, 32), 1)
