"""Properties of followed arrays, held to numpy itself: the same text is followed and run."""

from __future__ import annotations

import math
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as drawn

from tests.readers.dialects.following import agree, alike, followed, ran
from weighbridge.layers import Untold
from weighbridge.readers import dialects
from weighbridge.readers.dialects._array import Array, Number
from weighbridge.readers.dialects._array_random import FUNCTIONS as RANDOM
from weighbridge.readers.dialects._datasets import DATASETS, data, tensors
from weighbridge.readers.dialects._numpy_names import FAMILIES
from weighbridge.readers.dialects._numpy_names import named as numpy
from weighbridge.readers.dialects._sklearn import FUNCTIONS as SKLEARN
from weighbridge.readers.dialects._sklearn import named as sklearn
from weighbridge.readers.dialects._tensors import FUNCTIONS as TENSORS

if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._python.values import Value

Dims = tuple[int, ...]
SHAPES = st.lists(st.integers(0, 4), max_size=4).map(tuple)
AXES = st.integers(-5, 5)


def numbered(dims: Dims) -> str:
    """Text of an array with distinct contents."""
    return f"np.arange({math.prod(dims)}).reshape({dims})"


@given(SHAPES, st.data())
def test_reshape(dims: Dims, data: st.DataObject) -> None:
    target = list(data.draw(st.permutations(dims) | SHAPES))
    opened = data.draw(st.booleans())
    if target and opened:
        target[data.draw(st.integers(0, len(target) - 1))] = -1
    alike(f"{numbered(dims)}.reshape({tuple(target)})")


@given(drawn.array_shapes(max_dims=4, max_side=4, min_side=0), st.data())
def test_basic_indices(dims: Dims, data: st.DataObject) -> None:
    index = data.draw(drawn.basic_indices(dims, allow_newaxis=True, allow_ellipsis=True))
    agree(followed(f"{numbered(dims)}[key]", key=index), ran(f"{numbered(dims)}[key]", key=index))


PARTS = st.sampled_from(
    ["0", "-1", "5", ":", "1:", "::-2", ":-1", "...", "None", "np.newaxis", "[0, 1]", "[[0], [1]]",
     "np.array([True, False])", "np.ones((2, 2), dtype=bool)", "np.arange(1)", "[]"]
)  # fmt: skip


@given(st.lists(st.integers(2, 3), max_size=4).map(tuple), st.lists(PARTS, max_size=4))
def test_mixed_indices(dims: Dims, parts: list[str]) -> None:
    """Places are within bounds, since what is in an array of places is not looked at."""
    text = f"{numbered(dims)}[{', '.join(parts) or '()'}{',' if len(parts) == 1 else ''}]"
    if "bool" not in text and "True" not in text:
        alike(text)
        return
    told, true = followed(text), ran(text)
    if isinstance(true, np.ndarray):
        assert len(told.dims) == true.ndim
        assert all(size in (None, known) for size, known in zip(told.dims, true.shape, strict=True))


@given(
    drawn.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3),
    st.sampled_from(["+", "-", "*", "/", "//", "%", "<", "=="]),
    SHAPES,
)
def test_arithmetic(shapes: Any, sign: str, other: Dims) -> None:
    first, second = shapes.input_shapes
    alike(f"{numbered(first)} {sign} ({numbered(second)} + 1)")
    alike(f"{numbered(first)} {sign} ({numbered(other)} + 1.5)")
    alike(f"2 {sign} ({numbered(other)} + 1)")


@given(SHAPES, SHAPES)
def test_products_of_matrices(left: Dims, right: Dims) -> None:
    for function in ("np.matmul", "np.dot"):
        alike(f"{function}({numbered(left)}, {numbered(right)})")


JOINERS: list[Callable[[int], str]] = [
    lambda axis: f"np.concatenate(PARTS, axis={axis})",
    lambda axis: f"np.stack(PARTS, {axis})",
    lambda axis: "np.vstack(PARTS)",
    lambda axis: "np.hstack(PARTS)",
    lambda axis: "np.dstack(PARTS)",
    lambda axis: "np.column_stack(PARTS)",
    lambda axis: "np.concatenate(PARTS, axis=None)",
    lambda axis: "np.array(PARTS)",
    lambda axis: f"np.append(*PARTS[:2], axis={axis})",
]


@given(SHAPES, st.lists(SHAPES, max_size=1), st.sampled_from(JOINERS), AXES)
def test_joining(dims: Dims, others: list[Dims], join: Callable[[int], str], axis: int) -> None:
    parts = ", ".join(map(numbered, [dims, dims, *others]))
    text = join(axis).replace("PARTS", f"[{parts}]")
    if "np.array" in text and len({len(other) for other in [dims, *others]}) > 1:
        return  # numpy then says which of its parts cannot be; both refuse
    alike(text)


