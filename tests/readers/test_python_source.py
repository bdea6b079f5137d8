"""What is read from a source file is what real Keras builds from it.

``sources/`` holds files as people write them. Each is run by Keras, its data and training replaced
by nothing, and every model it leaves behind is compared: names, layers in order, every tensor,
first outputs and totals.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path

import keras  # type: ignore[import-untyped]  # Keras ships no types
import pytest
from hypothesis import given, settings

from tests.readers.drawn import programs
from tests.readers.executed import Account, Executed, arranged, executed, models, told, weighed
from tests.readers.hostile import cases
from weighbridge import readers, weighing
from weighbridge.readers import notation, python_source

SOURCES = {file.stem: file for file in sorted((Path(__file__).parent / "sources").glob("*.py"))}
CHOSEN = {
    "autoencoder_dense": "autoencoder",  # encoder and decoder are cut out of it
    "conditional_gan": "gan_model",
    "fashion_lenet": "probability_model",  # wraps the one called model
    "subclassed_resnet": "mynet",
    "tied_autoencoder": "tied_ae",
    "vae": "vae",
}
"""The model that is part of no other, in files that do not call it ``model``."""
Outputs = list[tuple[int | None, ...] | None]

NEEDS_SHAPE = {"subclassed_uncalled": (32, 32, 3)}
"""Files that leave open what reaches their model."""


@lru_cache(maxsize=1)
def built(name: str) -> dict[str, Account]:
    """What Keras says of each model of a file by name; under "" of the one that is meant."""
    run = executed(SOURCES[name])
    found = models(run)
    meant = found.get(CHOSEN.get(name, "model")) or run.used[-1]
    return {"": told(meant, run)} | {key: told(model, run) for key, model in found.items()}


def read(text: str, input_shape: object = None) -> weighing.Weighing:
    return weighing.weigh(python_source.read(readers.named(text, input_shape)))


def executed_text(text: str) -> Executed:
    """Runs ``text`` with real Keras and fresh automatic names."""
    run = Executed({"__name__": "__main__"}, [], {}, [])
    with arranged(run):
        exec(compile(text, "source.py", "exec"), run.names)
    return run


@pytest.mark.parametrize("name", [name for name in SOURCES if name not in NEEDS_SHAPE])
def test_files_as_people_write_them(name: str) -> None:
    """The model that is meant, and each by its name, are read as Keras builds them."""
    for key, account in built(name).items():
        found = read(f"{SOURCES[name]}:{key}" if key else str(SOURCES[name]))

        assert opened(weighed(found), account) == account
        assert [each for each in found.findings if each.level == "warning"] == []


IMPORTS = """\
import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops, Input, Model, Sequential
from keras.layers import *

"""
IDIOMS = cases("idioms")


@pytest.mark.parametrize("name", IDIOMS)
def test_idioms(name: str) -> None:
    """Turns that Python and Keras offer, a few lines each."""
    text = IMPORTS + IDIOMS[name]
    run = executed_text(text)
    model = run.names.get("model") or run.used[-1]
    found = weighing.weigh(python_source.read_text(text, readers.Source("idiom.py"), "idiom.py"))

    assert opened(weighed(found), told(model, run)) == told(model, run)
    assert [each for each in found.findings if each.level == "warning"] == []


def test_a_star_brings_the_modules_of_keras() -> None:
    """Without any other import."""
    text = (
        "from keras import *\n"
        "i = Input((4, 6))\n"
        "x = ops.mean(layers.Dense(3)(i), axis=1)\n"
        "model = models.Model(i, ops.relu(x))\n"
    )
    run = executed_text(text)
    found = weighing.weigh(python_source.read_text(text, readers.Source("star.py"), "star.py"))

    assert weighed(found) == told(run.names["model"], run)


def opened(read: Account, built: Account) -> Account:
    """``read`` with the sizes open that Keras leaves open inside of nested models.

    Keras tells the shapes a nested model was made for, the reader those it is called on, and
    nothing of a layer that is called in other models only.
    """
    theirs = {entry.path: entry.outputs for entry in built.entries if "." in entry.path}
    entries = list(read.entries)
    for i, entry in enumerate(entries):
        outputs = theirs.get(entry.path, entry.outputs)
        if not entry.outputs or _fits(entry.outputs, outputs):
            entries[i] = entry._replace(outputs=outputs)
    return read._replace(entries=entries)


def _fits(shapes: Outputs, others: Outputs) -> bool:
    """Whether ``shapes`` are ``others`` with some open sizes filled in."""
    return len(shapes) == len(others) and all(
        len(shape or ()) == len(other or ())
        and all(b in (None, a) for a, b in zip(shape or (), other or (), strict=True))
        for shape, other in zip(shapes, others, strict=True)
    )


def test_a_class_that_nobody_makes_is_made_with_its_defaults() -> None:
    """The last class that is a model, on samples of the shape given from outside."""
    name, shape = "subclassed_uncalled", NEEDS_SHAPE["subclassed_uncalled"]
    run = executed(SOURCES[name])
    account = _of_class(run, "Net", shape)

    assert weighed(read(str(SOURCES[name]), shape)) == account
    assert weighed(read(f"{SOURCES[name]}:Net", shape)) == account


def _of_class(run: Executed, cls: str, shape: tuple[int, ...]) -> Account:
    """What Keras says of an object of a class of the file, called on samples of ``shape``."""
    with arranged(run):
        model = run.names[cls]()
        model(keras.Input(shape))
    return told(model, run)


def test_one_name_of_several() -> None:
    """A function is called, a class is made, a variable is taken."""
    file = SOURCES["freezing"]

    assert read(f"{file}:make_base").parameters == read(f"{file}:base").parameters == 4968


@settings(max_examples=20)
@given(programs())
def test_graphs_of_every_form(text: str) -> None:
    """Layers shared, nested, frozen, named, left over: Keras' order and names depend on it all."""
    run = executed_text(text)
    found = python_source.read_text(text, readers.Source("drawn.py", select="model"), "drawn.py")

    assert weighed(weighing.weigh(found)) == told(run.names["model"], run)


