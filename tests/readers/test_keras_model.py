"""Saved models that Keras cannot describe in full, that lost a part, or that are of another day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras  # type: ignore[import-untyped]  # Keras ships no types
import numpy as np
import pytest
from keras import layers as kl
from keras import ops

from tests.readers.archives import archive, edited, entry, graph, quiet, saved
from weighbridge.model import Model, Unknown
from weighbridge.readers import Source
from weighbridge.readers.keras_archive import READER, CodeNotRead, UnclaimedTensors, WeightsMissing
from weighbridge.weighing import weigh

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def read(path: Path) -> Model:
    return READER.read(Source(value=str(path)))


def dense(units: int) -> Any:
    # Zeros spare the compilation of a random generator for each shape.
    return kl.Dense(units, kernel_initializer="zeros")


def functional(ends: Callable[[Any], Any]) -> Any:
    start = kl.Input((3,), name="start")
    return keras.Model(start, ends(start), name="outer")


# -- what is not Keras' own ----------------------------------------------------------------------


@keras.saving.register_keras_serializable("tests")
class Doubled(kl.Layer):  # type: ignore[misc]  # Keras ships no types
    """A layer of the author's own."""

    def build(self, shape: Any) -> None:
        self.w = self.add_weight(shape=(shape[-1], 2), name="w")

    def call(self, x: Any) -> Any:
        return ops.matmul(x, self.w)


def test_a_class_of_the_authors_own_is_unknown_with_its_tensors(tmp_path: Path) -> None:
    path = saved(functional(lambda x: dense(4)(Doubled(name="own")(x))), tmp_path)

    weighing = weigh(read(path))

    own = next(row for row in weighing.rows if row.path == "own")
    assert isinstance(own.layer.kind, Unknown)
    assert own.basis == "observed only"
    assert own.output == (2,)
    assert weighing.parameters == 3 * 2 + 2 * 4 + 4


def test_a_lambda_is_not_run(tmp_path: Path) -> None:
    model = functional(lambda x: dense(1)(kl.Lambda(lambda t: t + 1, output_shape=(3,))(x)))

    assert weigh(read(saved(model, tmp_path))).parameters == 3 * 1 + 1


def test_a_name_of_keras_in_another_module_is_not_keras(tmp_path: Path) -> None:
    path = saved(keras.Sequential([kl.Input((3,)), dense(2)]), tmp_path)

    def change(config: Any) -> None:
        config["config"]["layers"][1] |= {"module": "mine", "registered_name": "Dense"}

    (layer,) = read(edited(path, change)).layers

    assert isinstance(layer.kind, Unknown)


class Subclassed(keras.Model):  # type: ignore[misc]  # Keras ships no types
    """A model whose structure is code."""

    def __init__(self) -> None:
        super().__init__(name="mine")
        self.head = dense(2)
        self.blocks = [dense(3), dense(3)]
        self.total = self.add_weight(shape=(5,), name="total")
        self.loss_tracker = keras.metrics.Mean(name="loss")

    def call(self, x: Any) -> Any:
        for block in self.blocks:
            x = block(x)
        return self.head(x)


def test_a_subclassed_model_is_what_its_weights_are(tmp_path: Path) -> None:
    model = Subclassed()
    with quiet():
        model(np.zeros((1, 3)))
    path = saved(model, tmp_path)

    found = read(path)

    assert {layer.path for layer in found.layers} == {
        "Subclassed", "head", "blocks.dense", "blocks.dense_1",
    }  # fmt: skip
    assert [type(finding) for finding in found.findings] == [CodeNotRead]
    assert weigh(found).parameters == 5 + (3 * 2 + 2) + 2 * (3 * 3 + 3)


# -- when configuration and weights are apart ----------------------------------------------------


def test_weights_of_another_model_disagree(tmp_path: Path) -> None:
    path = saved(keras.Sequential([kl.Input((3,)), dense(2)]), tmp_path)

    def change(config: Any) -> None:
        config["config"]["layers"][1]["config"]["units"] = 7

    assert not weigh(read(edited(path, change))).agrees


