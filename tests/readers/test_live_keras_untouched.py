"""Weighing a live Keras model changes nothing of it, on no back end, and imports nothing."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import jax
import keras  # type: ignore[import-untyped]  # Keras ships no types
import numpy as np
import pytest
from keras import layers as kl
from keras.src.backend.common import global_state  # type: ignore[import-untyped]

from tests.readers.archives import quiet
from tests.readers.test_keras_archive import dense
from tests.readers.test_keras_inner import graph
from tests.readers.test_live_keras import ZEROS, live
from tests.readers.test_live_keras_code import Net, net
from weighbridge.reports import render
from weighbridge.weighing import weigh


def state(layer: Any) -> dict[str, Any]:
    """All that a layer, what is inside it and Keras itself would show of a change."""
    found: dict[str, Any] = {
        "names": dict(global_state.get_global_attribute("object_name_uids") or {}),
        "session": sorted(vars(global_state.GLOBAL_STATE_TRACKER)),
        "random": (random.getstate(), np.random.get_state()[1].tolist()),  # type: ignore[index, union-attr]
        "filters": list(warnings.filters),
    }
    for i, each in enumerate([layer, *layer._flatten_layers(include_self=False)]):
        found[f"{i} attributes"] = {name: id(value) for name, value in vars(each).items()}
        found[f"{i} calls"] = (len(each._inbound_nodes), len(each._outbound_nodes))
        found[f"{i} flags"] = (each.name, each.built, each.trainable, each._called, each._path)
        for variable in each.variables:
            value = None if variable._value is None else np.asarray(variable._value).tolist()
            found[f"{i} {variable.path} {id(variable)}"] = (id(variable._value), value)
    return found


def wrapped() -> Any:
    layer = kl.TimeDistributed(graph())
    return keras.Sequential([keras.Input((5, 4)), layer, kl.Dropout(0.5)])


MODELS = {
    "a stack that is not built": lambda: keras.Sequential(
        [dense(3), kl.Dropout(0.5, seed=1), kl.LSTM(3)]
    ),
    "a model in a layer": wrapped,
    "a class": net,
    "a class that is not built": lambda: Net(spare=True),
    "a layer that is not built": lambda: kl.Bidirectional(kl.GRU(3, **ZEROS)),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_left_as_it_was(name: str) -> None:
    with quiet():
        model = MODELS[name]()
        model.trainable = False
        before = state(model)
        for shapes in ((), ((5, 4),)):
            render(weigh(live(model, *shapes)))
        after = state(model)

    assert before == after


def test_a_change_would_show() -> None:
    model = MODELS["a stack that is not built"]()
    before = state(model)
    model.layers[0].build((None, 4))

    changed = {key for key, value in state(model).items() if value != before.get(key)}
    assert {"1 attributes", "1 flags"} <= changed


def test_no_value_is_read() -> None:
    """Variables that have none are weighed: only their shapes and types are asked for."""
    with keras.StatelessScope(initialize_variables=False):
        layer = kl.Conv2D(4, 3)
        layer.build((None, 8, 8, 3))
    assert all(variable._value is None for variable in layer.variables)

    with jax.transfer_guard("disallow"):
        weighing = weigh(live(layer))

    assert weighing.parameters == (3 * 3 * 3 + 1) * 4
    assert weighing.macs == 3 * 3 * 3 * 4 * 6 * 6


ON_TORCH = """
import sys
import keras, torch
from keras import layers
import weighbridge

assert keras.backend.backend() == "torch"
x = keras.Input((8, 8, 3))
y = layers.Flatten()(layers.BatchNormalization()(layers.Conv2D(4, 3)(x)))
model = keras.Model(x, layers.Dense(2)(layers.Dropout(0.5)(y)), name="model")
assert isinstance(model, torch.nn.Module)
before = {name: id(value) for name, value in vars(model).items()}
weighing = weighbridge.weigh(model)
assert before == {name: id(value) for name, value in vars(model).items()}
assert weighing.model.origin.producer == "keras", weighing.model.origin
assert [row.output for row in weighing.rows][1] == (6, 6, 4)
assert weighing.agrees
assert weighing.parameters == model.count_params()
pieces = []
model.summary(print_fn=pieces.append)
assert weighing.render("keras", width=80) == "".join(pieces)


class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = layers.Dense(3)
        self.others = [layers.Dense(2), torch.nn.Linear(2, 5)]


own = Own()
own.first.build((None, 4))
weighing = weighbridge.weigh(own)
assert weighing.rows[0].parameters == 4 * 3 + 3
assert weighing.rows[0].layer.aliases == ("first",), weighing.rows[0].layer
print("done")
"""


def test_on_torch_a_layer_of_keras_is_no_module() -> None:
    """There a layer of Keras is a torch module as well: this reader has to be asked first."""
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ON_TORCH],
        env={
            **os.environ,
            "KERAS_BACKEND": "torch",
            "COLUMNS": "80",
            "PYTHONPATH": str(root / "src"),
        },
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.stdout == "done\n", done.stderr


# -- what looks like tf.keras --------------------------------------------------------------------


class _Type:
    name = "float32"


class _Value:
    """A variable as TensorFlow has them: its shape and type are objects."""

    dtype = _Type()

    def __init__(self, name: str, *shape: int) -> None:
        self.name, self.shape, self.trainable = name, shape, True


class Layer:
    """Stands for the layers of tf.keras, as far as the reader asks them."""

    __module__ = "tf_keras.src.engine.base_layer"
    trainable = built = True

    def __init__(self, name: str, config: dict[str, Any], *values: _Value) -> None:
        self.name, self._config, self._trainable_weights = name, config, list(values)
        self._inbound_nodes: list[object] = [object()]

    def get_config(self) -> dict[str, Any]:
        return {"name": self.name, "trainable": True, "dtype": "float32", **self._config}


class Dense(Layer):
    __module__ = "tf_keras.src.layers.core.dense"


class Functional(Layer):
    __module__ = "tf_keras.src.engine.functional"

    def __init__(self, *layers: Layer) -> None:
        super().__init__("model", {})
        self._self_tracked_trackables = list(layers)


class Sequential(Functional):
    __module__ = "tf_keras.src.engine.sequential"
    _build_input_shape = (None, 3)

    @property
    def layers(self) -> list[Layer]:
        return self._self_tracked_trackables


def made() -> list[Layer]:
    first = Dense("first", {"units": 4}, _Value("first/kernel:0", 3, 4), _Value("first/bias:0", 4))
    second = Dense("second", {"units": 2, "use_bias": False}, _Value("second/kernel:0", 4, 2))
    return [first, second]


def test_a_stack_of_tf_keras_is_derived_and_observed() -> None:
    weighing = weigh(live(Sequential(*made())))

    assert weighing.parameters == (3 * 4 + 4) + 4 * 2
    assert weighing.macs == 3 * 4 + 4 * 2
    assert [row.basis for row in weighing.rows] == ["agrees", "agrees"]


def test_a_graph_of_tf_keras_is_the_layers_it_holds() -> None:
    """It records calls in a form of its own; what the layers own is known all the same."""
    weighing = weigh(live(Functional(*made())))

    assert weighing.parameters == (3 * 4 + 4) + 4 * 2
    assert not weighing.macs.exact