# -- notation ------------------------------------------------------------------------------------

LINES = (Path(__file__).parent / "cases" / "notation.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_notation_is_a_sequential_model(line: str) -> None:
    names = vars(keras.layers) | {
        "keras": keras,
        "layers": keras.layers,
        "Sequential": keras.Sequential,
    }
    parts = [ast.get_source_segment(line, node) or "" for node in _links(line)]
    record = Executed({}, [], {}, [])
    with arranged(record):
        model = keras.Sequential([eval(part, dict(names)) for part in parts])

    assert weighed(row(line)).entries == told(model, record).entries


def _links(line: str) -> list[ast.expr]:
    (statement,) = ast.parse(line).body
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Compare)
    return [statement.value.left, *statement.value.comparators]


def row(line: str, input_shape: object = None) -> weighing.Weighing:
    return weighing.weigh(notation.read(readers.named(line, input_shape)))


@pytest.mark.parametrize(
    ("line", "shape", "whole"),
    [
        ("Conv2D(16, 5)", (14, 14, 6), "Input((14, 14, 6)) > Conv2D(16, 5)"),
        ("Conv2D(16, 5)", (None, None, 6), "Input((None, None, 6)) > Conv2D(16, 5)"),
        ("Flatten() > Dense(3)", (5, 2), "Input((5, 2)) > Flatten() > Dense(3)"),
        ("Input(5, 2) > Flatten()", None, "Input((5, 2)) > Flatten()"),
        ("Input(7) > Dense(3)", None, "Input((7,)) > Dense(3)"),
        ("Input(7) > Dense(3)", (9,), "Input((9,)) > Dense(3)"),
    ],
)
def test_what_reaches_a_line(line: str, shape: object, whole: str) -> None:
    """From outside, which wins, or in short."""
    assert weighed(row(line, shape)).entries == weighed(row(whole)).entries


def test_a_line_with_nothing_before_it() -> None:
    """A kernel of 5·5·? · 16 and 16 biases: at least the biases are known."""
    found = row("Conv2D(16, 5)")

    assert not found.parameters.exact
    assert found.parameters.value == 16


# -- Keras 1 -------------------------------------------------------------------------------------

OLD = """\
from keras.layers import Dense, Flatten, Input, merge
from keras.layers.convolutional import Convolution2D, MaxPooling2D, ZeroPadding2D
from keras.layers.normalization import BatchNormalization
from keras.models import Model

i = Input(shape=(32, 32, 3))
x = ZeroPadding2D((1, 1), dim_ordering='tf')(i)
x = Convolution2D(32, 3, 3, border_mode='same', subsample=(2, 2), init='he_normal')(x)
y = Convolution2D(32, nb_row=1, nb_col=1, bias=False)(x)
x = merge([x, y], mode='concat', concat_axis=3)
x = BatchNormalization(mode=0, axis=3)(x)
x = MaxPooling2D(pool_size=(2, 2), border_mode='valid')(x)
x = Dense(output_dim=10, W_regularizer=None)(Flatten()(x))
model = Model(input=[i], output=x)
"""
NEW = """\
from keras import Input, Model
from keras.layers import *

i = Input(shape=(32, 32, 3))
x = ZeroPadding2D((1, 1))(i)
x = Conv2D(32, (3, 3), padding='same', strides=(2, 2))(x)
y = Conv2D(32, (1, 1), use_bias=False)(x)
x = concatenate([x, y], axis=3)
x = BatchNormalization(axis=3)(x)
x = MaxPooling2D(pool_size=(2, 2))(x)
x = Dense(10)(Flatten()(x))
model = Model([i], x)
"""


def test_files_of_keras_1_say_the_same_in_other_words() -> None:
    """Real Keras 3 runs the translation only."""
    run = executed_text(NEW)
    old = weighed(weighing.weigh(python_source.read_text(OLD, readers.Source("o.py"), "o.py")))

    assert [entry[2:] for entry in old.entries] == [
        entry[2:] for entry in told(run.names["model"], run).entries
    ]
