"""Every class of ``keras.layers``: spelled, with its settings, and held against a real layer once.

What stands in ``NOT_SPELLED`` is left out for a reason. A class that Keras adds fails here.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import keras  # type: ignore[import-untyped]  # Keras ships no types
import pytest

from tests.layers.nested import Nested, agree, nested, real
from tests.layers.signatures import demanded, differences, taken
from tests.witness import Account, keras_says
from weighbridge import layers

NOT_SPELLED = {
    "Layer": "what all layers derive from; the reader follows what a file derives from it",
    "Wrapper": "what wrappers derive from",
    "InputSpec": "no layer: what a layer demands of its input",
    "InputLayer": "where data enter; a model's own, made by its readers",
    "Lambda": "a function of the file, which readers follow",
    "TFSMLayer": "a saved program of TensorFlow: what it holds is in no constructor",
    "JaxLayer": "functions of JAX: what they hold is in no constructor",
    "FlaxLayer": "a module of Flax, whose tensors its own reader tells",
    "TorchModuleWrapper": "a module of PyTorch, whose tensors its own reader tells",
}
LATE = ("return_sequences", "return_state", "go_backwards", "stateful", "reset_after", "use_gate")
"""Settings that Keras takes in places after the tenth, which are not those they had in Keras 2."""
DEFAULTS = {"pool_size": "Keras 2 had a default where Keras 3 has none"}
CLASSES = {
    name: found for name, found in sorted(vars(keras.layers).items()) if inspect.isclass(found)
}
SPELLED = [name for name in CLASSES if name not in NOT_SPELLED]


@pytest.mark.parametrize("name", CLASSES)
def test_every_class_is_spelled(name: str) -> None:
    assert (layers.spelling("keras", name) is None) == (name in NOT_SPELLED)


@pytest.mark.parametrize("name", SPELLED)
def test_settings_are_those_of_the_constructor(name: str) -> None:
    build = layers.spelling("keras", name)
    assert build is not None

    found = [
        difference
        for difference in differences(build, taken(CLASSES[name]))
        if not difference.startswith(tuple(f"takes {late} by name only" for late in LATE))
        and difference.partition(" ")[0] not in DEFAULTS
    ]
    assert found == []


# -- one real layer of each ----------------------------------------------------------------------

DENSE, CELL = nested("Dense", 3), nested("GRUCell", 3)
ARGUMENTS: dict[str, Any] = {
    "units": 3, "filters": 4, "kernel_size": 2, "pool_size": 2, "rate": 0.5, "stddev": 0.1,
    "input_dim": 5, "output_dim": 3, "num_heads": 2, "key_dim": 3, "head_dim": 4,
    "num_query_heads": 4, "num_key_value_heads": 2, "target_shape": (-1, 2), "dims": (1,), "n": 3,
    "activation": "relu", "height": 4, "width": 4, "scale": 0.5, "num_tokens": 5, "axes": 1,
    "equation": "ab,bc->ac", "output_shape": 3, "output_size": 2, "max_number": 3, "factor": 0.1,
    "height_factor": 0.1, "width_factor": 0.1, "layer": DENSE, "layers": [DENSE], "cell": CELL,
}  # fmt: skip
MORE: dict[str, dict[str, Any]] = {
    "Bidirectional": {"layer": nested("LSTM", 3)},
    "CategoryEncoding": {"num_tokens": 5},
    "Discretization": {"bin_boundaries": [0.5]},
    "GroupNormalization": {"groups": 2},
    "RandomPosterization": {"factor": 3},
    "STFTSpectrogram": {"frame_length": 3, "frame_step": 2, "fft_length": 4},
}
"""What some need besides what they demand, or instead of it."""
ELSEWHERE = {
    "test_recurrent_cell": ("GRUCell", "LSTMCell", "SimpleRNNCell", "StackedRNNCells"),
    "test_category": (
        "HashedCrossing", "Hashing", "IntegerLookup", "StringLookup", "TextVectorization",
    ),
}  # fmt: skip
"""Those that nobody can call so: a cell reads a state as well, a table needs TensorFlow."""
SAMPLES: dict[str, list[tuple[int, ...]]] = {
    "1D": [(6, 4), (2, 6, 4)],
    "2D": [(6, 5, 3), (2, 6, 5, 3)],
    "3D": [(6, 6, 5, 4), (2, 6, 6, 5, 4)],
    "Crop": [(8, 8, 3)],
    "Resizing": [(8, 8, 3)],
}
"""Of classes that have this in their names."""
SHAPES: list[list[tuple[int, ...]]] = [
    [(6,)],
    [(6, 4)],
    [(8, 8, 3)],
    [(6,), (6,)],
    [(6, 4), (6, 4)],
]


def example(name: str) -> Iterator[Nested]:
    """Calls with what the class demands, on samples of several shapes."""
    named = {one: ARGUMENTS[one] for one in demanded(taken(CLASSES[name]))} | MORE.get(name, {})
    fitting = [shape for word in SAMPLES if word in name for shape in SAMPLES[word]]
    for shapes in [[shape] for shape in fitting] or SHAPES:
        yield Nested(name, (), named, tuple(shapes))


@pytest.mark.parametrize("name", [n for n in SPELLED if n not in sum(ELSEWHERE.values(), ())])
def test_a_real_layer_agrees(name: str) -> None:
    """On samples of the first shape that Keras takes."""
    calls = example(name)
    real_calls = ((one, keras_says(one.with_arguments(real))) for one in calls)
    made = next(one for one, said in real_calls if isinstance(said, Account))

    assert agree(made) is not None
