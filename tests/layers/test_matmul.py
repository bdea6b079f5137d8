from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.operations import FEW, Tensor, Use, agree, flops, of_a_sample, use
from weighbridge.errors import Impossible
from weighbridge.formula import equation, value
from weighbridge.layers import Fixed, make
from weighbridge.layers.matmul import MatrixProduct, TensorProduct

sizes_ = st.lists(st.integers(1, 4), max_size=3).map(tuple)


@st.composite
def factors(draw: st.DrawFn) -> list[Tensor]:
    """Two tensors whose last axes mostly make a matrix product."""
    n, k, m = (draw(st.integers(2, 5)) for _ in range(3))
    leading = draw(st.lists(st.integers(1, 3), max_size=1))
    left = draw(st.sampled_from(([n, k], [k])))
    right = draw(st.sampled_from(([k, m], [k, m], [k], [k + 1, m])))
    own = draw(st.sampled_from((True, False)))
    return [
        Tensor((*leading, *left), draw(st.sampled_from((True, True, False)))),
        Tensor((*leading, *right) if draw(st.booleans()) else tuple(right), own),
    ]


@settings(max_examples=40)
@given(factors())
def test_matrices_times_matrices(tensors: list[Tensor]) -> None:
    agree(use("keras:ops.matmul", *tensors))
    agree(use("python:matmul", *tensors))


@given(factors(), st.booleans(), st.booleans())
def test_transposed_operands_are_those_transposed_before(
    tensors: list[Tensor], first: bool, second: bool
) -> None:
    turned = [
        Tensor((*t.shape[:-2], *t.shape[:-3:-1]), t.samples) if turn and len(t.shape) > 1 else t
        for t, turn in zip(tensors, (first, second), strict=True)
    ]
    if all(len(t.shape) > 1 for t in tensors):
        made = use("tf:matmul", *turned, transpose_a=first, transpose_b=second)
        assert _told(made) == _told(use("keras:ops.matmul", *tensors))


def _told(made: Use) -> object:
    try:
        return of_a_sample(made)
    except Impossible:
        return None


@settings(max_examples=30)
@given(factors())
def test_dot_and_inner(tensors: list[Tensor]) -> None:
    agree(use("keras:ops.dot", *tensors))
    agree(use("keras:ops.inner", *tensors))


@given(
    factors(),
    st.integers(0, 2) | st.lists(st.lists(st.integers(-2, 2), max_size=2), min_size=2, max_size=2),
)
def test_tensordot(tensors: list[Tensor], axes: object) -> None:
    agree(use("keras:ops.tensordot", *tensors, axes=axes))


@settings(max_examples=25)
@given(factors())
def test_work_is_what_the_compiler_counts(tensors: list[Tensor]) -> None:
    """XLA counts two operations for each MAC of a product."""
    made = use("keras:ops.matmul", *tensors)
    if made.run(FEW) is None or not any(tensor.samples for tensor in tensors):
        return
    kind = made.kind(lambda tensor: object() if tensor.samples else Fixed(tensor.shape))
    work = kind.macs(tuple(tensor.shape for tensor in tensors if tensor.samples), None)
    if work is not None and of_a_sample(made) != (None,):
        assert 2 * FEW * (value(work) or 0) == flops(made)


def test_scores_of_attention() -> None:
    """Q·Kᵀ for 8 heads of 64 values over 10 steps: 10·64·10 MACs for each head."""
    scores = make("tf", "matmul", [object(), object()], {"transpose_b": True})
    heads = ((8, 10, 64), (8, 10, 64))

    assert scores == MatrixProduct(transpose_b=True)
    assert of_a_sample(use("tf:matmul", Tensor(heads[0]), Tensor(heads[1]), transpose_b=True)) == (
        (8, 10, 10),
    )
    work = scores.macs(heads, None)
    assert work is not None
    assert equation(work) == "8·10·64·10 = 51,200"


def test_a_weight_written_by_hand() -> None:
    """``tf.matmul(x, self.w)`` in a layer of one's own does the work of a Dense."""
    product = make("tf", "matmul", [object(), Fixed((784, 10))], {})

    work = product.macs(((784,),), None)
    assert work is not None
    assert value(work) == 784 * 10


def test_products_of_samples_with_each_other_mix_them() -> None:
    product = make("tf", "matmul", [object(), object()], {"transpose_b": True})

    assert product.output((64,), (64,)) is None, "a matrix of similarities: (B, B)"
    assert product.macs(((64,), (64,)), None) is None


def test_unknown_shapes_are_unknown_work() -> None:
    product = MatrixProduct()

    assert product.macs((), None) is None
    assert product.macs(((4, 5), None), None) is None
    work = product.macs(((None, 5), (5, 6)), None)
    assert work is not None
    assert value(work) is None


@pytest.mark.parametrize(
    ("left", "right", "axes", "out"),
    [
        ((6, 5), (6, 5), 2, (6, 6)),
        ((6, 5), (6, 5), (1, 1), (5, 5)),
        ((6, 5), (5, 7), None, (6, 7)),
        ((5,), (5,), None, (1,)),
        ((6, 5), (5,), (2, 1), (6,)),
    ],
)
def test_batch_dot(left: object, right: object, axes: object, out: object) -> None:
    """The examples of Keras 2: axes kept of the first, then of the second; a sum alone is (1,)."""
    product = make("keras", "backend.batch_dot", [object(), object(), axes], {})

    assert isinstance(product, TensorProduct)
    made = use("keras:backend.batch_dot", Tensor(left), Tensor(right), axes)  # type: ignore[arg-type]  # shapes, in a table of cases
    assert of_a_sample(made) == (out,)


def test_batch_dot_over_samples_cannot_be() -> None:
    with pytest.raises(Impossible, match="summed over"):
        of_a_sample(use("keras:backend.batch_dot", Tensor((5,)), Tensor((5,)), 0))


@pytest.mark.parametrize(("heads", "shared"), [(4, 4), (4, 2), (4, 1), (4, 3)])
def test_attention(heads: int, shared: int) -> None:
    query, key = Tensor((5, heads, 8)), Tensor((6, shared, 8))

    agree(use("keras:ops.dot_product_attention", query, key, key))


def test_work_of_attention() -> None:
    """2·T·heads·d·S: 10 steps that see 12, 8 heads of 64 values, scores and then their sums."""
    attention = make("keras", "ops.dot_product_attention", [object(), object(), object()], {})

    work = attention.macs(((10, 8, 64), (12, 8, 64), (12, 8, 64)), None)
    assert work is not None
    assert value(work) == 2 * 8 * (10 * 12 * 64)


def test_what_does_not_fit_is_named() -> None:
    with pytest.raises(Impossible, match=r"5 and 6 do not fit: \(\?, 4, 5\) times \(\?, 6, 7\)"):
        of_a_sample(use("python:matmul", Tensor((4, 5)), Tensor((6, 7))))
