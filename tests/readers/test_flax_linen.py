"""Live ``flax.linen`` modules: their own ``init`` and ``apply`` tell, without a value computed."""

from __future__ import annotations

from functools import partial
from typing import Any

import flax.linen as nn
import jax
import jax.numpy as jnp
import pytest
from hypothesis import given
from hypothesis import strategies as st

import weighbridge
from tests.witness_flax import FEW, exact, products, stand_ins, weighed
from weighbridge.errors import Impossible
from weighbridge.weighing import Row, Weighing


def by_path(weighing: Weighing) -> dict[str, Row]:
    return {row.path: row for row in weighing.rows}


def variables(module: nn.Module, *inputs: Any, **told: Any) -> dict[str, Any]:
    """What the module's own ``init`` makes, without values."""
    made = partial(module.init, **told)
    return jax.eval_shape(made, jax.random.key(0), *inputs)  # type: ignore[no-any-return]  # a dict


def size(tree: Any) -> int:
    return sum(array.size for array in jax.tree.leaves(tree))


class Residual(nn.Module):
    """A block as in ResNet: convolutions and norms in both styles, a switch for training."""

    filters: int

    @nn.compact
    def __call__(self, x: jax.Array, train: bool) -> jax.Array:
        norm = partial(nn.BatchNorm, use_running_average=not train)
        y = nn.relu(norm()(nn.Conv(self.filters, (3, 3), use_bias=False)(x)))
        y = norm()(nn.Conv(self.filters, (3, 3), use_bias=False)(y))
        if x.shape != y.shape:
            x = norm(name="norm_skip")(nn.Conv(self.filters, (1, 1), name="skip")(x))
        return nn.relu(x + nn.Dropout(0.1, deterministic=not train)(y))


class Net(nn.Module):
    """Two blocks and a classifier, declared ahead."""

    def setup(self) -> None:
        self.blocks = [Residual(4), nn.remat(Residual, static_argnums=2)(8)]
        self.head = nn.Dense(10)

    def __call__(self, x: jax.Array, train: bool = True) -> jax.Array:
        for block in self.blocks:
            x = block(x, train)
        return self.head(x.mean((1, 2)))


def test_every_layer_of_a_network() -> None:
    made = variables(Net(), jnp.ones((1, 8, 8, 3)), train=False)
    weighing = weighed(Net(), (8, 8, 3))
    rows = by_path(weighing)

    assert {row.basis for row in weighing.rows} == {"agrees"}
    assert weighing.parameters == size(made["params"])
    assert weighing.buffers == size(made["batch_stats"])
    assert rows["blocks_1.Conv_0"].output == (8, 8, 8)
    assert rows["blocks_1.Conv_0"].macs == 8 * 8 * 3 * 3 * 4 * 8
    assert [h.name for h in rows["head"].held or ()] == ["params.head.bias", "params.head.kernel"]
    assert {f.slug for f in weighing.findings} == {"collections"}


def test_nothing_is_computed() -> None:
    live: Any = jax.live_arrays
    before = len(live())
    weighed(Net(), (8, 8, 3))

    assert len(live()) <= before


def test_by_the_front_door() -> None:
    text = str(weighbridge.weigh(nn.Dense(3), (4,)))

    assert "(4 + 1)·3" in text
    assert "(N, 3)" in text


def test_without_a_shape_it_is_unknown() -> None:
    weighing = weighed(Net())

    assert weighing.parameters.value is None
    (note,) = weighing.findings
    assert "give the shape of one sample" in note.message


def test_a_layer_that_tells_its_own_sizes() -> None:
    assert weighed(nn.Embed(50, 16)).parameters == 50 * 16
    assert not weighed(nn.Dense(16)).parameters.exact


def test_a_shape_that_cannot_be() -> None:
    with pytest.raises(Impossible, match="cannot be initialised") as raised:
        weighed(Shared(), (4,))
    assert "without the batch axis" in str(raised.value)
    with pytest.raises(Impossible, match="no open sizes"):
        weighed(nn.Dense(3), (None, 4))


