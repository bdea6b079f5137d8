"""Archives that real Keras saved: what the reader says of them, and what Keras says itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras  # type: ignore[import-untyped]  # Keras ships no types
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from keras import layers as kl
from keras import ops

from tests.readers.archives import quiet, saved
from tests.readers.executed import Account, Executed, told, weighed
from weighbridge.model import Call, Input
from weighbridge.readers import Source
from weighbridge.readers.keras_archive import READER, WeightsMissing
from weighbridge.weighing import weigh

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from weighbridge.model import Model, Shape

FEW = settings(
    max_examples=max(settings.default.max_examples // 5, 1),  # type: ignore[union-attr]  # conftest loads a profile
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
"""Each example builds, saves and loads a model; to make one smaller would take minutes."""


def read(path: Path, *shapes: Shape) -> Model:
    return READER.read(Source(value=str(path), input_shape=shapes or None))


def agree(model: Any, folder: Path) -> None:
    """Holds the reader's account of the archive against that of Keras, which loads it."""
    path = saved(model, folder)
    with quiet():
        loaded = keras.saving.load_model(path)

    weighing = weigh(read(path))

    assert entrances_aside(weighed(weighing)) == entrances_aside(
        told(loaded, Executed({}, [], {}, []))
    )
    assert weighing.agrees
    assert weighing.model.native == type(loaded).__name__
    assert weighing.model.origin.version == keras.__version__


def entrances_aside(account: Account) -> Account:
    """The account without shapes at inputs: those of a model inside are no calls to the reader."""
    entries = [e._replace(outputs=[]) if e.native == "InputLayer" else e for e in account.entries]
    return account._replace(entries=entries)


# -- models drawn at random ----------------------------------------------------------------------


def dense(units: int) -> Any:
    # Zeros spare the compilation of a random generator for each shape.
    return kl.Dense(units, kernel_initializer="zeros")


LAYERS: tuple[Callable[[int], Any], ...] = (
    dense,
    lambda n: kl.BatchNormalization(scale=n > 2),
    lambda n: kl.Dropout(0.5, seed=n),
    lambda n: kl.Activation("relu"),
    lambda n: kl.PReLU(),
    lambda n: kl.Dense(n, use_bias=False, kernel_initializer="zeros", dtype="mixed_bfloat16"),
    lambda n: keras.Sequential([kl.Input((3,)), dense(n), kl.BatchNormalization()]),
    lambda n: keras.Sequential([dense(n), dense(3)]),
)
IMAGE_LAYERS: tuple[Callable[[int], Any], ...] = (
    lambda n: kl.Conv2D(n, 3, padding="same", kernel_initializer="zeros"),
    lambda n: kl.DepthwiseConv2D(n, padding="same", depthwise_initializer="zeros"),
    lambda n: kl.MaxPooling2D(padding="same"),
    lambda n: kl.AveragePooling2D(n, strides=1, padding="same"),
    lambda n: kl.BatchNormalization(axis=n),
    lambda n: kl.ZeroPadding2D(n),
    lambda n: kl.UpSampling2D(n),
    lambda n: kl.SpatialDropout2D(0.1, seed=n),
)
sizes = st.integers(1, 3)


def frozen(layer: Any, trainable: bool) -> Any:
    layer.trainable = trainable
    return layer


@st.composite
def sequentials(draw: st.DrawFn) -> Any:
    """A stack on images, flattened, and a stack on vectors; perhaps without an Input."""
    model = keras.Sequential()
    shape = (draw(st.integers(5, 8)), draw(st.integers(5, 8)), draw(sizes))
    given_first = draw(st.booleans())
    if given_first:
        model.add(kl.Input(shape, batch_size=draw(st.sampled_from([None, 2]))))
    for make, n, trainable in draw(drawn(IMAGE_LAYERS)):
        model.add(frozen(make(n), trainable))
    model.add(kl.Flatten())
    for make, n, trainable in draw(drawn(LAYERS[:6])):
        model.add(frozen(make(n), trainable))
    if not given_first:
        model.build((None, *shape))
    return model


def drawn(makers: tuple[Callable[[int], Any], ...]) -> st.SearchStrategy[Any]:
    return st.lists(st.tuples(st.sampled_from(makers), sizes, st.booleans()), max_size=4)


