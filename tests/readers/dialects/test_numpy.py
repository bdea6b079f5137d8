"""Arrays of followed files: their shapes, the few contents that matter, what numpy refuses."""

from __future__ import annotations

import pytest

from tests.readers.dialects.following import agree, alike, followed, program, ran
from weighbridge.layers import Untold
from weighbridge.readers.dialects._array import Array


def test_shapes_of_data_flow_into_the_shape_of_an_input() -> None:
    names = program(
        """
x = np.zeros((60000, 28, 28), dtype="uint8")
x = x.reshape(x.shape[0], 28, 28, 1).astype("float32") / 255
x -= x.mean()
flat = x.reshape(len(x), -1)
train, valid = x[:-10000], x[-10000:]
batch = train[np.random.permutation(len(train))][:128]
units = np.prod(x.shape[1:])
"""
    )
    assert names["x"].dims == (60_000, 28, 28, 1)
    assert names["flat"].dims == (60_000, 28 * 28)
    assert names["valid"].dims == (10_000, 28, 28, 1)
    assert names["batch"].dims == (128, 28, 28, 1)
    assert names["units"] == 28 * 28 * 1


@pytest.mark.parametrize(
    "text",
    [
        "np.prod((4, 4, 8))",
        "np.prod((4, 4, 8), dtype=np.int64)",
        "np.prod([])",
        "int(np.log2(256)) + 1",
        "np.sqrt(16)",
        "np.ceil(7 / 2)",
        "np.floor(7)",
        "np.power(2, 5)",
        "np.round(2.5)",
        "np.array([[1, 2], [3, 4]])[1, 0] * 2",
        "[int(n) for n in np.array([32, 64]) * 2]",
        "np.array([3, 4, 5]).shape + (1,)",
        "len(np.array([[1, 2], [3, 4], [5, 6]]))",
        "max(np.array([3, 5]).tolist())",
        "np.linspace(0, 0.2, 5)[2]",
        "np.arange(0, 1, 0.25).tolist()",
        "np.cumsum([1, 2, 3])[-1]",
        "np.argmax(np.array([3, 9, 4]))",
        "np.unique([3, 1, 3]).size",
        "np.float64(3) == 3",
        "np.zeros((2, 3)).T.dtype == np.float64",
        "np.array([1, 2, 3]).sum() // 2",
        "bool(np.array([3]) > 2)",
        "np.ndim(np.zeros((2, 3)))",
        "np.mean([1, 2, 3, 4])",
        "np.maximum(3, 5)",
        "np.array(5) + 1",
        "np.hstack([np.arange(3), np.arange(2)]).tolist()",
        "isinstance(np.zeros(3), np.ndarray)",
        "np.array_split(np.arange(5), 2)[0].tolist()",
    ],
)
def test_numbers_out_of_arrays_are_exact(text: str) -> None:
    told, true = followed(text), ran(text)

    assert not isinstance(told, Untold)
    agree(told, true)


@pytest.mark.parametrize(
    "text",
    [
        "np.random.rand(137, 3, 1)",
        "np.random.random((10, 5))",
        "np.random.randn(2, 3)",
        "np.random.normal(size=(5, 2))",
        "np.random.normal(0.0, 1.0, (5, 2))",
        "np.random.randint(10, size=(7, 1))",
        "np.random.randint(0, 10, 7)",
        "np.random.uniform(-1, 1, size=4)",
        "np.random.uniform(np.zeros((3, 1)), 1)",
        "np.random.choice(10, (2, 2))",
        "np.random.choice(np.arange(4), 3)",
        "np.random.default_rng(0).standard_normal((3, 4))",
        "np.random.RandomState(0).rand(3)",
        "np.random.multivariate_normal(np.zeros(2), np.eye(2), 5)",
        "np.random.permutation(6)",
        "np.random.randint(5)",
        "np.random.rand()",
        "np.random.rand(2.0)",
        "np.random.rand(-1)",
    ],
)
def test_random_numbers_have_a_shape(text: str) -> None:
    alike(text)


@pytest.mark.parametrize(
    "text",
    [
        "np.zeros((2, None))",
        "np.zeros((2, 3.0))",
        "np.ones((-1, 2))",
        "np.zeros((1,) * 65)",
        "np.zeros((2**40, 2**40))",
        "np.prod((None, 4, 4))",
        "np.array([[1], [1, 2]])",
        "np.zeros((2, 3)) + np.zeros(4)",
        "np.concatenate([])",
        "np.power(2, -1)",
        "len(np.array(5))",
        "np.zeros(3)[1.5]",
        "np.zeros((2, 3))[:, np.zeros(4, dtype=bool)]",
        "np.sum(np.zeros((2, 3)), axis=2)",
        "np.zeros(3).reshape(2, -1)",
        "np.zeros((2, 2, 2)) @ np.zeros((3, 2, 2))",
        "np.arange(0, 5, 0)",
        "np.linspace(0, 1, -1)",
        "np.arange(12).reshape(3, 4)[0, 0, 0]",
    ],
)
def test_what_numpy_refuses_the_program_raises(text: str) -> None:
    alike(text)


def test_numbers_too_large_for_numpy_are_not_told() -> None:
    """numpy would wrap the product of 2⁸⁰ around to 0."""
    assert isinstance(followed("np.prod((2**40, 2**40))"), Untold)


def test_contents_are_forgotten_when_written_into_also_through_a_view() -> None:
    names = program("sizes = np.array([32, 64])\nview = sizes[:1]\nbefore = view[0]\nview.fill(7)")

    assert names["before"] == 32
    assert names["sizes"].dims == (2,)
    assert names["sizes"].contents is None


def test_an_array_may_be_given_a_new_shape_in_place() -> None:
    names = program("x = np.zeros((4, 6))\nx.shape = (3, -1)\ny = np.zeros(3)\ny.resize((2, 2))")

    assert names["x"].dims == (3, 8)
    assert names["y"].dims == (2, 2)


def test_large_arrays_cost_nothing_and_many_small_ones_no_more_than_the_limits() -> None:
    names = program("x = np.ones((10**6, 10**6)) * 2\nr = np.arange(10**12)\nlast = r[-1]")

    assert names["x"].dims == (10**6, 10**6)
    assert names["r"].dims == (10**12,)
    looped = program("for i in range(2000):\n    x = np.arange(1000) * 2")
    assert looped["x"].contents is None


def test_an_unknown_number_of_rows_leaves_the_other_sizes_known() -> None:
    rows = Untold("rows of a file")
    data = Array((rows, 28, 28))

    assert followed("x.reshape(-1, 784)", x=data).sizes == (rows, 28 * 28)
    assert followed("x.reshape(x.shape[0], 28, 28, 1)", x=data).sizes == (rows, 28, 28, 1)
    assert followed("x[:100].shape[1:]", x=data) == (28, 28)
    assert isinstance(followed("np.squeeze(x)", x=data), Untold)
    assert isinstance(followed("np.array(x)", x=rows), Untold)
