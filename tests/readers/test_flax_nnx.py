"""Live ``flax.nnx`` models: counted as they are, followed on a copy, and left alone."""

from __future__ import annotations

from functools import partial
from typing import Any

import flax.linen as nn
import jax
import jax.numpy as jnp
import pytest
from flax import nnx
from hypothesis import given
from hypothesis import strategies as st

from tests.witness_flax import FEW, abstract, exact, products, stand_ins, weighed
from weighbridge.weighing import Row, Weighing


def trained(module: nnx.Module) -> int:
    """What ``nnx`` itself counts as parameters."""
    return sum(array.size for array in jax.tree.leaves(nnx.state(module, nnx.Param)))


def by_path(weighing: Weighing) -> dict[str, Row]:
    return {row.path: row for row in weighing.rows}


class CNN(nnx.Module):
    """A small image classifier, as in Flax's own introduction."""

    def __init__(self, rngs: nnx.Rngs) -> None:
        # Drawing numbers is what takes the time.
        plain: dict[str, Any] = {"kernel_init": nnx.initializers.zeros, "rngs": rngs}
        self.conv1 = nnx.Conv(1, 4, kernel_size=(3, 3), **plain)
        self.norm1 = nnx.BatchNorm(4, rngs=rngs)
        self.dropout = nnx.Dropout(0.025, rngs=rngs)
        self.conv2 = nnx.Conv(4, 6, kernel_size=(3, 3), **plain)
        self.linear1 = nnx.Linear(7 * 7 * 6, 16, **plain)
        self.linear2 = nnx.Linear(16, 10, **plain)

    def __call__(self, x: jax.Array) -> jax.Array:
        halved: Any = partial(nnx.avg_pool, window_shape=(2, 2), strides=(2, 2))
        x = halved(nnx.relu(self.norm1(self.conv1(x))))
        x = halved(nnx.relu(self.dropout(self.conv2(x))))
        x = x.reshape(x.shape[0], -1)
        return self.linear2(nnx.relu(self.linear1(x)))


def test_every_layer_of_a_network() -> None:
    module = abstract(lambda: CNN(nnx.Rngs(0, dropout=1)))
    weighing = weighed(module, (28, 28, 1))
    rows = by_path(weighing)

    assert rows.keys() == {"conv1", "norm1", "dropout", "conv2", "linear1", "linear2"}
    assert {row.basis for row in weighing.rows} == {"agrees"}
    assert weighing.parameters == trained(module)
    assert rows["conv1"].output == (28, 28, 4)
    assert rows["linear1"].incoming == ((7 * 7 * 6,),)
    assert rows["conv2"].macs == 14 * 14 * 3 * 3 * 4 * 6
    # Mean and variance of 4 channels; a key of two numbers and a counter for the dropout.
    assert weighing.buffers == 2 * 4 + 2 + 1


def test_without_a_shape_counts_are_as_right() -> None:
    module = abstract(lambda: CNN(nnx.Rngs(0)))
    alone, followed = weighed(module), weighed(module, (28, 28, 1))

    assert alone.parameters == followed.parameters
    assert [row.basis for row in alone.rows] == ["agrees"] * 6
    assert alone.macs.missing


def test_nothing_is_touched() -> None:
    module = CNN(nnx.Rngs(0, dropout=1))
    assert list(by_path(weighed(module)))[:2] == ["conv1", "norm1"]  # as they are declared
    state = nnx.to_flat_state(nnx.state(module))
    values = [(path, id(v.get_raw_value()), str(v.get_raw_value())) for path, v in state]
    attributes = {path: dict(vars(part)) for path, part in nnx.iter_modules(module)}
    calls = [vars(sort)["__call__"] for sort in (CNN, nnx.Conv, nnx.Linear, nnx.Dropout)]

    weighed(module, (28, 28, 1))

    again = nnx.to_flat_state(nnx.state(module))
    assert [(p, id(v.get_raw_value()), str(v.get_raw_value())) for p, v in again] == values
    assert {path: dict(vars(part)) for path, part in nnx.iter_modules(module)} == attributes
    assert [vars(sort)["__call__"] for sort in (CNN, nnx.Conv, nnx.Linear, nnx.Dropout)] == calls
    assert module.dropout.deterministic is False


