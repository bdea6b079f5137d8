"""The data sets that ship with Keras, and what it prepares data with.

Source of the sizes: the documentation of ``keras.datasets``. A share of samples kept for testing
follows its functions: training takes ``int(n · (1 − share))``.
"""

from __future__ import annotations

from weighbridge.layers import Untold
from weighbridge.readers._python.values import Value
from weighbridge.readers.dialects._array import Array, ArrayFunction
from weighbridge.readers.dialects._array_arguments import as_array, charged, size_of, whole
from weighbridge.readers.dialects._array_dtypes import given
from weighbridge.readers.dialects._array_shapes import Size, Sizes, checked, refused
from weighbridge.readers.dialects._array_shaping import same_shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._python.run import Run

Split = tuple[tuple[Value, Value], tuple[Value, Value]]


# -- data sets -----------------------------------------------------------------------------------


def _split(
    train: Size,
    test: Size,
    sample: Sizes,
    label: Sizes,
    dtypes: tuple[str, str],
    classes: int | None,
) -> Split:
    """``((x_train, y_train), (x_test, y_test))``."""
    return tuple(  # type: ignore[return-value]  # two pairs
        (Array((size, *sample), dtypes[0]), Array((size, *label), dtypes[1], None, classes))
        for size in (train, test)
    )


def _digits(run: Run, path: Value = "") -> Value:
    """``mnist`` and ``fashion_mnist``."""
    return _split(60_000, 10_000, (28, 28), (), ("uint8", "uint8"), 10)


def _cifar10(run: Run) -> Value:
    return _split(50_000, 10_000, (32, 32, 3), (1,), ("uint8", "uint8"), 10)


def _cifar100(run: Run, label_mode: Value = "fine") -> Value:
    if label_mode not in ("fine", "coarse"):
        raise refused("label_mode must be one of 'fine', 'coarse'")
    classes = 100 if label_mode == "fine" else 20
    return _split(50_000, 10_000, (32, 32, 3), (1,), ("uint8", "int64"), classes)


def _imdb(run: Run, path: Value = "", num_words: Value = None, skip_top: Value = 0,
          maxlen: Value = None, **_: Value) -> Value:  # fmt: skip
    size: Size = 25_000 if maxlen is None else Untold("reviews that are short enough")
    return _split(size, size, (), (), ("object", "int64"), 2)


def _reuters(run: Run, path: Value = "", num_words: Value = None, skip_top: Value = 0,
             maxlen: Value = None, test_split: Value = 0.2, **_: Value) -> Value:  # fmt: skip
    train, test = _shares(11_228 if maxlen is None else None, test_split)
    training, testing = _split(train, test, (), (), ("object", "int64"), None)
    # All topics are among the usual share for training; of other shares nobody says so.
    topics = 46 if maxlen is None and test_split == 0.2 else None  # noqa: PLR2004  # the default
    return (training[0], Array((train,), "int64", None, topics)), testing


def _boston(run: Run, path: Value = "", test_split: Value = 0.2, seed: Value = 113) -> Value:
    return _split(*_shares(506, test_split), (13,), (), ("float64", "float64"), None)


def _california(run: Run, version: Value = "large", path: Value = "", test_split: Value = 0.2,
                seed: Value = 113) -> Value:  # fmt: skip
    known = isinstance(version, str)
    size = {"large": 20_640, "small": 600}.get(str(version)) if known else None
    return _split(*_shares(size, test_split), (8,), (), ("float32", "float32"), None)


def _shares(size: int | None, share: Value) -> tuple[Size, Size]:
    """Samples for training and for testing."""
    if size is None or not isinstance(share, int | float):
        return (Untold("samples for training"), Untold("samples for testing"))
    if not 0 <= share < 1:
        raise refused(f"test_split must be between 0 and 1, not {share}")
    train = int(size * (1 - share))
    return train, size - train


# -- preparing data ------------------------------------------------------------------------------


def _to_categorical(
    run: Run, x: Value = None, num_classes: Value = None, *_: Value, y: Value = None,
    nb_classes: Value = None, **__: Value,
) -> Value:  # fmt: skip
    """One column for each class, a last axis of size 1 giving way; ``y`` as Keras 2 called it."""
    array = as_array(run, x if y is None else y)
    sizes = array.sizes[:-1] if len(array.sizes) > 1 and array.sizes[-1] == 1 else array.sizes
    wanted = nb_classes if num_classes is None else num_classes
    columns = size_of(wanted) if wanted else _class_count(array)
    return Array(checked((*sizes, columns)), "float64")


def _class_count(array: Array) -> Size:
    if array.classes is not None:
        return array.classes
    if array.contents and all(isinstance(value, int) for value in array.contents):
        return max(whole(value) for value in array.contents) + 1
    return Untold("how many classes there are")


def _pad_sequences(
    run: Run, sequences: Value, maxlen: Value = None, dtype: Value = "int32", *_: Value, **__: Value
) -> Value:
    """Rows of one length; without ``maxlen`` of the longest."""
    rows, longest, rest = _sequences(run, sequences)
    columns = longest if maxlen is None else size_of(maxlen)
    return Array(checked((rows, columns, *rest)), given(dtype))


def _sequences(run: Run, given: Value) -> tuple[Size, Size, Sizes]:
    """How many there are, the length of the longest, and the shape of what they are made of."""
    rows: Size = Untold("how many sequences there are")
    longest: Size = Untold("the length of the longest sequence")
    if isinstance(given, Array) and given.sizes:
        first, *others = given.sizes
        return first, others[0] if others else longest, tuple(others[1:])
    if isinstance(given, list | tuple):
        charged(run, len(given))
    if not isinstance(given, list | tuple) or any(isinstance(one, Untold) for one in given):
        return rows, longest, ()
    lengths = [len(one) for one in given if isinstance(one, list | tuple)]
    whole = bool(lengths) and len(lengths) == len(given)
    return len(given), max(lengths) if whole else longest, ()


def _nothing(run: Run, *_: Value, **__: Value) -> Value:
    return None


_PREPARING: dict[str, Callable[..., Value]] = {
    "to_categorical": _to_categorical, "pad_sequences": _pad_sequences, "normalize": same_shape,
    "set_random_seed": _nothing,
}  # fmt: skip
DATASETS: dict[str, Callable[..., Value]] = {
    "mnist": _digits, "fashion_mnist": _digits, "cifar10": _cifar10, "cifar100": _cifar100,
    "imdb": _imdb, "reuters": _reuters, "boston_housing": _boston,
    "california_housing": _california,
}  # fmt: skip


# -- names ---------------------------------------------------------------------------------------


def data(path: str) -> Value | None:
    """What ``keras.<path>`` stands for if it gives or prepares data; ``None`` if it does not."""
    *places, name = path.split(".")
    found: Callable[..., Value] | None = None
    if name == "load_data" and places[:1] == ["datasets"]:
        found = DATASETS.get(places[-1])
    elif places[:1] in (["utils"], ["preprocessing"]):
        found = _PREPARING.get(name)
    return None if found is None else ArrayFunction(name, found)


def tensors(name: str) -> Value | None:
    """What ``tf.<name>`` or ``keras.ops.<name>`` computes of concrete tensors or of none.

    ``None`` if it is not followed. Tensors of a graph are not for these functions.
    """
    from weighbridge.readers.dialects._tensors import named

    return named(name)
