"""Data sets and what prepares data, held to what Keras documents and computes."""

from __future__ import annotations

import ast
import inspect
import math
from typing import Any

import keras  # type: ignore[import-untyped]  # Keras ships no types
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.layers import Samples, Untold
from weighbridge.readers._python.expressions import evaluate
from weighbridge.readers._python.run import Run
from weighbridge.readers._python.statements import execute
from weighbridge.readers._python.values import Native, Raised, Value
from weighbridge.readers.dialects import World
from weighbridge.readers.dialects._array import Array
from weighbridge.readers.dialects._datasets import data, tensors

NAMES = ("x_train", "y_train", "x_test", "y_test")


def told(text: str, **names: Value) -> Any:
    """The value of an expression; ``load``, ``to_categorical`` and so on are what Keras has."""
    run = Run(text, "a test", World())
    run.scope.names |= {"np": run.world.bare("np"), **names}
    return evaluate(run, ast.parse(text, mode="eval").body, run.scope)


def loaded(name: str, settings: str = "") -> dict[str, Any]:
    """The four arrays of a data set of Keras."""
    train, test = told(f"load({settings})", load=data(f"datasets.{name}.load_data"))
    return dict(zip(NAMES, (*train, *test), strict=True))


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "cifar10", "cifar100"])
def test_images_have_the_shapes_that_their_documentation_asserts(name: str) -> None:
    documented = inspect.getdoc(getattr(keras.datasets, name).load_data) or ""
    asserted = [line for line in documented.splitlines() if line.startswith("assert")]
    run = Run("\n".join(asserted), "the documentation", World())
    run.scope.names |= loaded(name)

    assert len(asserted) == 4
    execute(run, run.parse().body, run.scope)


@pytest.mark.parametrize(
    ("name", "settings", "train", "test"),
    [
        ("imdb", "num_words=10000", (25_000,), (25_000,)),
        ("imdb", "maxlen=80", (None,), (None,)),
        # Of 11,228 newswires, 506 and 20,640 houses, int(n·0.8) are for training.
        ("reuters", "", (int(11_228 * 0.8),), (11_228 - int(11_228 * 0.8),)),
        ("reuters", "test_split=0.1", (int(11_228 * 0.9),), (11_228 - int(11_228 * 0.9),)),
        ("boston_housing", "", (404, 13), (506 - 404, 13)),
        ("california_housing", "", (16_512, 8), (20_640 - 16_512, 8)),
        ("california_housing", "version='small'", (480, 8), (600 - 480, 8)),
    ],
)
def test_other_data_sets(name: str, settings: str, train: Any, test: Any) -> None:
    sets = loaded(name, settings)

    assert sets["x_train"].dims == train
    assert sets["x_test"].dims == test
    assert sets["y_train"].dims == train[:1]
    assert sets["y_test"].dims == test[:1]


def test_the_number_of_classes_is_known_from_the_labels() -> None:
    labels = loaded("cifar10")["y_train"]

    assert told("int(y.max()) + 1", y=labels) == 10
    assert told("len(np.unique(y.astype('int32').flatten()))", y=labels) == 10
    assert told(
        "to_categorical(y)", y=labels, to_categorical=data("utils.to_categorical")
    ).dims == (
        50_000,
        10,
    )
    assert told("y.max() + 1", y=loaded("reuters")["y_train"]) == 46
    assert isinstance(told("y.max()", y=loaded("reuters", "maxlen=9")["y_train"]), Untold)
    assert isinstance(told("y[:100].max()", y=labels), Untold), "some classes may be left out"


@given(
    st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=1), min_size=1, max_size=6)
    | st.lists(st.integers(0, 4), min_size=1, max_size=6),
    st.sampled_from([None, 5, 7]),
)
def test_to_categorical(labels: list[Any], classes: int | None) -> None:
    true = keras.utils.to_categorical(np.array(labels), classes)

    found = told("f(np.array(y), n)", f=data("utils.np_utils.to_categorical"), y=labels, n=classes)
    assert found.dims == true.shape


@given(
    st.lists(st.lists(st.integers(0, 9), max_size=4), min_size=1, max_size=5),
    st.sampled_from([None, 1, 3, 6]),
)
def test_pad_sequences(sequences: list[list[int]], maxlen: int | None) -> None:
    true = keras.utils.pad_sequences(sequences, maxlen)

    found = told(
        "f(s, maxlen=n)", f=data("preprocessing.sequence.pad_sequences"), s=sequences, n=maxlen
    )
    assert found.dims == true.shape


def test_sequences_of_a_data_set_and_of_an_unknown_text_get_the_length_asked_for() -> None:
    pad = data("preprocessing.sequence.pad_sequences")

    assert told("f(x, maxlen=500)", f=pad, x=loaded("imdb")["x_train"]).dims == (25_000, 500)
    assert told("f(x, maxlen=500).shape[1]", f=pad, x=Untold("texts")) == 500
    assert told("f(x)", f=pad, x=loaded("imdb")["x_train"]).dims == (25_000, None)


