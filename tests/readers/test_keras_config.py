"""Configurations with anything at all in any place of them."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.readers.archives import entry, graph
from weighbridge.errors import LIMITS, Impossible, Malformed, TooLarge, WeighbridgeError
from weighbridge.model import Unknown
from weighbridge.readers import Source
from weighbridge.readers._keras_model import model_of
from weighbridge.weighing import weigh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from weighbridge.model import Model

Place = tuple[str | int, ...]


def model(config: Any) -> Model:
    return model_of(config, "3.15.1", None, Source(value="made.keras"))


def tensor(layer: str, call: int = 0, output: int = 0) -> dict[str, Any]:
    """A tensor among the arguments of a call, as Keras 3 writes it."""
    config = {"shape": [None, 4], "dtype": "float32", "keras_history": [layer, call, output]}
    return {"class_name": "__keras_tensor__", "config": config}


def node(*positional: Any, **named: Any) -> dict[str, Any]:
    return {"args": list(positional), "kwargs": named}


def good() -> dict[str, Any]:
    """A graph with a merge, an operation, a shared layer and a model inside."""
    inner = graph(
        "inner",
        [
            entry("InputLayer", "into", batch_shape=[None, 4]),
            entry("Dense", "deep", node(tensor("into")), units=4),
        ],
        ["into", 0, 0],
        ["deep", 0, 0],
    )
    multiplied = {
        **entry("Multiply", "times", node(tensor("shared"), 2.0)),
        "module": "keras.src.ops.numpy",
    }
    layers = [
        entry("InputLayer", "start", batch_shape=[None, 4]),
        entry("Dense", "shared", node(tensor("start")), node(tensor("times")), units=4),
        multiplied,
        {**inner, "name": "inner", "inbound_nodes": [node(tensor("shared", 1))]},
        entry("Add", "add", node([tensor("inner"), tensor("start")])),
        entry("Conv1D", "conv", units=1, filters=1, kernel_size=[2], padding="same"),
    ]
    return graph("good", layers, ["start", 0, 0], [["add", 0, 0], ["inner", 1, 0]])


def layer(config: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in config["config"]["layers"] if each["name"] == name)


def test_the_configuration_these_tests_spoil_is_good() -> None:
    weighing = weigh(model(good()))

    assert [row.path for row in weighing.rows] == [
        "start", "shared", "times", "inner.into", "inner.deep", "add",
    ]  # fmt: skip
    assert weighing.parameters == 2 * (4 * 4 + 4)
    assert weighing.macs == 3 * 4 * 4


# -- graphs that are none ------------------------------------------------------------------------


def _times(reads: Any, **more: Any) -> Callable[[dict[str, Any]], object]:
    """Makes the operation ``times`` read something else."""
    return lambda config: layer(config, "times").update(inbound_nodes=[node(reads)], **more)


def _another(added: Any) -> Callable[[dict[str, Any]], object]:
    return lambda config: config["config"]["layers"].append(added)


SPOILED: dict[str, Callable[[dict[str, Any]], object]] = {
    "which is no layer of the model": _times(tensor("nowhere")),
    "call 7 of shared is read, which has 2": _times(tensor("shared", 7)),
    "is not [layer, call, output]": _times(tensor("shared", 0, 10**9)),
    "is no input of the model": lambda config: (
        _another(entry("InputLayer", "other", batch_shape=[None, 4]))(config),
        _times(tensor("other"))(config),
    ),
    "not an InputLayer": lambda config: config["config"].update(input_layers=[["times", 0, 0]]),
    "two layers are called add": _another(entry("Add", "add")),
    "has no class_name": _another([]),
    "is no mapping": lambda config: layer(config, "add").update(config=3),
}


@pytest.mark.parametrize("fault", SPOILED)
def test_a_graph_that_cannot_be_is_one_error_with_its_place(fault: str) -> None:
    config = good()
    SPOILED[fault](config)

    with pytest.raises(Malformed) as raised:
        model(config)

    assert fault in raised.value.what
    assert raised.value.where.startswith("made.keras, config.json")


def test_a_layer_that_reads_its_own_output_is_an_error() -> None:
    config = good()
    layer(config, "shared")["inbound_nodes"][0] = node(tensor("times"))

    with pytest.raises(Malformed, match="its own output"):
        model(config)


def test_settings_that_cannot_be_name_the_layer() -> None:
    config = good()
    layer(config, "shared")["config"]["units"] = -1

    with pytest.raises(Impossible) as raised:
        model(config)

    assert raised.value.where == "made.keras, config.json, layer shared"


def test_models_inside_models_without_end_are_an_error() -> None:
    config: dict[str, Any] = {"class_name": "Dense", "config": {"units": 1}}
    for _ in range(LIMITS.nesting + 2):
        config = {"class_name": "Sequential", "config": {"name": "s", "layers": [config]}}

    with pytest.raises(TooLarge, match="deep"):
        model(config)


def test_a_layer_that_no_output_needs_is_left_out() -> None:
    """As Keras leaves it out when it loads the model."""
    assert "conv" not in [row.path for row in weigh(model(good())).rows]


def test_a_name_cannot_upset_the_terminal() -> None:
    config = good()
    config["config"]["name"] = "\x1b[2J\ud800"

    assert model(config).name.isprintable()


def test_a_wrapper_gets_the_kind_of_the_layer_inside() -> None:
    """Nobody may know the wrapper; what is inside is never run and never in the way."""
    config = good()
    inside = entry("Dense", "inside", units=3)
    layer(config, "add")["class_name"] = "NobodyKnows"
    layer(config, "add")["config"]["layer"] = inside

    found = next(each for each in model(config).layers if each.path == "add")

    assert isinstance(found.kind, Unknown)


# -- anything in any place -----------------------------------------------------------------------

ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**19), 10**19), st.floats(), st.text(max_size=4),
    st.sampled_from(["start", "shared", "keras.layers", "Sequential", "InputLayer", "same"]),
    st.lists(st.integers(0, 3) | st.none() | st.just("start"), max_size=4),
    st.dictionaries(st.sampled_from(["class_name", "config", "name", "layers"]), st.just("Dense")),
)  # fmt: skip


def places(value: Any, above: Place = ()) -> Iterator[Place]:
    if above:
        yield above
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*above, key))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from places(item, (*above, at))


@given(data=st.data())
def test_anything_in_any_place_raises_only_our_errors(data: st.DataObject) -> None:
    config = copy.deepcopy(good())
    for _ in range(data.draw(st.integers(1, 3))):
        *above, last = data.draw(st.sampled_from(list(places(config))))
        target: Any = config
        for key in above:
            target = target[key]
        if data.draw(st.booleans()):
            target[last] = data.draw(ODD)
        else:
            del target[last]
    try:
        weigh(model(config))
    except WeighbridgeError as error:
        assert error.what
