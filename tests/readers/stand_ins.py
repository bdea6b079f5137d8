"""What stands in for data, training and libraries while a source file is run.

Nothing is downloaded, trained, drawn or saved: data sets are a few zeros of the right shape,
training and plotting do nothing, and weights start at zero, which saves compiling a random
generator for every shape. TensorFlow's names lead to what Keras itself has.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any
from unittest import mock

import jax
import keras  # type: ignore[import-untyped]  # Keras ships no types
import numpy as np
from keras import ops

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class _History:
    """What ``fit`` returns: a curve of one point for whatever is asked."""

    def __init__(self) -> None:
        self.history = _Curves()
        self.epoch = [0]
        self.params: dict[str, int] = {}


class _Curves(dict[str, list[float]]):
    def __missing__(self, name: str) -> list[float]:
        return [0.0]


def training(used: list[Any]) -> Iterator[Any]:
    """Training, saving and printing do nothing; ``used`` gets the model they were called on."""

    def passing(result: Callable[[Any], Any]) -> Callable[..., Any]:
        def method(self: Any, *_: Any, **__: Any) -> Any:
            used[:] = [*(model for model in used if model is not self), self]
            return result(self)

        return method

    def predicted(model: Any) -> Any:
        return np.zeros((1, *model.outputs[0].shape[1:]), "float32")

    results: dict[str, Callable[[Any], Any]] = {
        "compile": lambda _: None, "fit": lambda _: _History(), "evaluate": lambda _: [0.0, 0.0],
        "predict": predicted, "summary": lambda _: None, "save": lambda _: None,
        "save_weights": lambda _: None, "load_weights": lambda _: None,
        "train_on_batch": lambda _: [0.0, 0.0],
    }  # fmt: skip
    for name, result in results.items():
        yield mock.patch.object(keras.Model, name, passing(result))
    yield mock.patch.object(keras.utils, "plot_model", lambda *_, **__: None)


def _images(*sizes: int) -> Callable[..., Any]:
    labels = (8, 1) if len(sizes) > 2 else (8,)
    split = np.zeros((8, *sizes), "uint8"), np.zeros(labels, "uint8")
    return lambda *_, **__: (split, split)


def _texts(*_: Any, **__: Any) -> Any:
    words = np.empty(8, object)
    words[:] = [[1, 14, 22]] * 8
    return (words, np.zeros(8, "int64")), (words, np.zeros(8, "int64"))


def data_sets() -> Iterator[Any]:
    """The data sets of Keras, eight samples each."""
    sets = {
        "mnist": _images(28, 28), "fashion_mnist": _images(28, 28), "cifar10": _images(32, 32, 3),
        "cifar100": _images(32, 32, 3), "imdb": _texts, "reuters": _texts,
        "california_housing": _images(8), "boston_housing": _images(13),
    }  # fmt: skip
    for name, load in sets.items():
        yield mock.patch.object(getattr(keras.datasets, name), "load_data", load)


def initializers() -> Iterator[Any]:
    """Initializers that need a random generator give zeros."""

    def zeros(self: Any, shape: Any, dtype: Any = None, **_: Any) -> Any:
        # Put on the device as it is: an array of NumPy would be copied by a compiled program.
        return jax.device_put(np.zeros(shape, dtype or "float32"))

    everything = (getattr(keras.initializers, name) for name in dir(keras.initializers))
    for sort in {each for each in everything if isinstance(each, type)}:
        if "__call__" in vars(sort):
            yield mock.patch.object(sort, "__call__", zeros)


# -- libraries that are not installed ------------------------------------------------------------


def libraries() -> dict[str, ModuleType]:
    """TensorFlow's names for what Keras has; plotting and data libraries that do nothing."""
    backend = _Extended(
        "tensorflow.keras.backend", keras.backend, int_shape=lambda x: tuple(x.shape)
    )
    inside = _Extended("tensorflow.keras", keras, backend=backend)
    found = {
        "tensorflow": _Extended("tensorflow", _Idle("tensorflow"), keras=inside, **_TENSORFLOW),
        "tensorflow.keras": inside,
        "tensorflow.keras.backend": backend,
    }
    for name in _PARTS:
        part: Any = keras
        for step in name.split("."):
            part = getattr(part, step)
        found[f"tensorflow.keras.{name}"] = part
    found |= {f"keras.layers.{name}": keras.layers for name in _FORMER}
    return found | {name: _Idle(name) for name in _IDLE}


class _Extended(ModuleType):
    """A module with some names of its own; the rest is another's."""

    def __init__(self, name: str, other: ModuleType, **names: object) -> None:
        super().__init__(name)
        vars(self).update(names)
        self._other = other

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._other, name)


class _Idle(ModuleType):
    """A library of which every function takes everything and does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return mock.MagicMock(name=f"{self.__name__}.{name}", num_replicas_in_sync=1)


_PARTS = (
    "layers", "models", "datasets", "datasets.mnist", "datasets.cifar10", "utils", "optimizers",
    "callbacks", "regularizers", "initializers", "losses", "metrics", "constraints",
    "activations", "ops", "random", "saving", "config",
)  # fmt: skip
_FORMER = (
    "core", "convolutional", "pooling", "normalization", "merge", "embeddings",
    "advanced_activations",
)  # fmt: skip
_IDLE = (
    "matplotlib", "matplotlib.pyplot", "pandas", "seaborn", "sklearn", "sklearn.metrics",
    "sklearn.model_selection", "cv2", "PIL", "tqdm",
)  # fmt: skip
_TENSORFLOW: dict[str, Any] = {
    "__version__": "2.20.0", "nn": ops, "function": lambda function: function,
    "concat": ops.concatenate, "reshape": ops.reshape, "matmul": ops.matmul, "shape": ops.shape,
    "square": ops.square, "sqrt": ops.sqrt, "tanh": ops.tanh, "abs": ops.abs,
    "expand_dims": ops.expand_dims, "squeeze": ops.squeeze, "transpose": ops.transpose,
    "reduce_mean": ops.mean, "reduce_sum": ops.sum, "reduce_max": ops.max, "stack": ops.stack,
    "maximum": ops.maximum, "float32": "float32", "split": ops.split, "zeros": np.zeros,
    "ones": np.ones,
}  # fmt: skip