# -- what is shared, stacked, looped over --------------------------------------------------------


class Layer(nn.Module):
    """One layer of a Transformer."""

    width: int = 8

    @nn.compact
    def __call__(self, x: jax.Array, _: Any = None) -> tuple[jax.Array, None]:
        x = x + nn.MultiHeadDotProductAttention(2)(nn.LayerNorm()(x))
        y = nn.Dense(4 * self.width)(nn.LayerNorm()(x))
        return x + nn.Dense(self.width)(nn.gelu(y)), None


class Language(nn.Module):
    """A small language model: a table used twice, positions, layers in a loop."""

    layers: int = 3
    wrapped: bool = True

    @nn.compact
    def __call__(self, tokens: jax.Array) -> jax.Array:
        init = nn.with_partitioning(nn.initializers.normal(), ("vocabulary", None))
        table = nn.Embed(50, 8, embedding_init=init)
        x = table(tokens) + self.param("positions", nn.initializers.zeros, (1, 12, 8))
        inner = nn.remat(Layer) if self.wrapped else Layer
        stack = nn.scan(
            inner, variable_axes={"params": 0}, split_rngs={"params": True}, length=self.layers
        )
        x, _ = stack()(x, None)
        self.sow("intermediates", "last", x)
        return table.attend(nn.LayerNorm()(x))


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_transformer_in_a_loop(wrapped: bool) -> None:
    (tokens,) = stand_ins(((12,),), "int32")
    module = Language(wrapped=wrapped)
    made = nn.unbox(variables(module, tokens))
    weighing = weighed(module, (12,))

    assert weighing.parameters == size(made["params"])
    assert {row.basis for row in weighing.rows} == {"agrees", "observed only"}
    program = jax.make_jaxpr(module.apply)(made, tokens)
    assert weighing.macs == products(program.jaxpr)
    rows = by_path(weighing)
    dense = next(row for path, row in rows.items() if path.endswith("Dense_0"))
    assert exact(dense.parameters, dense.macs) == (3 * (8 + 1) * 32, 3 * 12 * 8 * 32)
    assert dense.output == (12, 32)


class Shared(nn.Module):
    """One layer for two inputs."""

    @nn.compact
    def __call__(self, left: jax.Array, right: jax.Array) -> jax.Array:
        layer = nn.Dense(3)
        return nn.Dense(1)(layer(left) + layer(right))


def test_a_shared_layer_of_two_inputs() -> None:
    weighing = weighed(Shared(), (4,), (4,))

    assert weighing.parameters == (4 + 1) * 3 + (3 + 1)
    assert weighing.macs == 2 * 4 * 3 + 3
    assert len(weighing.model.inputs) == 2


class Ensemble(nn.Module):
    """Layers over the second axis, each with a kernel of its own, or one for all of them."""

    shared: bool

    @nn.compact
    def __call__(self, x: jax.Array) -> Any:
        over = None if self.shared else 0
        mapped = nn.vmap(
            nn.Dense, variable_axes={"params": over}, split_rngs={"params": not self.shared},
            in_axes=1, out_axes=1,
        )  # fmt: skip
        return mapped(5)(x)


@pytest.mark.parametrize("shared", [True, False])
def test_layers_that_are_mapped(shared: bool) -> None:
    (row,) = weighed(Ensemble(shared), (6, 8)).rows

    assert row.basis == "agrees"
    assert row.macs == 6 * 8 * 5
    assert row.parameters == (1 if shared else 6) * (8 + 1) * 5


class Compiled(nn.Module):
    """Layers compiled on their own: JAX keeps the program of the first for all that are alike."""

    @nn.compact
    def __call__(self, x: jax.Array) -> Any:
        for _ in range(3):
            x = nn.jit(nn.Dense)(4)(x)
        twice = nn.jit(nn.Dense)(4, name="twice")
        return twice(twice(x))


def test_layers_whose_program_is_kept() -> None:
    module = Compiled()
    two = jnp.ones((2, 4))
    jax.eval_shape(module.apply, variables(module, two), two)

    for _ in range(2):
        weighing = weighed(module, (4,))

        assert weighing.parameters == 4 * (4 + 1) * 4
        assert [row.calls for row in weighing.rows] == [1, 1, 1, 2]
        assert weighing.macs == 5 * 4 * 4