@pytest.mark.parametrize(
    ("text", "dims"),
    [
        ("tf.zeros((1, 28, 28, 1))", (1, 28, 28, 1)),
        ("tf.ones([2, 3])", (2, 3)),
        ("tf.random.normal((4, 10), mean=1.0)", (4, 10)),
        ("tf.random.uniform(shape=[4, 1])", (4, 1)),
        ("tf.fill([2, 2], 9)", (2, 2)),
        ("tf.constant([[1, 2, 3], [4, 5, 6]])", (2, 3)),
        ("tf.constant(0.0, shape=(3, 1))", (3, 1)),
        ("tf.convert_to_tensor(np.zeros((5, 2)))", (5, 2)),
        ("tf.zeros((1, 8)) + 1", (1, 8)),
        ("tf.range(7)", (7,)),
        ("tf.eye(3, 4)", (3, 4)),
        ("tf.zeros((rows, 4))", (None, 4)),
    ],
)
def test_concrete_tensors(text: str, dims: Any) -> None:
    assert told(text, tf=_TensorFlow(), rows=Samples("samples")).dims == dims


class _TensorFlow(Native):
    def attribute(self, run: Run, name: str) -> Value:
        return tensors(name) or _Random()


class _Random(Native):
    def attribute(self, run: Run, name: str) -> Value:
        return tensors(f"random.{name}")


def test_a_concrete_tensor_tells_its_shape_as_its_framework_does() -> None:
    assert told("t.shape.as_list()", t=told("z((2, 3))", z=tensors("zeros"))) == [2, 3]
    assert told("t.numpy().shape", t=told("z((2, 3))", z=tensors("zeros"))) == (2, 3)
    assert told("c(5)", c=tensors("constant")) == 5


# -- scikit-learn --------------------------------------------------------------------------------


def sklearn(text: str, **names: Value) -> Any:
    names |= {name: World().resolve(f"sklearn.{name}") for name in ("datasets", "preprocessing")}
    names["labels"] = Array((150,), "int64", None, 3)
    names["split"] = World().resolve("sklearn.model_selection.train_test_split")
    return told(text, **names)


@given(st.integers(2, 500), st.sampled_from([0.1, 0.2, 0.25, 0.33, 0.5, 1]))
def test_a_split_rounds_up_for_testing(samples: int, share: float) -> None:
    """scikit-learn's reference: ⌈share·n⌉ for testing, the complement for training."""
    test = math.ceil(share * samples) if isinstance(share, float) else share
    parts = sklearn("split(x, y, test_size=s)", x=Array((samples, 4)), y=Array((samples,)), s=share)

    assert [part.dims for part in parts] == [
        (samples - test, 4),
        (test, 4),
        (samples - test,),
        (test,),
    ]


def test_a_split_of_unknown_data_keeps_what_is_known() -> None:
    first, second, *rest = sklearn("split(x, y)", x=Array((Untold("rows"), 4)), y=Untold("a file"))

    assert first.dims == second.dims == (None, 4)
    assert all(isinstance(part, Untold) for part in rest)


def test_data_sets_that_do_not_fit_together_cannot_be_split() -> None:
    with pytest.raises(Raised, match="number of samples"):
        sklearn("split(x, y)", x=Array((3, 4)), y=Array((4,)))


@pytest.mark.parametrize(
    ("text", "dims"),
    [
        ("datasets.load_iris().data", (150, 4)),
        ("datasets.load_iris()['target']", (150,)),
        ("datasets.load_digits().images", (1797, 8, 8)),
        ("datasets.load_digits(return_X_y=True)[0]", (1797, 64)),
        ("datasets.load_breast_cancer().data", (569, 30)),
        ("datasets.make_moons(n_samples=1000, noise=0.1)[0]", (1000, 2)),
        ("datasets.make_classification(500, 12)[0]", (500, 12)),
        ("datasets.make_regression(n_samples=10, n_features=3, n_targets=2)[1]", (10, 2)),
        ("preprocessing.StandardScaler().fit_transform(datasets.load_wine().data)", (178, 13)),
        ("preprocessing.MinMaxScaler().fit(np.ones((3, 2))).transform(np.ones((9, 2)))", (9, 2)),
        ("preprocessing.LabelEncoder().fit_transform(['a', 'b', 'a', 'c'])", (4,)),
        ("preprocessing.LabelBinarizer().fit_transform(datasets.load_iris().target)", (150, 3)),
        (
            "preprocessing.OneHotEncoder().fit_transform(datasets.load_iris().target[:, None])",
            (150, None),
        ),
        ("preprocessing.OneHotEncoder().fit_transform(labels.reshape(-1, 1)).toarray()", (150, 3)),
    ],
)
def test_data_out_of_scikit_learn(text: str, dims: Any) -> None:
    """Sizes: scikit-learn's user guide, and version 1.9 run once."""
    assert sklearn(text).dims == dims


def test_classes_survive_encoding() -> None:
    text = "len(preprocessing.LabelEncoder().fit(datasets.load_iris().target).classes_)"

    assert sklearn(text) == 3