ONE_ARRAY: list[str] = [
    "np.transpose(x, {axes})", "x.T", "x.transpose({axes})", "np.swapaxes(x, {a}, {b})",
    "np.moveaxis(x, {a}, {b})", "np.expand_dims(x, {a})", "np.expand_dims(x, ({a}, {b}))",
    "np.squeeze(x)", "np.squeeze(x, {a})", "x.squeeze(axis=({a}, {b}))", "x.ravel()",
    "x.flatten()", "np.atleast_1d(x)", "np.atleast_2d(x)", "np.atleast_3d(x)",
    "np.repeat(x, 2, axis={a})", "np.repeat(x, 3)", "np.repeat(x, [1, 2], {a})",
    "np.tile(x, ({m}, {n}))", "np.tile(x, 2)", "np.pad(x, {m})", "np.pad(x, ({m}, {n}))",
    "np.pad(x, [({m}, {n})] * x.ndim)", "np.pad(x, (({m}, {n}), (0, 1)))",
    "np.broadcast_to(x, ({m}, 2, 3))", "np.flip(x)", "np.roll(x, 1)",
    "np.take(x, [0, 0, 0])", "x.astype('float32')", "np.zeros_like(x)", "np.sort(x, axis={a})",
    "np.argsort(x, {a})", "np.cumsum(x)", "np.cumsum(x, axis={a})", "np.split(x, {m}, axis={a})",
    "np.array_split(x, {m}, {a})", "np.split(x, [1, {m}], {a})", "np.hsplit(x, {m})",
    "np.where(x > 2, x, 0)", "np.clip(x, 0, 3)", "-x", "x ** 2", "np.exp(x)", "np.abs(x)", "+x",
    "np.sqrt(x)", "x.shape", "x.ndim", "x.size", "len(x)", "np.shape(x)", "np.size(x, {a})",
    "np.linalg.norm(x, axis={a})", "np.full((2, 2), x)", "x.copy()",
]  # fmt: skip
ALONG = [
    "np.sort(x, axis={a})", "np.argsort(x, {a})", "x.squeeze(axis=({a}, {b}))",
    "np.linalg.norm(x, axis={a})",
]  # fmt: skip
REDUCED: list[str] = [
    f"x.{name}({arguments})"
    for name in ("sum", "prod", "mean", "max", "min", "any", "all", "argmax")
    for arguments in ("", "axis={a}", "axis={a}, keepdims=True", "keepdims=True")
]


@given(SHAPES, st.sampled_from(ONE_ARRAY + REDUCED), st.data())
def test_functions_of_one_array(dims: Dims, form: str, data: st.DataObject) -> None:
    if "take" in form:
        dims = tuple(size or 1 for size in dims)  # so that there is a place 0
    if not dims and form in REDUCED + ALONG:
        dims = (2,)  # numpy's functions do not agree whether a number has an axis 0
    axes = data.draw(st.permutations(range(len(dims))).map(tuple) | st.just((0, 0)))
    a, b = data.draw(AXES), data.draw(AXES)
    m, n = data.draw(st.integers(0, 3)), data.draw(st.integers(0, 3))
    text = form.format(axes=axes, a=a, b=b, m=m, n=n)
    x = followed(numbered(dims))
    agree(followed(text, x=x), ran(text, x=ran(numbered(dims))))


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple),
    st.sampled_from(ONE_ARRAY),
    st.data(),
)
def test_sizes_told_of_arrays_that_are_partly_unknown_are_true(
    dims: Dims, form: str, data: st.DataObject
) -> None:
    unknown = [data.draw(st.booleans()) for _ in dims]
    blurred = tuple(Untold("?") if u else size for size, u in zip(dims, unknown, strict=True))
    a, b = data.draw(AXES), data.draw(AXES)
    m, n = data.draw(st.integers(0, 3)), data.draw(st.integers(0, 3))
    text = form.format(axes=tuple(range(len(dims)))[::-1], a=a, b=b, m=m, n=n)
    told, true = followed(text, x=Array(blurred)), ran(text, x=np.ones(dims))
    if isinstance(true, Exception):
        return
    told, true = (told, true) if isinstance(true, list | tuple) else ([told], [true])
    for ours, theirs in zip(told, true, strict=True):
        if isinstance(ours, Array):
            pairs = zip(ours.dims, np.shape(theirs), strict=True)
            assert all(size in (None, known) for size, known in pairs)
        else:
            assert isinstance(ours, Untold) or ours == theirs


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.floats() | st.text(max_size=2)
    | st.just(Untold("?")) | st.just(Number("?")) | st.just(...)
    | st.sampled_from([Array((2, 3)), Array(())])
    | st.sampled_from([Array((2,), "int64", (1, 2)), Array((3,), "bool")]),
    lambda inner: st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple),
    max_leaves=5,
)  # fmt: skip


NUMPY = [import_module(f"{dialects.__name__}._array_{family}").FUNCTIONS for family in FAMILIES]
EVERY = {
    **{f"np.{name}": numpy(name) for table in NUMPY for name in table},
    **{f"np.random.{name}": numpy(f"random.{name}") for name in RANDOM},
    **{f"tf.{name}": tensors(name) for name in TENSORS},
    **{f"keras.{name}": data(name) for name in ("utils.to_categorical", "utils.pad_sequences")},
    **{f"{name}.load_data": data(f"datasets.{name}.load_data") for name in DATASETS},
    **{f"sklearn.{name}": sklearn(name) for name in SKLEARN},
}
KEYS = ("axis", "dtype", "size", "shape", "keepdims", "maxlen", "test_size", "x", "a")


@given(st.sampled_from(sorted(EVERY)), st.lists(JUNK, max_size=4), st.sampled_from(KEYS), JUNK)
def test_whatever_a_function_is_given_the_reader_survives(
    name: str, values: list[Value], key: str, value: Value
) -> None:
    names = {f"v{i}": value for i, value in enumerate(values)}
    followed(f"f({', '.join(names)})", f=EVERY[name], **names)
    followed(f"f({', '.join([*names, f'{key}=k'])})", f=EVERY[name], k=value, **names)


@given(
    JUNK,
    JUNK,
    st.sampled_from(["a[b]", "a + b", "a < b", "a @ b", "a.reshape(b)", "a.T", "a.sum(b)"]),
)
def test_whatever_is_asked_of_an_array_the_reader_survives(a: Value, b: Value, text: str) -> None:
    followed(text, a=a, b=b)
    followed(text, a=Array((4, 3), "int64", tuple(range(12))), b=b)