def test_an_abstract_module_is_as_good() -> None:
    modules = CNN(nnx.Rngs(0)), abstract(lambda: CNN(nnx.Rngs(0)))
    full, empty = (weighed(module, (28, 28, 1)) for module in modules)

    assert full.parameters == empty.parameters
    assert (full.buffers, full.macs) == (empty.buffers, empty.macs)


# -- what is shared, stacked, looped over --------------------------------------------------------


def test_what_is_shared_is_counted_once() -> None:
    class Tied(nnx.Module):
        def __init__(self, rngs: nnx.Rngs) -> None:
            plain = nnx.initializers.zeros
            self.first = nnx.Linear(4, 4, kernel_init=plain, rngs=rngs)
            self.again = self.first
            self.third = nnx.Linear(4, 4, kernel_init=plain, rngs=rngs)
            self.third.kernel = self.first.kernel

        def __call__(self, x: jax.Array) -> jax.Array:
            return self.third(self.again(self.first(x)))

    module = Tied(nnx.Rngs(0))  # a copy has its attributes in another order
    weighing = weighed(module, (4,))
    rows = by_path(weighing)

    assert weighing.parameters == trained(module) == 4 * 4 + 4 + 4
    assert (rows["first"].calls, rows["first"].layer.aliases) == (2, ("again",))
    assert [h.tied_to for h in rows["third"].held or ()] == ["first.kernel", None]
    assert weighing.macs == 3 * 4 * 4


class Block(nnx.Module):
    """A layer with everything that can be stacked."""

    def __init__(self, rngs: nnx.Rngs) -> None:
        self.linear = nnx.Linear(8, 8, rngs=rngs)
        self.norm = nnx.BatchNorm(8, rngs=rngs)
        self.drop = nnx.Dropout(0.5, rngs=rngs)

    def __call__(self, x: jax.Array) -> jax.Array:
        return self.drop(self.norm(self.linear(x)))


class Scanned(nnx.Module):
    """Five blocks whose tensors are stacked, done one after the other."""

    def __init__(self, rngs: nnx.Rngs) -> None:
        @nnx.split_rngs(splits=5)
        @nnx.vmap(in_axes=0, out_axes=0)
        def made(rngs: nnx.Rngs) -> Block:
            return Block(rngs)

        self.blocks = made(rngs)

    def __call__(self, x: jax.Array) -> Any:
        @nnx.scan(in_axes=(0, nnx.Carry), out_axes=nnx.Carry)
        def forward(block: Block, x: jax.Array) -> jax.Array:
            return nnx.remat(Block.__call__)(block, x)

        return forward(self.blocks, x)


def test_stacked_layers_are_as_many_layers() -> None:
    module = abstract(lambda: Scanned(nnx.Rngs(0)))
    weighing = weighed(module, (3, 8))
    rows = by_path(weighing)

    assert weighing.parameters == trained(module) == 5 * ((8 + 1) * 8 + 2 * 8)
    assert {row.basis for row in weighing.rows} == {"agrees"}
    assert rows["blocks.linear"].macs == 5 * 3 * 8 * 8
    assert rows["blocks.linear"].output == (3, 8)
    assert rows["blocks.norm"].buffers == 5 * 2 * 8
    assert rows["blocks.drop"].buffers == 5 * (2 + 1)
    assert by_path(weighed(module))["blocks.linear"].basis == "agrees"


class Mapped(nnx.Module):
    """An ensemble: three layers read the same input."""

    def __init__(self, rngs: nnx.Rngs) -> None:
        @nnx.split_rngs(splits=3)
        @nnx.vmap(in_axes=0, out_axes=0)
        def made(rngs: nnx.Rngs) -> nnx.Linear:
            return nnx.Linear(4, 2, rngs=rngs)

        self.members = made(rngs)

    def __call__(self, x: jax.Array) -> Any:
        return nnx.vmap(lambda part, x: part(x), in_axes=(0, None), out_axes=0)(self.members, x)


def test_an_ensemble_works_as_often_as_it_has_members() -> None:
    (row,) = weighed(abstract(lambda: Mapped(nnx.Rngs(0))), (4,)).rows

    assert row.basis == "agrees"
    assert exact(row.parameters, row.macs) == (3 * (4 + 1) * 2, 3 * 4 * 2)


