"""What of scikit-learn stands between data and a network: data sets, splits, scaling, encoding.

Source of the sizes: scikit-learn's user guide, "Toy datasets", "Real world datasets" and "Generated
datasets"; of the split: the reference of ``train_test_split``.
"""

from __future__ import annotations

import math

from weighbridge.layers import Untold
from weighbridge.readers._python.values import Native, Value
from weighbridge.readers.dialects._array import Array, ArrayFunction, Unclear
from weighbridge.readers.dialects._array_arguments import as_array, size_of, unclear
from weighbridge.readers.dialects._array_shapes import Size, agreed, count, refused
from weighbridge.readers.dialects._array_shaping import same_shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._python.run import Run

_SHARE = 0.25
"""What a split takes for testing where nothing is said."""


# -- splitting -----------------------------------------------------------------------------------


def _train_test_split(
    run: Run, *arrays: Value, test_size: Value = None, train_size: Value = None, **_: Value
) -> Value:
    """Two parts of each argument; rounded up for testing, down for training."""
    known = [_samples(run, value) for value in arrays]
    lengths = [array.sizes[0] for array in known if array is not None]
    size = agreed(lengths, "inputs differ in their number of samples") if lengths else None
    train, test = _parts(size, train_size, test_size)
    found: list[Value] = []
    for array in known:
        for part in (train, test):
            found.append(
                Untold("a part of unknown data")
                if array is None
                else Array((part, *array.sizes[1:]), array.dtype)
            )
    return found


def _samples(run: Run, value: Value) -> Array | None:
    """The argument of a split as an array; ``None`` where it is none we know."""
    try:
        array = as_array(run, value)
    except Unclear:
        return None
    return array if array.sizes else None


def _parts(size: Size | None, train: Value, test: Value) -> tuple[Size, Size]:
    untold = Untold("how many samples a split takes")
    numbers = isinstance(train, int | float | None) and isinstance(test, int | float | None)
    if not isinstance(size, int) or not numbers:
        return untold, untold
    test = _SHARE if train is None and test is None else test
    testing = None if test is None else _taken(size, test, math.ceil)  # type: ignore[arg-type]  # a number
    training = None if train is None else _taken(size, train, math.floor)  # type: ignore[arg-type]  # a number
    if training is None:
        training = size - (testing or 0)
    testing = size - training if testing is None else testing
    shares = isinstance(train, float) and isinstance(test, float) and train + test > 1
    if shares or training + testing > size or training == 0:
        raise refused(f"{size} samples cannot be split into {training} and {testing}")
    return training, testing


def _taken(size: int, part: float, rounded: Callable[[float], int]) -> int:
    if isinstance(part, float):
        if not 0 < part < 1:
            raise refused(f"a share of {part} is not between 0 and 1")
        return rounded(part * size)
    if not 0 < part < size:
        raise refused(f"{part} of {size} samples cannot be taken")
    return part


def _shuffle(run: Run, *arrays: Value, n_samples: Value = None, **_: Value) -> Value:
    if n_samples is not None:
        raise unclear("a sample of data")
    found = [same_shape(run, value) for value in arrays]
    return found[0] if len(found) == 1 else found


# -- data sets -----------------------------------------------------------------------------------


class Bunch(Native):
    """What a data set comes in: entries by name, as attributes and as items."""

    def __init__(self, entries: dict[str, Value]) -> None:
        self.entries = entries

    @property
    def label(self) -> str:
        return "a data set"

    def attribute(self, run: Run, name: str) -> Value:
        return self.entries.get(name, Untold(f"{name} of a data set"))

    def item(self, run: Run, key: Value) -> Value:
        return self.attribute(run, str(key))


_SETS: dict[str, tuple[int, int, int | None]] = {
    "load_iris": (150, 4, 3), "load_wine": (178, 13, 3), "load_breast_cancer": (569, 30, 2),
    "load_digits": (1797, 64, 10), "load_diabetes": (442, 10, None), "load_boston": (506, 13, None),
    "fetch_california_housing": (20640, 8, None),
}  # fmt: skip
"""Samples, features and, where the target is one, the classes."""


def _loader(name: str) -> Callable[..., Value]:
    samples, features, classes = _SETS[name]

    def load(
        run: Run, *, return_X_y: Value = False, as_frame: Value = False, n_class: Value = 10,  # noqa: N803  # sklearn's name
        **_: Value,
    ) -> Value:  # fmt: skip
        if as_frame is not False or n_class != 10:  # noqa: PLR2004  # all digits
            return Untold(f"what {name} gives with these settings")
        data = Array((samples, features), "float64")
        target = Array((samples,), "float64" if classes is None else "int64", None, classes)
        if return_X_y is True:
            return (data, target)
        entries: dict[str, Value] = {"data": data, "target": target}
        if classes is not None:
            entries["target_names"] = Array((classes,), "str")
        if name == "load_digits":
            entries["images"] = Array((samples, 8, 8), "float64")
        return Bunch(entries)

    return load


