"""Live classes of the author's own, and layers that were changed after they were built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras  # type: ignore[import-untyped]  # Keras ships no types
import numpy as np
import pytest
from keras import layers as kl
from keras import ops

from tests.readers.archives import quiet, saved
from tests.readers.test_keras_archive import dense, functional
from tests.readers.test_keras_archive import read as archived
from tests.readers.test_live_keras import ZEROS, live, printed, summary
from weighbridge.model import Unknown
from weighbridge.readers.live_keras import NotBuilt, Quantised
from weighbridge.weighing import Row, ShapesDisagree, Weighing, weigh

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def rows(weighing: Weighing) -> dict[str, Row]:
    return {row.path: row for row in weighing.rows}


class Scaled(kl.Layer):  # type: ignore[misc]  # Keras ships no types
    """Takes a function, which Keras cannot write down."""

    def __init__(self, function: Callable[[Any], Any], **named: Any) -> None:
        super().__init__(**named)
        self.function = function

    def build(self, shape: Any) -> None:
        self.w = self.add_weight(shape=(shape[-1], 2), initializer="zeros", name="w")
        self.count = self.add_weight(shape=(), trainable=False, name="w")

    def call(self, x: Any) -> Any:
        return self.function(ops.matmul(x, self.w))

    def compute_output_shape(self, shape: Any) -> Any:
        return (*shape[:-1], 2)


class Block(kl.Layer):  # type: ignore[misc]  # Keras ships no types
    """Holds a layer and a tensor of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = dense(6)
        self.total = self.add_weight(shape=(5,), initializer="zeros", name="total")

    def build(self, shape: Any) -> None:
        self.inner.build(shape)

    def call(self, x: Any) -> Any:
        return self.inner(x) + ops.sum(self.total)


class Net(keras.Model):  # type: ignore[misc]  # Keras ships no types
    """A model whose structure is code."""

    def __init__(self, spare: bool = False) -> None:
        super().__init__(name="net")
        self.conv = kl.Conv2D(4, 3, **ZEROS)
        self.flat = kl.Flatten()
        self.blocks = [Block(), Block()]
        self.heads = {"a": keras.Sequential([dense(6), dense(2)]), "b": dense(1)}
        self.scale = self.add_weight(shape=(2,), initializer="zeros", name="scale")
        if spare:
            self.spare = dense(3)

    def call(self, x: Any) -> Any:
        x = self.flat(self.conv(x))
        for block in self.blocks:
            x = block(x)
        return self.heads["a"](x) * self.scale + self.heads["b"](x)


def net(spare: bool = False) -> Any:
    keras.backend.clear_session(free_memory=False)
    model = Net(spare)
    with quiet():  # Keras warns that ``net`` has no build() of its own.
        model(np.zeros((1, 8, 8, 3)))
    return model


OF_NET = {
    "net": 2,
    "conv2d": (3 * 3 * 3 + 1) * 4,
    "flatten": 0,
    "block": 5,
    "block.dense": (6 * 6 * 4 + 1) * 6,
    "block_1": 5,
    "block_1.dense_1": (6 + 1) * 6,
    "sequential.dense_2": (6 + 1) * 6,
    "sequential.dense_3": (6 + 1) * 2,
    "dense_4": 6 + 1,
}


def test_a_class_of_ones_own_is_the_layers_it_holds() -> None:
    weighing = weigh(live(net()))

    found = rows(weighing)
    assert {path: row.parameters for path, row in found.items()} == OF_NET
    assert {row.basis for path, row in found.items() if "conv" in path or "." in path} == {"agrees"}
    assert found["sequential.dense_3"].output == (2,)
    assert found["conv2d"].layer.aliases == ("conv",)
    assert found["dense_4"].layer.aliases == ("heads.b",)
    assert found["block_1.dense_1"].layer.aliases == ("block_1.inner",)
    assert weighing.model.batch == 1


def test_what_code_never_built_is_at_least_so_much() -> None:
    weighing = weigh(live(net(spare=True)))

    assert weighing.parameters.missing == ("dense_5",)
    assert weighing.parameters.value == sum(OF_NET.values()) + 3  # the bias, whatever it reads
    assert "1 layer is not built yet: dense_5" in [
        finding.message for finding in weighing.findings if isinstance(finding, NotBuilt)
    ]


def test_the_work_of_code_is_not_known() -> None:
    """Nobody sees how often it calls a layer, but a layer that never works does not work then."""
    weighing = weigh(live(net()))

    assert {"net", "conv2d", "block", "block.dense"} <= set(weighing.macs.missing)
    assert "flatten" not in weighing.macs.missing


