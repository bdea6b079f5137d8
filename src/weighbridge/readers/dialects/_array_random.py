"""Random numbers: their shape is told, never their values."""

from __future__ import annotations

from weighbridge.layers import Untold
from weighbridge.readers._python.values import Native, Value
from weighbridge.readers.dialects import _array_shapes as shapes
from weighbridge.readers.dialects._array import Array, ArrayFunction, finished, number
from weighbridge.readers.dialects._array_arguments import as_array, shape_of, unclear, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._python.run import Run


def _drawn(run: Run, sizes: shapes.Sizes, dtype: str = "float64") -> Value:
    if not sizes:
        return number(run, "a random number")
    return Array(sizes, dtype)


def _rand(run: Run, *sizes: Value) -> Value:
    """``np.random.rand(3, 2)``: sizes one by one."""
    return _drawn(run, shape_of(run, sizes))


def _filled(run: Run, size: Value = None, *_: Value, **__: Value) -> Value:
    """``np.random.random(size)``."""
    return _drawn(run, () if size is None else shape_of(run, size))


def _law(*names: str, dtype: str = "float64") -> Callable[..., Value]:
    """A distribution with these parameters and then ``size``; without it, the parameters' shape."""

    def draw(run: Run, *values: Value, **named: Value) -> Value:
        given = dict(zip((*names, "size"), values, strict=False)) | named
        size = given.get("size")
        parameters = [given[name] for name in names if given.get(name) is not None]
        if size is not None:
            sizes = shape_of(run, size)
        elif any(isinstance(value, Untold) for value in parameters):
            raise unclear("the parameters of random numbers", parameters[0])
        else:
            sizes = shapes.broadcast(*(as_array(run, value).sizes for value in parameters))
        return _drawn(run, sizes, dtype)

    return draw


def _choice(
    run: Run, a: Value, size: Value = None, replace: Value = True, p: Value = None,
    axis: Value = 0, **_: Value,
) -> Value:  # fmt: skip
    sizes = () if size is None else shape_of(run, size)
    if isinstance(a, int):
        return _drawn(run, sizes, "int64")
    array = as_array(run, a)
    place = shapes.axis_of(whole(axis), len(array.sizes))
    found = (*array.sizes[:place], *sizes, *array.sizes[place + 1 :])
    if not found and array.dtype == "object":
        return Untold("an object out of an array")
    return finished(run, Array(found, array.dtype))


def _permutation(run: Run, x: Value, *_: Value, **__: Value) -> Value:
    if isinstance(x, int):
        return Array(shape_of(run, x), "int64")
    array = as_array(run, x)
    return Array(array.sizes, array.dtype, None, array.classes)


def _shuffle(run: Run, x: Value, *_: Value, **__: Value) -> Value:
    if isinstance(x, Array):
        x.written()
    elif isinstance(x, list):
        run.charge(len(x))
        x[:] = [Untold("an element of a shuffled list") for _ in x]
    return None


def _multivariate(run: Run, mean: Value, cov: Value, size: Value = None, **_: Value) -> Value:
    sizes = () if size is None else shape_of(run, size)
    return _drawn(run, (*sizes, *as_array(run, mean).sizes))


def _nothing(run: Run, *_: Value, **__: Value) -> Value:
    return None


class Generator(Native):
    """``np.random.default_rng()`` and ``np.random.RandomState()``."""

    @property
    def label(self) -> str:
        return "a random generator"

    def attribute(self, run: Run, name: str) -> Value:
        if name in FUNCTIONS:
            return ArrayFunction(name, FUNCTIONS[name])
        return Untold(f"{self.label}.{name}")


def _generator(run: Run, *_: Value, **__: Value) -> Value:
    return Generator()


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "seed": _nothing, "set_state": _nothing, "rand": _rand, "randn": _rand,
    "default_rng": _generator, "RandomState": _generator, "choice": _choice,
    "permutation": _permutation, "permuted": _permutation, "shuffle": _shuffle,
    **dict.fromkeys(("random", "random_sample", "ranf", "sample", "standard_normal",
                     "standard_exponential", "standard_cauchy"), _filled),
    **dict.fromkeys(("randint", "random_integers", "integers"), _law("low", "high", dtype="int64")),
    "uniform": _law("low", "high"), "binomial": _law("n", "p", dtype="int64"),
    "poisson": _law("lam", dtype="int64"), "exponential": _law("scale"), "beta": _law("a", "b"),
    "gamma": _law("shape", "scale"), "lognormal": _law("mean", "sigma"), "chisquare": _law("df"),
    "rayleigh": _law("scale"), "standard_gamma": _law("shape"), "standard_t": _law("df"),
    "geometric": _law("p", dtype="int64"), "weibull": _law("a"), "pareto": _law("a"),
    "triangular": _law("left", "mode", "right"),
    **dict.fromkeys(("normal", "laplace", "logistic", "gumbel"), _law("loc", "scale")),
    "multivariate_normal": _multivariate,
}  # fmt: skip