def _generator(features: int | None = None, targets: bool = False) -> Callable[..., Value]:
    """``make_moons`` and its like; with a default for ``n_features`` it can be set."""

    def make(
        run: Run, n_samples: Value = 100, n_features: Value = features or 2, *,
        n_targets: Value = 1, coef: Value = False, return_centers: Value = False, **_: Value,
    ) -> Value:  # fmt: skip
        if coef is not False or return_centers is not False:
            raise unclear("what generated data consist of")
        several = isinstance(n_samples, tuple | list)
        samples = Untold("generated samples") if several else size_of(n_samples)
        columns = size_of(n_features) if features else 2
        target: tuple[Size, ...] = (samples,)
        if targets and n_targets != 1:
            target = (samples, size_of(n_targets))
        kind = "float64" if targets else "int64"
        return (Array((samples, columns), "float64"), Array(target, kind))

    return make


# -- scaling and encoding ------------------------------------------------------------------------


class Transformer(Native):
    """A scaler or encoder: what it is fitted to decides how many columns come out."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.classes: Size = Untold("how many classes there are")

    @property
    def label(self) -> str:
        return self.name

    def attribute(self, run: Run, name: str) -> Value:
        match name:
            case "fit" | "partial_fit":
                return ArrayFunction(name, self._fit)
            case "transform":
                return ArrayFunction(name, self._transform)
            case "fit_transform":
                return ArrayFunction(name, self._fit_transform)
            case "inverse_transform" if self.name not in _ENCODERS:
                return ArrayFunction(name, same_shape)
            case "classes_":
                return Array((self.classes,))
        return Untold(f"{name} of {self.name}")

    def _fit(self, run: Run, X: Value, *_: Value, **__: Value) -> Value:  # noqa: N803  # sklearn's name
        self.classes = _classes(run, X)
        return self

    def _fit_transform(self, run: Run, X: Value, *_: Value, **__: Value) -> Value:  # noqa: N803  # sklearn's name
        self.classes = _classes(run, X)
        return self._transform(run, X)

    def _transform(self, run: Run, X: Value, **_: Value) -> Value:  # noqa: N803  # sklearn's name
        array = as_array(run, X)
        if self.name not in _ENCODERS:
            return Array(array.sizes, "float64")
        rows = array.sizes[0] if array.sizes else Untold("samples")
        classes = self.classes if isinstance(self.classes, int) else None
        match self.name:
            case "LabelEncoder":
                return Array((count(array.sizes),), "int64", None, classes)
            case "OneHotEncoder" if array.sizes[1:] != (1,):
                return Array((rows, Untold("columns of an encoding")), "float64")
            case "LabelBinarizer" if classes is None or classes <= 2:  # noqa: PLR2004  # two share a column
                return Array((rows, 1 if classes else self.classes), "int64")
        return Array((rows, self.classes), "float64")


def _classes(run: Run, value: Value) -> Size:
    """How many distinct values there are."""
    array = as_array(run, value)
    if array.classes is not None:
        return array.classes
    if array.contents is not None:
        return len(set(array.contents))
    return Untold("how many classes there are")


_ENCODERS = ("LabelEncoder", "LabelBinarizer", "OneHotEncoder")
_SCALERS = (
    "StandardScaler", "MinMaxScaler", "MaxAbsScaler", "RobustScaler", "Normalizer", "Binarizer",
    "QuantileTransformer", "PowerTransformer",
)  # fmt: skip


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "model_selection.train_test_split": _train_test_split,
    "cross_validation.train_test_split": _train_test_split, "utils.shuffle": _shuffle,
    **{f"datasets.{name}": _loader(name) for name in _SETS},
    "datasets.make_classification": _generator(20), "datasets.make_blobs": _generator(2),
    "datasets.make_regression": _generator(100, targets=True),
    "datasets.make_moons": _generator(), "datasets.make_circles": _generator(),
    **dict.fromkeys(
        (f"preprocessing.{name}" for name in ("scale", "normalize", "minmax_scale")), same_shape
    ),
}  # fmt: skip


def named(name: str) -> Value | None:
    """What ``sklearn.<name>`` stands for; ``None`` for a module or a name that is not followed."""
    if name in FUNCTIONS:
        return ArrayFunction(name, FUNCTIONS[name])
    sort = name.removeprefix("preprocessing.")
    if sort in _ENCODERS or sort in _SCALERS:
        return ArrayFunction(sort, lambda run, *_, **__: Transformer(sort))
    return None
