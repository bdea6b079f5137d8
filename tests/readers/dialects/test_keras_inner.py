"""Models that followed code puts into a layer; ``sources/video_classifier.py`` is run by Keras."""

from __future__ import annotations

import pytest

from tests.layers.written import counted
from weighbridge.errors import TooLarge
from weighbridge.layers.inner_model import InnerModel
from weighbridge.layers.wrapper import TimeDistributed
from weighbridge.readers import Source
from weighbridge.readers.python_source import read_text
from weighbridge.weighing import Weighing, weigh

IMPORTS = "from keras import Input, Model, Sequential, layers, ops\n"
GRAPH = """\
x = Input((4,))
dense = layers.Dense(4)
inner = Model(x, ops.relu(dense(x)) + Sequential([layers.Dense(4)])(dense(dense(x))))
"""


def read(text: str) -> Weighing:
    return weigh(read_text(IMPORTS + text, Source("inner.py"), "inner.py"))


def test_a_graph_inside() -> None:
    """Layers called twice, operations, a model inside the model inside."""
    found = read(GRAPH + "model = Sequential([Input((5, 4)), layers.TimeDistributed(inner)])")
    (row,) = found.rows

    assert isinstance(row.layer.kind, TimeDistributed)
    assert isinstance(row.layer.kind.layer, InnerModel)
    assert counted(row.layer.kind, (5, 4)) == "2·(4 + 1)·4 = 40"
    assert row.outputs == ((5, 4),)
    assert row.macs == 5 * (3 + 1) * 4 * 4
    assert found.findings == ()


def test_a_model_inside_a_layer_is_not_another_model_of_the_file() -> None:
    """Its layers are parts of the one that is weighed, which freezes them with itself."""
    whole = "outer = Sequential([Input((5, 4)), layers.TimeDistributed(inner)])\n"
    found = read(GRAPH + whole + "other = inner")

    assert found.model.name == "sequential_1"
    assert "several-models" not in [finding.slug for finding in found.findings]


def test_a_frozen_model_inside() -> None:
    frozen = "inner.trainable = False\n"
    found = read(
        GRAPH + frozen + "model = Sequential([Input((5, 4)), layers.TimeDistributed(inner)])"
    )

    assert found.trainable == 0
    assert found.frozen == 40


def test_a_layer_of_the_file_inside_is_not_known() -> None:
    """Its code is followed where it is called, which a wrapper does not tell."""
    own = "class Own(layers.Layer):\n    def call(self, x): return x\n"
    found = read(own + "model = Sequential([Input((5, 4)), layers.TimeDistributed(Own())])")

    assert found.rows[-1].basis == "unknown"
    assert "the layer inside is not known: Own" in found.findings[0].message


@pytest.mark.parametrize(
    "text",
    [
        "c = layers.LSTMCell(3)\nfor _ in range(60): c = layers.StackedRNNCells([c, c])",
        "m = layers.Dense(3)\nfor _ in range(60): m = layers.TimeDistributed(Sequential([m, m]))",
    ],
)
def test_layers_in_layers_without_end(text: str) -> None:
    with pytest.raises(TooLarge, match="layers inside"):
        read(text)
