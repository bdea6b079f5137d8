"""Archives as Keras saves them, made by hand: older dialects, damaged files, hostile ones."""

from __future__ import annotations

import contextlib
import io
import json
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

import h5py  # type: ignore[import-untyped]  # h5py ships no types
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

Tensors = dict[str, tuple[int, ...]]
"""Shapes by their names in the weights file: ``layers/dense/vars/0``."""


def hdf5(tensors: Mapping[str, tuple[int, ...]]) -> bytes:
    """A weights file with tensors of these shapes."""
    file = io.BytesIO()
    with h5py.File(file, "w") as opened:
        for name, shape in tensors.items():
            opened[name] = np.zeros(shape, "float32")
    return file.getvalue()


def archive(
    folder: Path,
    config: Any,
    tensors: Mapping[str, tuple[int, ...]] | bytes | None = None,
    version: str = "3.15.1",
    compression: int = zipfile.ZIP_STORED,
) -> Path:
    """Where an archive of ``config`` and ``tensors`` lies; either may be bytes as they are."""
    path = folder / "made.keras"
    with zipfile.ZipFile(path, "w", compression) as made:
        made.writestr("metadata.json", json.dumps({"keras_version": version}))
        made.writestr("config.json", config if isinstance(config, bytes) else json.dumps(config))
        if tensors is not None:
            data = tensors if isinstance(tensors, bytes) else hdf5(tensors)
            made.writestr("model.weights.h5", data)
    return path


def edited(path: Path, change: Callable[[Any], object], drop: tuple[str, ...] = ()) -> Path:
    """A copy of an archive with its configuration changed and some members left out."""
    target = path.with_name("edited.keras")
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(target, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            if name == "config.json":
                config = json.loads(data)
                change(config)
                data = json.dumps(config).encode()
            if name not in drop:
                after.writestr(name, data)
    return target


def entry(native: str, name: str, *nodes: Any, **config: Any) -> dict[str, Any]:
    """A layer of a functional model as tf.keras writes it."""
    settings = {"name": name, "trainable": True, "dtype": "float32", **config}
    return {
        "module": "keras.layers",
        "class_name": native,
        "config": settings,
        "registered_name": None,
        "name": name,
        "inbound_nodes": list(nodes),
    }


def graph(name: str, layers: list[Any], starts: list[Any], ends: list[Any]) -> dict[str, Any]:
    """A functional model as tf.keras writes it."""
    config = {"name": name, "layers": layers, "input_layers": starts, "output_layers": ends}
    return {
        "module": "keras.src.engine.functional",
        "class_name": "Functional",
        "config": {"trainable": True, **config},
        "registered_name": "Functional",
    }


def saved(model: Any, folder: Path, name: str = "model.keras") -> Path:
    """Where Keras put the archive of ``model``."""
    path = folder / name
    with quiet():
        model.save(path)
    return path


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keras has its values made arrays in a way that NumPy frowns on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
