from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.operations import Tensor, agree, of_a_sample, use, whole
from weighbridge.errors import Impossible
from weighbridge.layers import Fixed, make
from weighbridge.layers.operation import SPELLINGS, ElementwiseOperation
from weighbridge.model import Unknown

KERAS = sorted(key for key in SPELLINGS if key.startswith("keras:ops."))
ODD = ("clip", "where", "select", "binary_crossentropy")
PYTHON = sorted(key for key in SPELLINGS if key.startswith("python:"))
OF_WHOLE_NUMBERS = ("bitwise", "shift", "gcd", "lcm", "ldexp", "and_", "or_", "xor")


@st.composite
def stretching(draw: st.DrawFn, dtype: str = "float32") -> list[Tensor]:
    """Tensors that mostly fit value by value: axes missing, sizes of 1, at times a misfit."""
    base = draw(st.lists(st.integers(1, 4), max_size=3))
    tensors = []
    for _ in range(2):
        samples = draw(st.sampled_from((True, True, True, False)))
        kept = base[draw(st.integers(0, len(base))) :] if draw(st.booleans()) else base
        sizes = [draw(st.sampled_from((n, n, n, n, 1, n + 1))) for n in kept]
        tensors.append(Tensor(tuple(sizes), samples, dtype))
    return tensors


@given(stretching())
def test_tensors_stretch_to_each_other(tensors: list[Tensor]) -> None:
    agree(use("keras:ops.add", *tensors))


@given(stretching(), stretching())
def test_all_operands_count(two: list[Tensor], more: list[Tensor]) -> None:
    agree(use("keras:ops.where", *two, more[0]))
    agree(use("keras:ops.clip", *two, x_max=more[0]))


@pytest.mark.parametrize("key", [key for key in KERAS + PYTHON if not key.endswith(ODD)])
def test_each_reads_two_tensors(key: str) -> None:
    dtype = "int32" if any(word in key for word in OF_WHOLE_NUMBERS) else "float32"
    agree(use(key, Tensor((4, 1), dtype=dtype), Tensor((3, 1, 5), dtype=dtype)))
    agree(use(key, Tensor((4, 5), dtype=dtype), Tensor((5,), False, dtype)))
    agree(use(key, Tensor((4, 5), dtype=dtype), 2))


def test_a_list_of_numbers_is_a_tensor() -> None:
    means = [[0.1], [0.2], [0.3]]

    assert of_a_sample(use("python:sub", Tensor((1, 5)), means)) == ((3, 5),)


def test_numbers_read_nothing() -> None:
    assert make("python", "mul", [object(), 2.0], {}) == ElementwiseOperation()
    assert make("tf", "clip_by_value", [object(), 0.0, 1.0], {}) == ElementwiseOperation()


def test_a_condition_alone_finds_an_unknown_number_of_places() -> None:
    assert isinstance(make("tf", "where", [object()], {}), Unknown)


def test_what_does_not_fit_is_named() -> None:
    with pytest.raises(Impossible, match=r"\(\?, 4, 5\) and \(\?, 4, 3\) do not broadcast"):
        of_a_sample(use("python:add", Tensor((4, 5)), Tensor((4, 3))))


def test_samples_spread_over_another_axis_are_mixed() -> None:
    """(B, 1, 5) and (B, 5) give (B, B, 5): each sample meets all others."""
    assert of_a_sample(use("python:add", Tensor((1, 5)), Tensor((5,)))) == (None,)


def test_sums_of_many() -> None:
    three = [Tensor((4, 5)), Tensor((4, 5)), Tensor((5,), samples=False)]

    assert of_a_sample(use("tf:add_n", three)) == ((4, 5),)
    assert make("tf", "add_n", [[object(), Fixed((5,))]], {}) == ElementwiseOperation(
        fixed=(None, Fixed((5,)))
    )


def test_nothing_is_added_up() -> None:
    assert ElementwiseOperation().macs(((4, 5),), (4, 5)) == make(
        "python", "add", [object(), object()], {}
    ).macs((None, None), None)
    assert whole(use("python:mul", Tensor((), False), 3)) == ((),)
