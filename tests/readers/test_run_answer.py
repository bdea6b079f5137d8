"""What a process that ran somebody's code hands back: a model as it was, and nothing else."""

from __future__ import annotations

import json
from enum import IntEnum

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import weighbridge
from weighbridge import layers
from weighbridge.errors import LIMITS, Malformed, TooLarge
from weighbridge.model import Input, Layer, Model, Unknown
from weighbridge.readers._run_answer import HEADER, Failure, length, packed, unpacked


def passed(answer: Model | Failure) -> Model | Failure:
    data = packed(answer)
    assert length(data[:HEADER]) == len(data) - HEADER
    return unpacked(data[HEADER:])


@pytest.mark.parametrize("name", ["lenet5-1998", "resnet18"])
def test_a_model_comes_back_as_it_was(name: str) -> None:
    model = weighbridge.read(name)

    assert passed(model) == model
    assert weighbridge.weigh(passed(model)) == weighbridge.weigh(model)


def test_a_shape_that_knows_its_batch() -> None:
    """It equals the plain tuple, so that equality alone would not show."""
    model = Model("m", (Layer("input", Input(shape=layers.Turned((20, 64), 1, 3))),))
    found = passed(model)

    assert isinstance(found, Model)
    (shape,) = found.inputs or [found.layers[0].kind.shape]  # type: ignore[attr-defined]  # an Input
    assert layers.layout((shape,)) == (((20, 64), 1, 3),)


def test_what_frameworks_derive_from_plain_values() -> None:
    class Size(tuple):  # type: ignore[type-arg]  # as torch.Size
        pass

    class Colour(IntEnum):
        RED = 3

    class Name(str):
        pass

    odd = Input(shape=(np.int64(3), Colour.RED, *Size((4, 5))))  # type: ignore[arg-type]  # on purpose
    model = Model(Name("m"), Size((Layer("input", odd),)))
    found = passed(model)

    assert found == Model("m", (Layer("input", Input(shape=(3, 3, 4, 5))),))
    assert isinstance(found, Model)
    assert type(found.layers) is tuple
    assert type(found.name) is str


@pytest.mark.parametrize("value", [object(), len, np.zeros(3), Model, {1: np.float32}])
def test_what_is_no_plain_value(value: object) -> None:
    model = Model("m", (Layer("odd", Unknown(because=value)),))  # type: ignore[arg-type]  # on purpose

    with pytest.raises((TypeError, Malformed)):
        passed(model)


@pytest.mark.parametrize(
    ("classes", "rows"),
    [
        ([], []),
        ([], [["m"]]),
        (["os:system"], [[0, "true"]]),
        (["builtins:eval"], [[0, "1"]]),
        (["weighbridge:weigh"], [[0, "lenet5"]]),
        (["weighbridge.app.cli:main"], [[0, []]]),
        (["weighbridge.readers:read"], [[0, "lenet5"]]),
        (["weighbridge.readers.run:os"], [[0]]),
        (["weighbridge.readers.no_such_module:A"], [[0]]),
        (["weighbridge.model:Model.inputs"], [[0]]),
        (["weighbridge.model:Model"], [[0, "too few"]]),
        (["weighbridge.model:Model"], [[0, "m", [], {"row": 0}]]),
        (["weighbridge.model:Model"], [[0, "m", [], {"row": -1}]]),
        (["weighbridge.model:Model"], [[0, "m", [], {"odd": 1}]]),
        (["weighbridge.model:Model"], [[1, "m"]]),
        (["weighbridge.model:Tensor"], [[0, "t", [], "", "", None, False, None, 1, None]]),
        (["weighbridge.layers.conv:Conv"], [[0, -3]]),
        ([3], [[0]]),
        ("ab", "cd"),
        (None, None),
    ],
)
def test_nothing_else_comes_back(classes: object, rows: object) -> None:
    with pytest.raises(Malformed, match="is no model"):
        unpacked(json.dumps([classes, rows]).encode())


@pytest.mark.parametrize("content", [b"", b"{", b"[1, 2]", b"[" * 10_000, b"\xff", b"9" * 9_999])
def test_what_is_no_table(content: bytes) -> None:
    with pytest.raises(Malformed, match="is no model"):
        unpacked(content)


@given(st.data())
def test_a_damaged_answer(data: st.DataObject) -> None:
    whole = bytearray(LENET5)
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(32, 126))
    try:
        assert isinstance(unpacked(bytes(whole)), (Model, Failure))
    except Malformed as error:
        assert "is no model" in error.what


LENET5 = packed(weighbridge.read("lenet5"))[HEADER:]


def test_an_answer_too_large() -> None:
    with pytest.raises(TooLarge):
        length((LIMITS.answer_bytes + 1).to_bytes(HEADER, "big"))