class OneByOne(nnx.Module):
    """Code written for a single sample, mapped over all of them."""

    def __init__(self, rngs: nnx.Rngs) -> None:
        self.conv = nnx.Conv(1, 2, (3,), padding="VALID", rngs=rngs)

    def __call__(self, x: jax.Array) -> Any:
        return jax.vmap(self.conv)(x)


def test_samples_that_are_mapped_over() -> None:
    (row,) = weighed(abstract(lambda: OneByOne(nnx.Rngs(0))), (9, 1)).rows

    assert (row.incoming, row.output) == (((9, 1),), (7, 2))
    assert row.macs == 7 * 3 * 2


def test_samples_that_are_folded_into_others() -> None:
    class Frames(nnx.Module):
        def __init__(self, rngs: nnx.Rngs) -> None:
            self.conv = nnx.Conv(1, 2, (3, 3), padding="VALID", rngs=rngs)

        def __call__(self, x: jax.Array) -> jax.Array:
            frames = self.conv(x.reshape(-1, *x.shape[2:]))
            return frames.reshape(*x.shape[:2], *frames.shape[1:])

    (row,) = weighed(abstract(lambda: Frames(nnx.Rngs(0))), (5, 8, 8, 1)).rows

    # Five frames a sample: each is one for the convolution.
    assert (row.incoming, row.output) == (((8, 8, 1),), (6, 6, 2))
    assert row.macs == 5 * 6 * 6 * 3 * 3 * 2


class Compiled(nnx.Module):
    """Code that is compiled, as a whole and piece by piece."""

    def __init__(self, rngs: nnx.Rngs) -> None:
        self.first = nnx.Linear(4, 4, rngs=rngs)
        self.last = nnx.Linear(4, 4, rngs=rngs)

    @nnx.jit
    def __call__(self, x: jax.Array) -> Any:
        forward = nnx.jit(lambda part, x: part(x))
        return forward(self.last, forward(self.first, forward(self.first, x)))


def test_code_whose_program_is_kept() -> None:
    module = abstract(lambda: Compiled(nnx.Rngs(0)))

    for _ in range(2):
        rows = by_path(weighed(module, (4,)))

        assert (rows["first"].calls, rows["last"].calls) == (2, 1)
        assert exact(rows["first"].macs, rows["last"].macs) == (2 * 4 * 4, 4 * 4)


@pytest.mark.parametrize("loop", ["while", "cond"])
def test_what_is_done_an_unknown_number_of_times(loop: str) -> None:
    class Looping(nnx.Module):
        def __init__(self, rngs: nnx.Rngs) -> None:
            self.linear = nnx.Linear(4, 4, rngs=rngs)

        def __call__(self, x: jax.Array) -> Any:
            if loop == "while":
                return jax.lax.while_loop(lambda x: x.sum() < 9, self.linear, x)
            return jax.lax.cond(x.sum() < 9, self.linear, lambda x: x, x)

    weighing = weighed(abstract(lambda: Looping(nnx.Rngs(0))), (4,))

    assert weighing.parameters == (4 + 1) * 4
    assert weighing.macs.missing == ("linear",)


# -- what nobody spells --------------------------------------------------------------------------


class Own(nnx.Module):
    """A module of somebody's own, with a product of its own and state of several sorts."""

    def __init__(self) -> None:
        self.kernel = nnx.Param(jnp.ones((4, 3)))
        self.seen = nnx.BatchStat({"mean": jnp.zeros(3), "count": jnp.zeros(())})
        self.table = jnp.arange(5)
        self.extra = Special(jnp.zeros((2, 2)))

    def __call__(self, x: jax.Array) -> jax.Array:
        return x @ self.kernel[...]


class Special(nnx.Variable[Any]):
    """A sort of variable that Flax knows nothing of."""


def test_a_module_of_ones_own_is_observed() -> None:
    weighing = weighed(Own(), (7, 4))
    row, work = weighing.rows

    assert (row.basis, row.output) == ("observed only", (7, 3))
    assert exact(row.parameters, row.buffers) == (4 * 3, (3 + 1) + 5 + 2 * 2)
    assert work.path == "dot_general"
    assert work.macs == 7 * 4 * 3
    (note,) = (f.message for f in weighing.findings if f.slug == "collections")
    assert note == "kept apart from the parameters: BatchStat 4, plain arrays 5, Special 4"
    assert weighed(Own()).macs.value is None