def test_weights_without_a_layer_are_shown(tmp_path: Path) -> None:
    path = saved(keras.Sequential([kl.Input((3,)), dense(2), dense(4)]), tmp_path)

    model = read(edited(path, lambda config: config["config"]["layers"].pop()))

    assert [type(finding) for finding in model.findings] == [UnclaimedTensors]
    assert model.layers[-1].path == "layers.dense_1"


def test_a_configuration_without_weights_is_derived(tmp_path: Path) -> None:
    path = saved(keras.Sequential([kl.Input((3,)), dense(2)]), tmp_path)

    model = read(edited(path, lambda config: None, drop=("model.weights.h5",)))

    (row,) = weigh(model).rows
    assert row.basis == "derived only"
    assert row.parameters == 3 * 2 + 2
    assert [type(finding) for finding in model.findings] == [WeightsMissing]


# -- earlier dialects ----------------------------------------------------------------------------


def tf_model() -> dict[str, Any]:
    """Two Dense layers of one name in the weights, a model inside, an operation of TensorFlow."""
    inner = graph(
        "inner",
        [
            entry("InputLayer", "into", batch_input_shape=[None, 4]),
            entry("Dense", "deep", [["into", 0, 0, {}]], units=4),
        ],
        [["into", 0, 0]],
        [["deep", 0, 0]],
    )
    # A model is called for the first time before it is used: its uses count from 1.
    nested = {
        **inner,
        "name": "inner",
        "inbound_nodes": [[["first", 0, 0, {}]], [["inner", 1, 0, {}]]],
    }
    added = entry(
        "TFOpLambda",
        "plus",
        [["inner", 2, 0, {"y": ["first", 0, 0], "name": None}]],
        function="math.add",
    )
    layers = [
        entry("InputLayer", "start", batch_input_shape=[None, 3]),
        entry("Dense", "first", [["start", 0, 0, {}]], units=4),
        nested,
        added,
        entry("Dense", "second", [["plus", 0, 0, {}]], units=2),
    ]
    return graph("old", layers, [["start", 0, 0]], [["second", 0, 0]])


@pytest.mark.parametrize("group", ["layers", "_layer_checkpoint_dependencies"])
def test_tf_keras_is_read(group: str, tmp_path: Path) -> None:
    """tf.keras 2.12 and 2.13 number a layer with weights twice (keras issue 18830)."""
    second = "dense_1" if group == "layers" else "dense_2"
    tensors = {
        f"{group}/dense/vars/0": (3, 4),
        f"{group}/dense/vars/1": (4,),
        f"{group}/functional/{group}/dense/vars/0": (4, 4),
        f"{group}/functional/{group}/dense/vars/1": (4,),
        f"{group}/{second}/vars/0": (4, 2),
        f"{group}/{second}/vars/1": (2,),
    }
    weighing = weigh(read(archive(tmp_path, tf_model(), tensors, "2.13.1")))

    assert [(row.path, row.output, row.parameters.value) for row in weighing.rows] == [
        ("start", (3,), 0), ("first", (4,), 3 * 4 + 4), ("inner.into", (4,), 0),
        ("inner.deep", (4,), 4 * 4 + 4), ("plus", (4,), 0), ("second", (2,), 4 * 2 + 2),
    ]  # fmt: skip
    assert weighing.agrees
    assert weighing.model.findings == ()
    assert weighing.macs == 3 * 4 + 2 * (4 * 4) + 4 * 2


def test_a_configuration_without_modules_is_keras(tmp_path: Path) -> None:
    first = {
        "class_name": "Dense",
        "config": {"name": "d", "units": 2, "batch_input_shape": [None, 3]},
    }
    config = {"class_name": "Sequential", "config": {"name": "old", "layers": [first]}}

    assert weigh(read(archive(tmp_path, config, None, "2.12.0"))).parameters == 3 * 2 + 2