class Film(nn.Module):
    """Frames of a film, through one network for pictures."""

    @nn.compact
    def __call__(self, film: jax.Array) -> jax.Array:
        frames = nn.Conv(2, (3, 3), padding="VALID")(film)
        return nn.Dense(1)(frames.reshape(*film.shape[:2], -1))


def test_axes_before_those_of_a_layer() -> None:
    rows = by_path(weighed(Film(), (5, 8, 8, 1)))

    assert rows["Conv_0"].output == (5, 6, 6, 2)
    assert rows["Conv_0"].macs == 5 * 6 * 6 * 3 * 3 * 2
    assert rows["Dense_0"].macs == 5 * 6 * 6 * 2


# -- collections ---------------------------------------------------------------------------------


class Counting(nn.Module):
    """State in collections that nobody knows."""

    @nn.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        self.variable("counts", "calls", jnp.zeros, ())
        self.variable("cache", "last", jnp.zeros, x.shape)
        adapter = self.variable("lora", "down", jnp.zeros, (x.shape[-1], 2))
        return nn.Dense(3)(x) + (x @ adapter.value).sum()


def test_collections_are_kept_apart() -> None:
    weighing = weighed(Counting(), (4,))
    rows = by_path(weighing)

    assert weighing.parameters == (4 + 1) * 3
    # One call counted, one sample kept, a factor (4, 2) that is in a collection of its own.
    assert rows["Counting"].buffers == 1 + 4 + 4 * 2
    assert rows["dot_general"].macs == 4 * 2
    (note,) = (f.message for f in weighing.findings if f.slug == "collections")
    assert note == "kept apart from the parameters: cache 4, counts 1, lora 8"


def test_a_cache_is_for_one_sample() -> None:
    """Each sample has keys and values of its own; with one step at a time they can be followed."""
    module = nn.MultiHeadDotProductAttention(2, decode=True)
    attention, cache = weighed(module, (1, 8)).rows

    assert attention.macs == 4 * 8 * 8 + 2 * 8
    assert cache.buffers == 2 * 8 + 1


def test_variables_alone() -> None:
    made = variables(Net(), jnp.ones((1, 8, 8, 3)), train=False)
    weighing = weighed(made)

    assert weighing.parameters == size(made["params"])
    assert weighing.buffers == size(made["batch_stats"])
    assert {row.basis for row in weighing.rows} == {"observed only"}
    assert weighing.macs.value is None
    assert by_path(weighing)["head"].parameters == (8 + 1) * 10


def test_a_bound_module() -> None:
    module = nn.Dense(3)
    bound = module.bind(module.init(jax.random.key(0), jnp.ones((1, 4))))

    assert weighed(bound, (4,)).parameters == (4 + 1) * 3


# -- any model -----------------------------------------------------------------------------------


@FEW
@given(st.lists(st.tuples(st.sampled_from("clnda"), st.integers(1, 5)), min_size=1, max_size=5))
def test_any_sequence_of_layers(drawn: list[tuple[str, int]]) -> None:
    makers: dict[str, Any] = {
        "c": lambda size: nn.Conv(size, (3,), padding="CIRCULAR"), "l": nn.Dense,
        "n": lambda _: nn.LayerNorm(), "d": lambda _: nn.Dropout(0.5, deterministic=True),
        "a": lambda _: nn.relu,
    }  # fmt: skip
    module = nn.Sequential([makers[sort](size) for sort, size in drawn])
    (x,) = stand_ins(((6, 3),))
    made = variables(module, x)
    weighing = weighed(module, (6, 3))

    assert weighing.parameters == size(made.get("params", {}))
    convolved = sum(row.macs.value or 0 for row in weighing.rows if row.layer.native == "Conv")
    program = jax.make_jaxpr(module.apply)(made, x)
    assert weighing.macs == products(program.jaxpr) + convolved