class Derived(nnx.Linear):
    """A layer by another name."""


class Overridden(nnx.Linear):
    """A layer that does something else."""

    def __call__(self, inputs: jax.Array, out_sharding: Any = None) -> jax.Array:
        return 2 * super().__call__(inputs)


@pytest.mark.parametrize(("sort", "basis"), [(Derived, "agrees"), (Overridden, "observed only")])
def test_a_class_derived_from_a_layer(sort: type[nnx.Linear], basis: str) -> None:
    weighing = weighed(abstract(lambda: sort(4, 3, rngs=nnx.Rngs(0))), (4,))

    assert weighing.rows[0].basis == basis
    assert exact(weighing.parameters, weighing.macs) == ((4 + 1) * 3, 4 * 3)
    assert weighing.rows[0].calls == 1


def test_a_linen_module_inside() -> None:
    module: Any = nnx.bridge.ToNNX(nn.Dense(3), rngs=nnx.Rngs(0))

    assert weighed(module.lazy_init(jnp.ones((1, 4)))).parameters == (4 + 1) * 3


def test_settings_and_tensors_that_disagree() -> None:
    module = nnx.Linear(4, 3, rngs=nnx.Rngs(0))
    module.kernel = nnx.Param(jnp.ones((4, 5)))
    weighing = weighed(module)

    assert [row.basis for row in weighing.rows] == ["disagrees"]
    assert weighing.parameters == 4 * 5 + 3


# -- what cannot be followed ---------------------------------------------------------------------


class Asking(nnx.Module):
    """Its code asks for a value."""

    def __init__(self, rngs: nnx.Rngs) -> None:
        self.linear = nnx.Linear(4, 3, rngs=rngs)

    def __call__(self, x: jax.Array) -> jax.Array:
        return self.linear(x) if x.sum() > 0 else x


class ByNumber(nnx.Module):
    """Its code depends on how many samples there are."""

    def __init__(self, rngs: nnx.Rngs) -> None:
        self.linear = nnx.Linear(4, 4, rngs=rngs)

    def __call__(self, x: jax.Array) -> jax.Array:
        for _ in range(x.shape[0]):
            x = self.linear(x)
        return x


@pytest.mark.parametrize("sort", [Asking, ByNumber])
def test_code_that_cannot_be_followed(sort: type[nnx.Module]) -> None:
    module = abstract(lambda: sort(nnx.Rngs(0)))  # type: ignore[call-arg]  # of the classes above
    weighing = weighed(module, (4,))

    assert [f.slug for f in weighing.findings] == ["call-not-followed"]
    assert weighing.parameters == trained(module)
    assert weighing.macs.missing == ("linear",)


def test_a_shape_that_it_does_not_read() -> None:
    module = abstract(lambda: CNN(nnx.Rngs(0)))
    (note,) = weighed(module, (40, 28, 1)).findings[:1]

    assert note.slug == "call-not-followed"
    assert "TypeError" in note.message


# -- any model -----------------------------------------------------------------------------------


@FEW
@given(st.lists(st.tuples(st.sampled_from("lnda"), st.integers(1, 5)), min_size=1, max_size=5))
def test_any_sequence_of_layers(drawn: list[tuple[str, int]]) -> None:
    def make() -> nnx.Sequential:
        rngs, width = nnx.Rngs(0), 3
        made: list[Any] = []
        for sort, size in drawn:
            match sort:
                case "l":
                    made.append(nnx.Linear(width, size, rngs=rngs))
                    width = size
                case "n":
                    made.append(nnx.LayerNorm(width, rngs=rngs))
                case "d":
                    made.append(nnx.Dropout(0.5, rngs=rngs))
                case _:
                    made.append(nnx.relu)
        return nnx.Sequential(*made)

    module = abstract(make)
    graph, state = nnx.split(module)
    program = jax.make_jaxpr(lambda state, x: nnx.merge(graph, state)(x))
    weighing = weighed(module, (2, 3))

    assert weighing.parameters == trained(module)
    assert weighing.macs == products(program(state, *stand_ins(((2, 3),))).jaxpr)
