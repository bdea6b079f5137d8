"""Flax's fully connected layers against real ones, of both its interfaces."""

from __future__ import annotations

import flax.linen as nn
import jax
from flax import nnx
from hypothesis import given
from hypothesis import strategies as st

from tests.witness_flax import FEW, agree_linen, agree_nnx, weighed
from weighbridge.formula import equation

SIZES = st.integers(1, 7)
PLACES = st.lists(st.integers(2, 4), max_size=2)


@FEW
@given(SIZES, SIZES, st.booleans(), PLACES)
def test_linear(n_in: int, units: int, bias: bool, places: list[int]) -> None:
    agree_nnx(lambda: nnx.Linear(n_in, units, use_bias=bias, rngs=nnx.Rngs(0)), (*places, n_in))


@FEW
@given(SIZES, SIZES, st.booleans(), PLACES)
def test_dense(n_in: int, units: int, bias: bool, places: list[int]) -> None:
    agree_linen(nn.Dense(units, use_bias=bias), (*places, n_in))


def test_the_formula_of_a_dense_layer() -> None:
    """784 inputs to 10 units, each unit with a bias: (784 + 1)·10 = 7,850."""
    (row,) = weighed(nn.Dense(10), (784,)).rows

    assert row.derived is not None
    assert equation(row.derived) == "(784 + 1)·10 = 7,850"


@st.composite
def over_axes(draw: st.DrawFn) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], bool]:
    """A sample, the axes of it that are read as Flax counts them, and the features."""
    shape = tuple(draw(st.lists(SIZES, min_size=1, max_size=3)))
    axes = draw(st.sets(st.sampled_from(range(len(shape))), min_size=1))
    # An axis of a sample is one further on in the whole array, or counted from its end.
    counted = [draw(st.sampled_from((axis + 1, axis - len(shape)))) for axis in sorted(axes)]
    return (
        shape,
        tuple(counted),
        tuple(draw(st.lists(SIZES, min_size=1, max_size=2))),
        draw(st.booleans()),
    )


@FEW
@given(over_axes())
def test_dense_general(
    drawn: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], bool],
) -> None:
    shape, axes, features, bias = drawn
    agree_linen(nn.DenseGeneral(features, axes, use_bias=bias), shape)


@FEW
@given(over_axes())
def test_linear_general(
    drawn: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], bool],
) -> None:
    shape, axes, features, bias = drawn
    read = tuple((1, *shape)[axis] for axis in axes)
    agree_nnx(
        lambda: nnx.LinearGeneral(read, features, axis=axes, use_bias=bias, rngs=nnx.Rngs(0)),
        shape,
    )


def test_a_kernel_for_each_sample_is_observed() -> None:
    """Its size depends on how many samples are read together; no kind of ours says so."""
    row, _ = weighed(nn.DenseGeneral(3, axis=-1, batch_dims=(0,)), (4,)).rows

    assert row.basis == "observed only"
    assert row.parameters == 1 * 4 * 3 + 1 * 3


EQUATIONS = (
    ("abc,cd->abd", (4, 5), (5, 3)), ("...c,cde->...de", (2, 4, 5), (5, 3, 2)),
    ("abcd,cde->abe", (2, 3, 4), (3, 4, 5)), ("nta,hab->nthb", (6, 2), (8, 2, 4)),
)  # fmt: skip


@given(st.sampled_from(EQUATIONS), st.booleans())
@FEW
def test_einsum(written: tuple[str, tuple[int, ...], tuple[int, ...]], bias: bool) -> None:
    equation_, shape, kernel = written
    row = agree_linen(nn.Einsum(kernel, equation_, use_bias=bias), shape)
    told = next((h.shape for h in row.held or () if h.role == "bias"), None)

    agree_nnx(lambda: nnx.Einsum(equation_, kernel, told, rngs=nnx.Rngs(0)), shape)  # type: ignore[arg-type]  # sizes are known


def test_an_equation_that_the_call_gives() -> None:
    class Model(nn.Module):
        @nn.compact
        def __call__(self, x: jax.Array) -> jax.Array:
            return nn.Einsum((5, 3))(x, "abc,cd->abd")

    (row,) = weighed(Model(), (4, 5)).rows

    assert (row.basis, row.output) == ("agrees", (4, 3))
    assert row.macs == 4 * 5 * 3