@st.composite
def functionals(draw: st.DrawFn, depth: int = 2) -> Any:
    """A graph over vectors of 3: layers new and used again, merges, operations, models inside."""
    inputs = [kl.Input((3,)) for _ in range(draw(sizes))]
    values, made = list(inputs), []
    for _ in range(draw(st.integers(1, 6))):
        a, b = draw(st.sampled_from(values)), draw(st.sampled_from(values))
        match draw(st.sampled_from(["new", "again", "merge", "operation", "join", "model"])):
            case "new":
                made.append(frozen(draw(st.sampled_from(LAYERS))(3), draw(st.booleans())))
                values.append(made[-1](a))
            case "again" if made:
                values.append(draw(st.sampled_from(made))(a))
            case "merge":
                values.append(kl.Add()([a, b]))
            case "operation":
                values.append(ops.relu(a * 2.0) - b)
            case "join":
                values.append(dense(3)(kl.Concatenate()([a, b, a])))
            case "model" if depth:
                inner = draw(functionals(depth - 1))
                given = [draw(st.sampled_from(values)) for _ in inner.inputs]
                came = keras.tree.flatten(inner(given if len(given) > 1 else given[0]))
                values += came
    ends = draw(st.lists(st.sampled_from(values[1:] or values), min_size=1, max_size=3))
    if not draw(st.booleans()):
        return keras.Model(inputs, ends)
    return keras.Model(inputs, {f"z{i}": end for i, end in enumerate(ends)})


