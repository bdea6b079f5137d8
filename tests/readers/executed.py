"""A source file run by real Keras, as the other half of the reader's double entry.

``executed`` runs a file of ``sources/`` as its author would, but for what ``stand_ins`` spare it.
``told`` says of a Keras model what ``weighed`` says of the reader's.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import runpy
import sys
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest import mock

import keras  # type: ignore[import-untyped]  # Keras ships no types
import numpy as np

from tests.readers.stand_ins import data_sets, initializers, libraries, training

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from weighbridge.weighing import Row, Weighing

Sizes = tuple[int | None, ...]


class Entry(NamedTuple):
    """What one side says of a layer."""

    path: str
    native: str
    tensors: list[tuple[Sizes, bool]]
    """Shape of each tensor and whether it is trained, sorted; seeds are left out."""
    outputs: list[Sizes | None]
    """Shapes without the batch axis of what the first call gave."""


class Account(NamedTuple):
    """What one side says of a model."""

    name: str
    entries: list[Entry]
    total: int
    trainable: int
    untrained: int


class Executed(NamedTuple):
    """What running a file left behind."""

    names: dict[str, Any]
    """The module's names, which hold anything at all."""
    used: list[Any]
    """Models that were summarised, compiled, trained …, each once, the last one used last."""
    shapes: dict[int, list[Sizes | None]]
    """By identity of a layer: what its first call gave."""
    kept: list[object]
    """Layers whose identity is a key of ``shapes``."""


# -- running -------------------------------------------------------------------------------------


def executed(file: Path, run_name: str = "__main__") -> Executed:
    """Runs ``file`` with real Keras and fresh automatic names."""
    record = Executed({}, [], {}, [])
    with arranged(record), mock.patch.object(sys, "argv", [file.name]):
        with contextlib.suppress(SystemExit):
            record.names.update(runpy.run_path(str(file), run_name=run_name))
        if not record.used and not models(record):
            record.used.extend(_made_by_function(record.names))
    return record


@contextlib.contextmanager
def arranged(record: Executed) -> Iterator[None]:
    """Keras with fresh names, watched by ``record``; what would take time does nothing."""
    keras.backend.clear_session(free_memory=False)  # a collection takes longer than most files
    keras.config.set_image_data_format("channels_last")
    with contextlib.ExitStack() as stack:
        for patch in (*training(record.used), *_observing(record), *data_sets(), *initializers()):
            stack.enter_context(patch)
        # Keras would take the TensorFlow made up here for the real one.
        real = keras.src.utils.module_utils.tensorflow
        stack.enter_context(mock.patch.object(real, "_available", False))
        stack.enter_context(mock.patch.dict(sys.modules, libraries()))
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")  # Keras frowns on much that people write
        yield


def models(run: Executed) -> dict[str, Any]:
    """The models that names of the module stand for."""
    return {name: value for name, value in run.names.items() if isinstance(value, keras.Model)}


def _made_by_function(names: dict[str, Any]) -> Iterator[Any]:
    """What the file's last function that makes a model makes; most only define one."""
    for value in reversed(list(names.values())):
        if inspect.isfunction(value) and _needs_nothing(value):
            made = value()
            if isinstance(made, keras.Model):
                yield made
                return


def _needs_nothing(function: Callable[..., Any]) -> bool:
    return all(p.default is not p.empty for p in inspect.signature(function).parameters.values())


def _observing(record: Executed) -> Iterator[Any]:
    """Notes what the first call of each layer gives."""
    original = keras.layers.Layer.__call__

    def call(self: Any, *values: Any, **named: Any) -> Any:
        result = original(self, *values, **named)
        if id(self) not in record.shapes:
            record.kept.append(self)
            record.shapes[id(self)] = _shapes(result)
        return result

    yield mock.patch.object(keras.layers.Layer, "__call__", call)


def _shapes(result: Any) -> list[Sizes | None]:
    return [tuple(tensor.shape[1:]) for tensor in keras.tree.flatten(result)]


# -- what either side says -----------------------------------------------------------------------


def told(model: Any, run: Executed) -> Account:
    """What Keras says of ``model``, nested layers in their place."""
    seen: set[int] = set()
    own = _own(model) if not _is_plain(model) and not isinstance(model, _KINDS_OF_MODELS) else []
    entries = [_entry(model, model.name, own, run)] if own else []
    entries += _inside(model, "", run, seen)
    return Account(
        name=model.name,
        entries=entries or [_entry(model, model.name, model.weights, run)],
        total=model.count_params(),
        trainable=_count(model.trainable_weights),
        untrained=_count(model.non_trainable_weights),
    )


_KINDS_OF_MODELS = (keras.Sequential, keras.src.models.functional.Functional)


def _inside(group: Any, prefix: str, run: Executed, seen: set[int]) -> Iterator[Entry]:
    for part in _parts(group):
        if id(part) in seen:
            continue
        seen.add(id(part))
        path = f"{prefix}{part.name}"
        if _is_plain(part):
            yield _entry(part, path, getattr(part, "weights", []), run)
            continue
        if _own(part) or not _parts(part):
            yield _entry(part, path, _own(part), run)
        yield from _inside(part, path + ".", run, seen)


def _is_plain(part: Any) -> bool:
    """Whether it is a layer or operation of Keras itself; others are looked into."""
    foreign = not type(part).__module__.startswith("keras.")
    return not (isinstance(part, keras.Model) or (foreign and isinstance(part, keras.Layer)))


def _parts(group: Any) -> list[Any]:
    """What stands inside, in Keras' order: operations of a graph too."""
    if isinstance(group, keras.src.models.functional.Functional):
        return list(group.operations)
    if isinstance(group, keras.Sequential):
        return list(group.layers)
    return list(group._flatten_layers(include_self=False, recursive=False))


def _own(layer: Any) -> list[Any]:
    return [*layer._trainable_variables, *layer._non_trainable_variables]


def _entry(part: Any, path: str, weights: list[Any], run: Executed) -> Entry:
    tensors = sorted(((tuple(w.shape), bool(w.trainable)) for w in weights), key=repr)
    outputs = run.shapes.get(id(part))
    if outputs is None and part._inbound_nodes:
        outputs = _shapes(part._inbound_nodes[0].output_tensors)
    return Entry(path, type(part).__name__, tensors, outputs or [])


def _count(weights: list[Any]) -> int:
    return sum(int(np.prod(weight.shape)) for weight in weights)


def weighed(weighing: Weighing) -> Account:
    """What the reader says; raises where a total is not exact."""
    listed = {layer.path for layer in weighing.model.layers}
    rows = [row for row in weighing.rows if row.path in listed]
    seeds = sum(held.count or 0 for row in rows for held in row.held or () if held.role == "seed")
    return Account(
        name=weighing.model.name,
        entries=[_row(row) for row in rows],
        total=int(weighing.parameters),
        trainable=int(weighing.trainable),
        untrained=int(weighing.frozen) + int(weighing.buffers) - seeds,
    )


def _row(row: Row) -> Entry:
    held = [tensor for tensor in row.held or () if tensor.role != "seed"]
    outputs = list(row.outputs) if row.calls or row.output is not None else []
    return Entry(
        row.path,
        row.layer.native,
        sorted(((tensor.shape, tensor.trainable) for tensor in held), key=repr),
        outputs,
    )
