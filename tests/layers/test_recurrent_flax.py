"""Flax's recurrent cells against real ones, alone and repeated over a sequence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flax.linen as nn
import jax
import pytest
from flax import nnx
from hypothesis import given
from hypothesis import strategies as st

from tests.witness_flax import FEW, abstract, agree_linen, agree_nnx, products, stand_ins, weighed
from weighbridge.formula import equation, value

SIZES = st.integers(1, 6)
# A cell takes its state first; LSTM has two of them, which it takes as a pair.
LINEN: dict[str, int] = {
    "SimpleCell": 1, "GRUCell": 1, "MGUCell": 1, "LSTMCell": 2, "OptimizedLSTMCell": 2,
}  # fmt: skip
IN_NNX = ("SimpleCell", "GRUCell", "LSTMCell", "OptimizedLSTMCell")


class Once(nn.Module):
    """One step of a cell, with a state that is there."""

    cell: Any

    def __call__(self, x: jax.Array) -> Any:
        carry = self.cell.initialize_carry(jax.random.key(0), x.shape)
        return self.cell(carry, x)


@FEW
@given(st.sampled_from(sorted(LINEN)), SIZES, SIZES, st.sampled_from(((), (3,))))
def test_linen_cells(native: str, n_in: int, units: int, places: tuple[int, ...]) -> None:
    row = agree_linen(Once(getattr(nn, native)(units)), (*places, n_in))

    assert row.layer.native == native
    assert len(row.incoming) == LINEN[native] + 1


@FEW
@given(SIZES, SIZES, st.booleans())
def test_minimal_gated_unit(n_in: int, units: int, reset: bool) -> None:
    agree_linen(Once(nn.MGUCell(units, reset_gate=reset)), (n_in,))


@FEW
@given(st.integers(1, 2), SIZES, st.booleans(), st.data())
def test_conv_lstm(rank: int, filters: int, bias: bool, data: st.DataObject) -> None:
    kernel = data.draw(st.tuples(*(st.integers(1, 3),) * rank))
    shape = data.draw(st.tuples(*(st.integers(3, 5),) * rank, st.integers(1, 3)))

    agree_linen(Once(nn.ConvLSTMCell(filters, kernel, use_bias=bias)), shape, macs=False)


class OnceMore(nnx.Module):
    """One step of a cell, with a state that is there."""

    def __init__(self, cell: Any) -> None:
        self.cell = cell

    def __call__(self, x: jax.Array) -> Any:
        carry = self.cell.initialize_carry(x.shape, nnx.Rngs(0))
        return self.cell(carry, x)


@FEW
@given(st.sampled_from(IN_NNX), SIZES, SIZES)
def test_nnx_cells(native: str, n_in: int, units: int) -> None:
    build: Callable[..., nnx.Module] = getattr(nnx, native)

    agree_nnx(lambda: OnceMore(build(n_in, units, rngs=nnx.Rngs(0))), (n_in,))


def count(row: Any) -> str:
    """A row's formula with the numbers in it."""
    return equation(row.derived)


def test_formulas_tell_the_gates() -> None:
    """3 features, 5 units: four gates of (3 + 5 + 1)·5; a GRU has one bias more in linen."""
    (lstm,) = weighed(Once(nn.LSTMCell(5)), (3,)).rows
    (gru,) = weighed(Once(nn.GRUCell(5)), (3,)).rows

    assert count(lstm) == "4·(3 + 5 + 1)·5 = 180"
    assert count(gru) == "2·(3 + 5 + 1)·5 + (3 + 5 + 2)·5 = 140"
    (each, bias) = gru.layer.kind.parts(*gru.incoming)
    assert value(each.count) == 3 and value(each.each) == (3 + 5 + 1) * 5
    assert value(bias.count) == 1 and value(bias.each) == 5


@pytest.mark.parametrize("native", ["GRUCell", "LSTMCell"])
def test_a_sequence_is_a_step_for_every_time(native: str) -> None:
    cell = getattr(nn, native)(5)
    (row,) = weighed(nn.RNN(cell, return_carry=True), (7, 3)).rows
    (once,) = weighed(Once(cell), (3,)).rows

    assert row.parameters == once.parameters
    assert row.macs == 7 * (once.macs.value or 0)


def test_both_directions_are_two_cells() -> None:
    def make() -> nnx.Module:
        rngs = nnx.Rngs(0)
        return nnx.Bidirectional(*(nnx.RNN(nnx.GRUCell(3, 5, rngs=rngs)) for _ in range(2)))

    weighing = weighed(abstract(make), (7, 3))

    assert weighing.parameters == 2 * (3 + 5 + 1) * 3 * 5
    assert weighing.macs == 2 * 7 * (3 + 5) * 3 * 5
    # A key and a counter for each sequence and for both together.
    assert weighing.buffers == 3 * (2 + 1)


def test_a_cell_that_is_not_called_has_unknown_work() -> None:
    weighing = weighed(abstract(lambda: nnx.LSTMCell(3, 5, rngs=nnx.Rngs(0))))

    assert weighing.parameters == 4 * (3 + 5 + 1) * 5
    assert weighing.macs.value is None


def test_work_of_a_sequence_is_that_of_its_program() -> None:
    module = nn.Bidirectional(nn.RNN(nn.LSTMCell(4)), nn.RNN(nn.GRUCell(5)))
    inputs = stand_ins(((6, 3),))
    variables = jax.eval_shape(module.init, jax.random.key(0), *inputs)
    program = jax.make_jaxpr(module.apply)(variables, *inputs)

    assert weighed(module, (6, 3)).macs == products(program.jaxpr)