@FEW
@given(model=sequentials())
def test_a_sequential_model_agrees_with_keras(
    model: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    agree(model, tmp_path_factory.mktemp("drawn"))


@FEW
@given(model=functionals())
def test_a_functional_model_agrees_with_keras(
    model: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    agree(model, tmp_path_factory.mktemp("drawn"))


# -- what a model is made of ---------------------------------------------------------------------


def functional(ends: Callable[[Any], Any]) -> Any:
    start = kl.Input((3,), name="start")
    return keras.Model(start, ends(start), name="outer")


def test_a_model_inside_has_a_use_and_calls_for_each_time_it_runs(tmp_path: Path) -> None:
    inner = keras.Sequential([kl.Input((3,)), dense(3)], name="inner")
    inner.layers[0].name = "only"

    model = read(saved(functional(lambda x: inner(inner(x))), tmp_path))

    calls = [call.layer for call in model.calls]
    assert calls == ["start", "inner.only", "inner.only"]
    (container,) = model.containers
    ports = [(use.reads[0], use.outputs[0]) for use in container.uses]
    assert ports[0][1] == ports[1][0] == model.calls[2].reads[0]
    assert model.outputs == container.uses[1].outputs
    assert weigh(model).parameters == 3 * 3 + 3
    assert weigh(model).macs == 2 * 3 * 3


def test_a_layer_shared_with_a_model_inside_is_one_layer_with_two_names(tmp_path: Path) -> None:
    shared = kl.Dense(3, name="shared")
    inner = functional(lambda x: shared(x))
    start = kl.Input((3,), name="begin")
    path = saved(keras.Model(start, inner(shared(start))), tmp_path)

    model = read(path)

    (layer,) = (layer for layer in model.layers if layer.native == "Dense")
    assert {layer.path, *layer.aliases} == {"shared", "outer.shared"}
    assert [call.layer for call in model.calls].count(layer.path) == 2
    assert weigh(model).parameters == 3 * 3 + 3


def test_several_inputs_and_outputs_keep_keras_order(tmp_path: Path) -> None:
    """Of a mapping Keras takes the keys in alphabetical order."""
    b, a = kl.Input((2,), name="b"), kl.Input((5,), name="a")
    ends = {"z": dense(1)(b), "y": dense(4)(a)}
    model = read(saved(keras.Model({"b": b, "a": a}, ends), tmp_path))

    rows = {row.path: row for row in weigh(model).rows}

    assert model.inputs == ((5,), (2,))
    ends_at = [model.calls[port.call].layer or "" for port in model.outputs if port]
    assert [rows[path].output for path in ends_at] == [(4,), (1,)]


def test_a_sequential_starts_with_a_call_that_is_no_layer(tmp_path: Path) -> None:
    model = read(saved(keras.Sequential([kl.Input((4,), batch_size=8), dense(2)]), tmp_path))

    assert model.calls[0] == Call(Input(shape=(4,)))
    assert [layer.native for layer in model.layers] == ["Dense"]
    assert model.batch == 8


def test_an_unbuilt_model_is_unknown_and_not_zero(tmp_path: Path) -> None:
    path = saved(keras.Sequential([dense(2), dense(1)]), tmp_path)

    open_, given = weigh(read(path)), weigh(read(path, (5,)))

    assert not open_.parameters.exact
    assert [type(finding) for finding in read(path).findings] == [WeightsMissing]
    assert given.parameters == (5 * 2 + 2) + (2 * 1 + 1)


def test_an_open_input_can_be_given_a_shape(tmp_path: Path) -> None:
    model = keras.Sequential([kl.Input((None, None, 3)), kl.Conv2D(4, 3), kl.MaxPooling2D()])
    path = saved(model, tmp_path)

    assert not weigh(read(path)).macs.exact
    assert weigh(read(path, (8, 8, 3))).macs == (3 * 3 * 3 * 4) * 6 * 6


def test_the_state_of_training_is_not_the_models(tmp_path: Path) -> None:
    model = keras.Sequential([kl.Input((3,)), dense(2)])
    model.compile("adam", "mse", metrics=["mae"])
    model.optimizer.build(model.trainable_variables)

    assert read(saved(model, tmp_path)).findings == ()
    assert weigh(read(saved(model, tmp_path))).parameters == 3 * 2 + 2


def test_half_precision_variables_keep_their_type(tmp_path: Path) -> None:
    """HDF5 has no bfloat16: Keras stores two plain bytes for each value."""
    model = keras.Sequential(
        [
            kl.Input((3,)),
            kl.Dense(2, kernel_initializer="zeros", dtype="bfloat16"),
            kl.Dense(2, kernel_initializer="zeros", dtype="float16"),
            kl.Dense(2, kernel_initializer="zeros", dtype="mixed_float16"),
        ]
    )

    layers = read(saved(model, tmp_path)).layers

    assert [layer.dtype for layer in layers] == ["bfloat16", "float16", "float32"]
    assert [{t.dtype for t in layer.tensors or ()} for layer in layers] == [
        {"bfloat16"}, {"float16"}, {"float32"},
    ]  # fmt: skip


def test_tensors_are_named_after_their_roles(tmp_path: Path) -> None:
    model = keras.Sequential(
        [kl.Input((6, 6, 1)), kl.SeparableConv2D(2, 3, name="c"), kl.BatchNormalization(name="n")]
    )

    layers = read(saved(model, tmp_path)).layers

    assert [tensor.name for layer in layers for tensor in layer.tensors or ()] == [
        "c.depthwise_kernel", "c.pointwise_kernel", "c.bias",
        "n.scale", "n.shift", "n.mean", "n.variance",
    ]  # fmt: skip


def test_tensors_of_layers_inside_a_layer_are_named_after_their_roles(tmp_path: Path) -> None:
    """The groups of the file stand in alphabetical order, not in that of the roles."""
    model = keras.Sequential(
        [
            kl.Input((5, 3)),
            kl.Bidirectional(kl.SimpleRNN(3, return_sequences=True), name="b"),
            kl.TimeDistributed(dense(2), name="t"),
        ]
    )

    layers = read(saved(model, tmp_path)).layers

    assert [tensor.name for layer in layers for tensor in layer.tensors or ()] == [
        "b.backward_kernel", "b.backward_recurrent_kernel", "b.backward_bias",
        "b.forward_kernel", "b.forward_recurrent_kernel", "b.forward_bias",
        "t.kernel", "t.bias",
    ]  # fmt: skip


def test_a_frozen_model_has_nothing_to_train(tmp_path: Path) -> None:
    base = keras.Sequential([kl.Input((3,)), dense(3), kl.BatchNormalization()], name="base")
    base.trainable = False
    model = functional(lambda x: kl.Dense(2)(base(x)))

    half = weigh(read(saved(model, tmp_path)))
    model.trainable = False
    whole = weigh(read(saved(model, tmp_path)))

    assert half.trainable == 3 * 2 + 2
    assert half.frozen == 3 * 3 + 3 + 2 * 3
    assert half.buffers == 2 * 3
    assert whole.trainable == 0
    assert whole.frozen == 3 * 3 + 3 + 2 * 3 + 3 * 2 + 2
