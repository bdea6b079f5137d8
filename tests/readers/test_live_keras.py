"""Live models of Keras: what the reader says of them, what their archives say, and Keras itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import keras  # type: ignore[import-untyped]  # Keras ships no types
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keras import layers as kl
from keras import ops

from tests.readers.archives import saved
from tests.readers.executed import Executed, told, weighed
from tests.readers.test_keras_archive import (
    FEW,
    dense,
    entrances_aside,
    functional,
    functionals,
    sequentials,
)
from tests.readers.test_keras_archive import read as archived
from tests.readers.test_keras_archive_layers import MODELS
from tests.readers.test_keras_inner import SEQUENCES
from tests.reports.formats.programs import chains, graphs
from weighbridge.model import Call, Input, Model
from weighbridge.readers import Source
from weighbridge.readers.live_keras import READER, NotBuilt
from weighbridge.reports import render
from weighbridge.weighing import Row, ShapesDisagree, Weighing, weigh

if TYPE_CHECKING:
    from pathlib import Path

    from weighbridge.model import Shape


ZEROS = {"kernel_initializer": "zeros"}
"""Spares the compilation of a random generator for each shape."""


def conv(filters: int, width: int) -> Any:
    return kl.Conv1D(filters, width, **ZEROS)


def live(found: Any, *shapes: Shape) -> Model:
    """``found`` as the reader of live objects has it."""
    source = Source(value=found, input_shape=shapes or None)
    assert READER.accepts(source)
    return READER.read(source)


def agree(model: Any, folder: Path) -> Weighing:
    """Holds the live model against Keras, which knows it, and against its archive."""
    weighing = weigh(live(model))

    assert entrances_aside(weighed(weighing)) == entrances_aside(
        told(model, Executed({}, [], {}, []))
    )
    assert weighing.agrees
    assert not any(isinstance(finding, ShapesDisagree) for finding in weighing.findings)
    same(weighing, weigh(archived(saved(model, folder))))
    return weighing


def same(ours: Weighing, archive: Weighing) -> None:
    """Fails unless the two say the same of a model, but for where it was read."""
    for one, other in zip(ours.rows, archive.rows, strict=True):
        assert _plain(one) == _plain(other)
    for field in ("name", "native", "batch", "outputs", "containers"):
        assert getattr(ours.model, field) == getattr(archive.model, field)
    calls = [[_wiring(call) for call in each.model.calls] for each in (ours, archive)]
    assert calls[0] == calls[1]


def _plain(row: Row) -> tuple[Any, ...]:
    layer = row.layer
    # Keras saves the seeds of few layers.
    held = sorted(
        (h.name, h.role, h.shape, h.dtype, h.trainable, h.buffer)
        for h in row.held or ()
        if h.role != "seed"
    )
    said = (layer.path, layer.native, layer.kind, layer.dtype, sorted(layer.aliases))
    return (*said, held, row.outputs, row.derived, row.basis, row.macs, row.calls)


def _wiring(call: Call) -> tuple[Any, ...]:
    return call.kind, call.layer, call.reads, call.path


# -- what the archive says -----------------------------------------------------------------------


@FEW
@given(model=sequentials())
def test_a_sequential_model_agrees(model: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    agree(model, tmp_path_factory.mktemp("drawn"))


@FEW
@given(model=functionals())
def test_a_functional_model_agrees(model: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    agree(model, tmp_path_factory.mktemp("drawn"))


def _on_two(make: Callable[[Any, Any], Any]) -> Any:
    x, y = keras.Input((5, 8)), keras.Input((6, 8))
    return keras.Model([x, y], make(x, y))


def _images() -> Any:
    image = keras.Input((9, 9, 3))
    varied = kl.AugMix()(kl.RandomFlip()(kl.RandomCrop(7, 7)(image)))
    return keras.Model(image, kl.CenterCrop(5, 5)(kl.Resizing(6, 6)(varied)))


OTHERS: dict[str, Callable[[], Any]] = {
    **{name: lambda make=make: _on_two(make) for name, make in MODELS.items()},  # type: ignore[misc]
    **{
        name: lambda make=make: keras.Sequential([kl.Input((5, 4)), make()])  # type: ignore[misc]
        for name, make in SEQUENCES.items()
    },
    "images": _images,
    "film": lambda: keras.Sequential(
        [kl.Input((5, 6, 6, 2)), kl.ConvLSTM2D(3, 2, recurrent_initializer="zeros", **ZEROS)]
    ),
    "half": lambda: keras.Sequential(
        [
            kl.Input((3,)),
            kl.Dense(2, dtype="bfloat16", **ZEROS),
            kl.Dense(2, dtype="mixed_float16", **ZEROS),
        ]
    ),
    "arrays": lambda: functional(lambda x: ops.take(x * 2, [0, 2], axis=1)[:, ::-1] - x[:, :1]),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_layers_agree(name: str, tmp_path: Path) -> None:
    agree(OTHERS[name](), tmp_path)


# -- what Keras prints ---------------------------------------------------------------------------


@settings(
    max_examples=settings().max_examples // 4,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.one_of(chains(), graphs(), graphs()), st.sampled_from((60, 80, 100, 140)))
def test_the_summary_is_that_of_keras(
    monkeypatch: pytest.MonkeyPatch, program: str, columns: int
) -> None:
    keras.backend.clear_session(free_memory=False)
    names: dict[str, Any] = {}
    exec(program, names)

    assert printed(names["model"], columns) == summary(names["model"], columns, monkeypatch)


def printed(model: Any, columns: int = 80) -> str:
    return render(weigh(live(model)), "keras", width=columns)


def summary(model: Any, columns: int, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", str(columns))
    pieces: list[str] = []
    model.summary(print_fn=pieces.append)
    return "".join(pieces)


def test_calls_in_other_models_count_as_in_keras(monkeypatch: pytest.MonkeyPatch) -> None:
    """A layer knows all its calls; the first of these here is its second."""
    x, shared = keras.Input((6,)), dense(6)
    inner = keras.Sequential([keras.Input((6,)), dense(6)])
    shared(inner(x))
    model = keras.Model(x, kl.Add()([inner(shared(x)), x]))

    assert "[1][0]" in printed(model)
    assert printed(model) == summary(model, 80, monkeypatch)


# -- what is not built ---------------------------------------------------------------------------


def test_a_stack_that_is_not_built_is_unknown_and_not_zero() -> None:
    model = keras.Sequential([dense(2), kl.Dropout(0.5), kl.Activation("relu"), dense(1)])

    open_, shaped = weigh(live(model)), weigh(live(model, (5,)))

    assert not open_.parameters.exact
    assert [type(finding) for finding in open_.model.findings] == [NotBuilt]
    assert "2 layers are not built yet: " in open_.model.findings[0].message
    assert shaped.parameters == (5 * 2 + 2) + (2 * 1 + 1)
    assert shaped.macs == 5 * 2 + 2 * 1


@pytest.mark.parametrize(
    ("layer", "shapes", "parameters", "macs"),
    [
        (lambda: dense(3), [(4,)], 4 * 3 + 3, 4 * 3),
        (lambda: kl.Add(), [(4,), (4,)], 0, 0),
        (
            lambda: kl.MultiHeadAttention(2, 4),
            [(5, 8), (6, 8)],
            3 * (8 * 2 * 4 + 2 * 4) + (2 * 4 * 8 + 8),
            # query and output for 5 places, key and value for 6; 5·6 scores and their sums
            2 * 5 * 8 * 8 + 2 * 6 * 8 * 8 + 2 * 5 * 6 * 2 * 4,
        ),
    ],
    ids=["one input", "a list of inputs", "inputs in order"],
)
def test_a_layer_by_itself_is_derived_for_a_shape(
    layer: Callable[[], Any], shapes: list[tuple[int, ...]], parameters: int, macs: int
) -> None:
    weighing = weigh(live(layer(), *shapes))

    assert weighing.parameters == parameters
    assert weighing.macs == macs


def test_a_layer_that_was_built_tells_its_shape() -> None:
    layer = kl.MultiHeadAttention(2, 4, **ZEROS)
    layer.build((None, 5, 8), (None, 6, 8))

    (row,) = weigh(live(layer)).rows

    assert row.incoming == ((5, 8), (6, 8))
    assert row.basis == "agrees"


def test_an_open_input_can_be_given_a_shape() -> None:
    model = keras.Sequential(
        [kl.Input((None, None, 3)), kl.Conv2D(4, 3, **ZEROS), kl.MaxPooling2D()]
    )

    assert not weigh(live(model)).macs.exact
    assert weigh(live(model, (8, 8, 3))).macs == (3 * 3 * 3 * 4) * 6 * 6
    assert weigh(live(model, (8, 8, 3))).rows[-1].output == (3, 3, 4)


def test_a_shape_of_the_users_goes_before_the_models() -> None:
    """No shape that Keras reports for 8 places is held against those for 6."""
    inner = keras.Sequential([kl.Input((8, 2)), conv(3, 3)])
    start = kl.Input((8, 2))
    model = keras.Model(start, conv(1, 2)(inner(start)))

    weighing = weigh(live(model, (6, 2)))

    assert [row.output for row in weighing.rows] == [(6, 2), (4, 3), (3, 1)]
    assert weighing.findings == ()


def test_a_model_inside_may_run_on_several_sizes() -> None:
    inner = keras.Sequential([kl.Input((None, 2)), conv(3, 3)])
    one, other = kl.Input((8, 2)), kl.Input((5, 2))
    model = keras.Model([one, other], [inner(one), inner(other)])

    weighing = weigh(live(model))

    given = [call for call in weighing.model.calls if isinstance(call.kind, Input)]
    assert [call.kind.shape for call in given] == [(8, 2), (5, 2)]  # type: ignore[attr-defined]
    assert weighing.macs == (3 * 2 * 3) * (6 + 3)
    assert not any(isinstance(finding, ShapesDisagree) for finding in weighing.findings)
