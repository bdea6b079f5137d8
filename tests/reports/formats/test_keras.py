"""The keras format against the installed Keras: character for character."""

from __future__ import annotations

import inspect
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import keras  # type: ignore[import-untyped]  # Keras ships no types
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import weighbridge
from tests.reports.formats.programs import HEAD, chains, graphs
from tests.reports.models import everything, lenet5, nested
from weighbridge.errors import Usage
from weighbridge.reports import render
from weighbridge.reports.formats.keras import READY
from weighbridge.weighing import weigh

if TYPE_CHECKING:
    from pathlib import Path

    from tests.reports.conftest import Golden

FEW = settings(
    max_examples=settings().max_examples // 4,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
"""Building and saving real models takes its time."""
PAGES = st.sampled_from((60, 80, 100, 140))

WRITTEN = """
class Block(layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = layers.Dense(6)

    def call(self, x):
        return self.inner(x)


class Net(keras.Model):
    def __init__(self):
        super().__init__(name="net")
        self.conv = layers.Conv2D(4, 3)
        self.norm = layers.BatchNormalization()
        self.pool = layers.MaxPooling2D()
        self.flat = layers.Flatten()
        self.drop = layers.Dropout(0.5)
        self.block = Block()
        self.head = keras.Sequential([layers.Dense(6), layers.Dense(6)])
        self.spare = layers.Dense(3)

    def call(self, x):
        x = self.flat(self.pool(self.norm(self.conv(x))))
        return self.head(self.block(self.drop(x)))


model = Net()
model(keras.Input((8, 8, 3)))
"""


def executed(program: str) -> keras.Model:
    """The model that a program makes, in a session of its own."""
    keras.backend.clear_session()
    names: dict[str, object] = {}
    exec(program, names)
    return names["model"]


def summary(model: keras.Model, columns: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """What Keras prints on a page of so many columns."""
    monkeypatch.setenv("COLUMNS", str(columns))
    pieces: list[str] = []
    model.summary(print_fn=pieces.append)
    return "".join(pieces)


def of_source(program: str, columns: int, folder: Path) -> str:
    """What we print of the program, read."""
    path = folder / "program.py"
    path.write_text(program, encoding="utf-8")
    return render(weighbridge.weigh(f"{path}:model"), "keras", width=columns)


@FEW
@given(chains(), PAGES)
def test_chains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, columns: int
) -> None:
    """Sequential models in source code, built and waiting for an input."""
    expected = summary(executed(program), columns, monkeypatch)
    assert of_source(program, columns, tmp_path) == expected


@FEW
@given(st.one_of(chains(), graphs(), graphs()), PAGES)
def test_archives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, columns: int
) -> None:
    """Any model, saved: what Keras prints of the file, we print of it."""
    path = tmp_path / "model.keras"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about NumPy, and that unbuilt models have no weights
        executed(program).save(path)
    keras.backend.clear_session()
    expected = summary(keras.models.load_model(path), columns, monkeypatch)

    assert render(weighbridge.weigh(path), "keras", width=columns) == expected


@pytest.mark.filterwarnings("ignore:`build..` was called on layer:UserWarning")
@pytest.mark.parametrize("columns", [80, 120])
def test_written_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """A class of one's own: Keras prints a shape only where ``build`` was told one."""
    program = f"{HEAD}{WRITTEN}"
    expected = summary(executed(program), columns, monkeypatch)

    assert of_source(program, columns, tmp_path) == expected


def test_lenet5(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model put together by hand prints as the real one."""
    real = keras.Sequential(
        [
            keras.Input((32, 32, 1)),
            keras.layers.Conv2D(6, 5, name="conv2d"),
            keras.layers.AveragePooling2D(2, 2, name="average_pooling2d"),
            keras.layers.Activation("tanh", name="activation"),
            keras.layers.Conv2D(16, 5, name="conv2d_1"),
            keras.layers.AveragePooling2D(2, 2, name="average_pooling2d_1"),
            keras.layers.Activation("tanh", name="activation_1"),
            keras.layers.Conv2D(120, 5, name="conv2d_2"),
            keras.layers.Flatten(name="flatten"),
            keras.layers.Dense(84, name="dense"),
            keras.layers.Dense(10, name="dense_1"),
        ],
        name="lenet5",
    )
    assert render(weigh(lenet5()), "keras", width=80) == summary(real, 80, monkeypatch)


def test_terminal_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody tells the width, Keras and we ask the terminal."""
    monkeypatch.setenv("COLUMNS", "70")
    assert render(weigh(lenet5()), "keras") == render(weigh(lenet5()), "keras", width=70)


def test_pages(golden: Golden) -> None:
    """What Keras would never print: unknown layers, tied tensors. And a model in a model."""
    golden("everything.keras.txt", render(weigh(everything()), "keras", width=100))
    golden("pair.keras.txt", render(weigh(nested()), "keras", width=100))
    golden("pair.keras.ansi", render(weigh(nested()), "keras", width=100, colour=True))


def test_ready_layers() -> None:
    """Those that the installed Keras takes for built before they have seen an input."""
    special: dict[str, dict[str, Any]] = {
        "Activation": {"activation": "relu"},
        "InputLayer": {"shape": (3,)},
        "Reshape": {"target_shape": (3,)},
    }
    ready = set()
    for name, layer_class in inspect.getmembers(keras.layers, inspect.isclass):
        parameters = inspect.signature(layer_class).parameters.values()
        needed = {p.name: 1 for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD}
        needed = {p.name: 1 for p in parameters if p.name in needed and p.default is p.empty}
        with suppress(ValueError, TypeError, AttributeError, ImportError, NotImplementedError):
            layer: Any = layer_class(**special.get(name, needed))
            if layer.built:
                ready.add(layer_class.__name__)
    assert ready == READY


def test_too_narrow() -> None:
    with pytest.raises(Usage, match="too few"):
        render(weigh(lenet5()), "keras", width=16)