@pytest.mark.parametrize("columns", [80, 120])
def test_the_summary_of_a_class_of_ones_own(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for model in (net(), net(spare=True)):
        assert printed(model, columns) == summary(model, columns, monkeypatch)


def test_its_archive_holds_the_same_tensors(tmp_path: Path) -> None:
    model = net()

    ours, archive = weigh(live(model)), weigh(archived(saved(model, tmp_path)))

    assert ours.parameters == archive.parameters == model.count_params()


def test_a_graph_with_code_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """What code gives is what Keras says it gives; what follows is derived from that."""
    model = functional(lambda x: dense(4)(kl.Lambda(lambda t: t + 1)(Block()(dense(6)(x)))))

    weighing = weigh(live(model))

    assert weighing.parameters == (3 * 6 + 6) + 5 + (6 * 6 + 6) + (6 * 4 + 4)
    assert weighing.macs.value == 3 * 6 + 6 * 4
    assert printed(model) == summary(model, 80, monkeypatch)


def test_settings_that_cannot_be_written_down() -> None:
    own = Scaled(ops.relu, name="own")
    model = functional(lambda x: kl.TimeDistributed(Scaled(ops.relu))(kl.Reshape((1, 2))(own(x))))

    own_row, _, around = weigh(live(model)).rows[1:]

    assert isinstance(own_row.layer.kind, Unknown)
    assert [held.name for held in own_row.held or ()] == ["own.w", "own.w#2"]
    assert [held.buffer for held in own_row.held or ()] == [False, True]
    assert own_row.output == (2,)
    assert isinstance(around.layer.kind, Unknown)
    assert "get_config() fails" in around.layer.kind.because
    assert around.parameters == 2 * 2 + 1


class Same(kl.Dense):  # type: ignore[misc]  # Keras ships no types
    """Adds nothing to what it derives from."""

    def __init__(self, units: int) -> None:
        super().__init__(units, use_bias=False, **ZEROS)


class Doubled(Same):
    """Does something else."""

    def call(self, x: Any) -> Any:
        return super().call(x) * 2


def test_a_class_that_adds_nothing_is_what_it_derives_from() -> None:
    same, doubled = weigh(live(functional(lambda x: Doubled(2)(Same(4)(x))))).rows[1:]

    assert (same.layer.native, same.basis, same.macs) == ("Same", "agrees", 3 * 4)
    assert (doubled.basis, doubled.parameters) == ("observed only", 4 * 2)
    assert not doubled.macs.exact


def test_a_model_with_a_call_of_its_own_is_code() -> None:
    class Residual(keras.Sequential):  # type: ignore[misc]  # Keras ships no types
        def call(self, x: Any, training: Any = None, mask: Any = None) -> Any:
            return x + super().call(x)

    weighing = weigh(live(functional(lambda x: Residual([dense(3), dense(3)])(x))))

    assert weighing.parameters == 2 * (3 * 3 + 3)
    assert len([path for path in weighing.macs.missing if "." in path]) == 2


# -- one tensor in two places --------------------------------------------------------------------


class Tied(kl.Layer):  # type: ignore[misc]  # Keras ships no types
    """Multiplies by a table that it holds, or that a layer it holds has."""

    def __init__(self, **held: Any) -> None:
        super().__init__()
        for name, value in held.items():
            setattr(self, name, value)

    def call(self, x: Any) -> Any:
        table = self.layer.embeddings if hasattr(self, "layer") else self.table
        return ops.matmul(x, ops.transpose(table))


def tied(held: Callable[[Any], dict[str, Any]]) -> Any:
    keras.backend.clear_session(free_memory=False)
    x, table = keras.Input((3,)), kl.Embedding(7, 4, embeddings_initializer="zeros")
    embedded = table(x)
    return keras.Model(x, Tied(**held(table))(dense(4)(embedded)))


def test_a_variable_of_two_layers_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    model = tied(lambda layer: {"table": layer.embeddings})

    weighing = weigh(live(model))

    assert weighing.parameters == model.count_params() == 7 * 4 + (4 * 4 + 4)
    (table,), (again,) = (rows(weighing)[path].held or () for path in ("embedding", "tied"))
    assert (table.tied_to, again.tied_to) == (None, "embedding.embedding")
    assert printed(model) == summary(model, 80, monkeypatch)


def test_a_layer_in_two_places_is_one_with_two_names(monkeypatch: pytest.MonkeyPatch) -> None:
    model = tied(lambda layer: {"layer": layer})

    weighing = weigh(live(model))

    table = rows(weighing)["embedding"]
    assert table.layer.aliases == ("tied.embedding", "tied.layer")
    assert table.calls == 1
    assert weighing.parameters == model.count_params() == 7 * 4 + (4 * 4 + 4)
    assert weighing.macs.missing == ("tied",)
    assert printed(model) == summary(model, 80, monkeypatch)


def test_layers_that_hold_one_another_come_to_an_end() -> None:
    one, other = Block(), Block()
    one.other, other.other = other, one

    weighing = weigh(live(one))

    assert weighing.parameters.value == 2 * (5 + 6)
    assert len(weighing.parameters.missing) == 2


# -- what was changed ----------------------------------------------------------------------------


def test_frozen_layers_and_frozen_variables() -> None:
    model = keras.Sequential(
        [kl.Input((3,)), dense(4), kl.BatchNormalization(), dense(2)], name="model"
    )
    model.layers[0].trainable = False
    model.layers[1].gamma.trainable = False

    weighing = weigh(live(model))

    assert weighing.trainable == 4 + (4 * 2 + 2)  # beta, and the last layer
    assert weighing.frozen == (3 * 4 + 4) + 4  # the first layer, and gamma
    assert weighing.buffers == 2 * 4
    model.trainable = False
    assert weigh(live(model)).trainable == 0


def test_low_rank_adapters_are_derived() -> None:
    model = keras.Sequential([kl.Input((6,)), dense(4), dense(2)])
    model.layers[0].enable_lora(2)

    weighing = weigh(live(model))

    assert weighing.agrees
    assert weighing.trainable == 4 + 6 * 2 + 2 * 4 + (4 * 2 + 2)
    assert weighing.frozen == 6 * 4


@pytest.mark.parametrize(
    ("mode", "held"),
    [
        ("int8", {"kernel": (6 * 4, "int8"), "": (4, "float32"), "bias": (4, "float32")}),
        ("int4", {"": (3 * 4, "int8"), "bias": (4, "float32")}),
    ],
)
def test_quantised_values_are_counted_as_they_are_stored(
    mode: str, held: dict[str, tuple[int, str]]
) -> None:
    model = keras.Sequential([kl.Input((6,)), dense(4)])
    with quiet():
        model.quantize(mode)

    weighing = weigh(live(model))

    (row,) = weighing.rows
    assert weighing.parameters == model.count_params()
    assert row.basis == "disagrees"
    assert [type(finding) for finding in weighing.model.findings] == [Quantised]
    stored = [(h.role, (h.count, h.dtype)) for h in row.held or ()]
    assert set(held.items()) <= set(stored)


def test_state_is_no_frozen_parameter() -> None:
    model = keras.Sequential([kl.Input((4,)), kl.Normalization(), kl.Dropout(0.5)])

    weighing = weigh(live(model))

    assert (weighing.trainable, weighing.frozen) == (0, 0)
    assert weighing.buffers == (4 + 4 + 1) + 2  # mean, variance and count; the seed
    assert weighing.parameters == 4 + 4 + 1


def test_what_a_functional_model_holds_beside_its_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    class Beside(keras.Model):  # type: ignore[misc]  # Keras ships no types
        def __init__(self) -> None:
            x = keras.Input((3,), name="x")
            super().__init__(x, dense(2)(x), name="beside")
            self.extra = keras.Sequential([keras.Input((4,)), dense(5)], name="extra")
            self.factor = self.add_weight(shape=(7,), initializer="zeros", name="factor")

    keras.backend.clear_session(free_memory=False)
    model = Beside()

    weighing = weigh(live(model))

    assert weighing.parameters == model.count_params() == (3 * 2 + 2) + (4 * 5 + 5) + 7
    found = {path: row.parameters for path, row in rows(weighing).items()}
    assert found == {"beside": 7, "x": 0, "dense": 3 * 2 + 2, "extra.dense_1": 4 * 5 + 5}
    assert weighing.macs.value == 3 * 2
    assert weighing.macs.missing == ("extra.dense_1",)
    assert summary(model, 80, monkeypatch).splitlines()[-3:] == printed(model).splitlines()[-3:]


def test_settings_are_told_apart() -> None:
    """Layers that are alike are asked for their settings once; these differ in one thing each."""
    layers = [
        kl.Conv1D(2, 3, **ZEROS),
        kl.Conv1D(2, 3, **ZEROS),
        kl.Conv1D(2, 3, padding="same", **ZEROS),
        kl.Conv1D(2, 3, strides=2, **ZEROS),
        kl.Conv1D(2, 3, dtype="mixed_float16", **ZEROS),
        kl.TimeDistributed(kl.Dense(2, **ZEROS)),
        kl.TimeDistributed(kl.Dense(2, use_bias=False, **ZEROS)),
        kl.BatchNormalization(),
        kl.BatchNormalization(scale=False),
        kl.BatchNormalization(axis=1),
        kl.LayerNormalization(axis=[1, 2]),
        kl.LayerNormalization(axis=[2]),
        kl.LSTM(2, return_sequences=True, recurrent_initializer="zeros", **ZEROS),
        kl.LSTM(2, recurrent_initializer="zeros", **ZEROS),
    ]
    layers[1].trainable = False
    layers[0].strides = (2,)  # after it was made
    model = keras.Sequential([keras.Input((40, 2)), *layers])

    weighing = weigh(live(model))

    assert weighing.agrees
    assert [row.layer.kind for row in weighing.rows] == [
        weigh(live(layer)).rows[0].layer.kind for layer in model.layers
    ]
    assert not any(isinstance(finding, ShapesDisagree) for finding in weighing.findings)
    assert [row.layer.trainable for row in weighing.rows[:2]] == [True, False]
