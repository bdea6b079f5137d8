"""States of Flax models: counted without their modules, the optimizer's share kept out."""

from __future__ import annotations

from typing import Any

import flax.linen as nn
import jax
import jax.numpy as jnp
import optax  # type: ignore[import-untyped]  # optax ships no types
import pytest
from flax import nnx
from flax.training.train_state import TrainState

from weighbridge import readers, weighing
from weighbridge.errors import NotFound
from weighbridge.model import Shape
from weighbridge.weighing import Weighing


class Net(nnx.Module):
    """A layer with parameters, one with statistics, one with random keys."""

    def __init__(self) -> None:
        rngs = nnx.Rngs(0)
        self.fc = nnx.Linear(8, 6, rngs=rngs)
        self.norm = nnx.BatchNorm(6, rngs=rngs)
        self.drop = nnx.Dropout(0.1, rngs=rngs)

    def __call__(self, x: Any) -> Any:
        return self.drop(self.norm(self.fc(x)))


class Normed(nn.Module):
    @nn.compact
    def __call__(self, x: Any) -> Any:
        return nn.BatchNorm(use_running_average=True)(nn.Dense(6)(x))


class WithStatistics(TrainState):  # type: ignore[misc,no-untyped-call]  # Flax's is not typed
    batch_stats: Any = None


PARAMETERS = (8 + 1) * 6 + 2 * 6
STATISTICS = 2 * 6
KEYS = 2 + 1
"""A key of two numbers, and how often it was asked."""


def weighed(state: object, *reads: Shape) -> Weighing:
    return weighing.weigh(readers.read(readers.Source(state, reads or None)))


def notes(model: object) -> dict[str, str]:
    return {each.slug: each.message for each in weighed(model).findings}


@pytest.mark.parametrize(
    ("of", "buffers"), [((), STATISTICS + KEYS), ((nnx.Param,), 0)], ids=["all", "parameters"]
)
def test_a_state_is_counted_as_its_module_is(of: tuple[type, ...], buffers: int) -> None:
    found = weighed(nnx.state(Net(), *of))

    assert found.parameters == found.trainable == PARAMETERS
    assert found.buffers == buffers
    assert {row.path: row.parameters for row in found.rows if row.parameters.value} == {
        "fc": (8 + 1) * 6,
        "norm": 2 * 6,
    }


def test_the_state_of_an_optimizer_is_no_part_of_the_model() -> None:
    """Adam keeps two values for each parameter and counts its steps, as the optimizer does."""
    whole = nnx.ModelAndOptimizer(Net(), optax.adam(1e-3))
    kept = f"{2 * PARAMETERS + 2} values of an optimizer, which are no part of the model"
    for source in (whole, nnx.state(whole)):
        assert weighed(source).parameters == PARAMETERS
        assert weighed(source).buffers == STATISTICS + KEYS
        assert notes(source)["optimizer-state"] == kept
    assert weighed(whole, (8,)).macs == 8 * 6


def test_an_optimizer_without_its_model_is_none() -> None:
    optimizer = nnx.Optimizer(Net(), optax.sgd(1e-3, momentum=0.9), wrt=nnx.Param)

    with pytest.raises(NotFound, match=f"{PARAMETERS + 1} values of its own, without its model"):
        readers.read(readers.Source(optimizer))


@pytest.mark.parametrize("whole", [False, True], ids=["parameters", "variables"])
def test_a_train_state(whole: bool) -> None:
    """Statistics lie in a field of their own, or all variables where the parameters should be."""
    module = Normed()
    made = module.init(jax.random.key(0), jnp.ones((1, 8)))
    common = {"apply_fn": module.apply, "tx": optax.sgd(1e-3)}
    state = (
        TrainState.create(params=made, **common)  # type: ignore[no-untyped-call]  # Flax's
        if whole
        else WithStatistics.create(  # type: ignore[no-untyped-call]  # Flax's
            params=made["params"], batch_stats=made["batch_stats"], **common
        )
    )
    found = weighed(state)

    assert found.parameters == PARAMETERS
    assert found.buffers == STATISTICS
    assert [row.path for row in found.rows] == ["BatchNorm_0", "Dense_0"]
