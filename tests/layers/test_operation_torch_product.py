from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

from tests.layers.operations_torch import FEW, Tensor, Use, agree, of_a_sample, use, work
from weighbridge.errors import Impossible
from weighbridge.layers import Fixed, make
from weighbridge.model import Unknown

size = st.integers(1, 5)


def flops(made: Use) -> int:
    """Floating-point operations on ``FEW`` samples, by PyTorch's own count."""
    with FlopCounterMode(display=False) as counter:
        assert made.run(FEW) is not None
    return int(counter.get_total_flops())


def agree_on_work(made: Use) -> None:
    """Fails unless shapes agree, and MACs with PyTorch's count: two operations each."""
    if agree(made) is not None and work(made) is not None:
        assert 2 * FEW * (work(made) or 0) == flops(made), made


@settings(max_examples=30)
@given(st.lists(size, max_size=2), size, size, st.sampled_from((0, 0, 1)))
def test_linear_maps(before: list[int], n_in: int, n_out: int, misfit: int) -> None:
    x = Tensor((*before, n_in))
    agree_on_work(use("torch:F.linear", x, Tensor((n_out, n_in + misfit), samples=False)))
    agree(use("torch:F.linear", x, Tensor((n_in,), samples=False)))


def test_a_linear_map_of_turned_samples() -> None:
    agree(use("torch:F.linear", Tensor((20, 64), axis=1), Tensor((32, 64), samples=False)))


@settings(max_examples=40)
@given(
    st.lists(size, max_size=3), st.lists(size, max_size=2), size, size, size,
    st.booleans(), st.booleans(),
)  # fmt: skip
def test_products_of_matrices(
    first: list[int], second: list[int], n: int, k: int, m: int, fixed: bool, vector: bool
) -> None:
    left = Tensor((*first, n, k))
    right = Tensor((k,), False) if vector else Tensor((*second, k, m), not fixed)
    agree(use("torch:matmul", left, right))
    agree(use("torch:Tensor.matmul", right, left))
    agree(use("torch:bmm", Tensor((n, k)), Tensor((k, m))))
    agree(use("torch:bmm", left, right))


def test_work_is_what_torch_counts() -> None:
    agree_on_work(use("torch:bmm", Tensor((20, 64)), Tensor((64, 30))))
    agree_on_work(use("torch:mm", Tensor((64,)), Tensor((64, 30), samples=False)))
    agree_on_work(use("torch:addmm", Tensor((30,), False), Tensor((64,)), Tensor((64, 30), False)))
    agree_on_work(use("torch:baddbmm", Tensor((20, 1)), Tensor((20, 64)), Tensor((64, 30))))
    agree_on_work(use("torch:einsum", "bhtd,bhsd->bhts", Tensor((8, 20, 64)), Tensor((8, 20, 64))))


def test_of_vectors_and_matrices_alone() -> None:
    matrix, vector = Tensor((4, 6), False), Tensor((6,), False)
    agree(use("torch:mm", matrix, Tensor((6, 3), False)))
    agree(use("torch:mm", matrix, vector))
    agree(use("torch:mv", matrix, vector))
    agree(use("torch:dot", vector, vector))
    agree(use("torch:vdot", vector, vector))
    agree(use("torch:inner", matrix, vector))
    agree(use("torch:outer", Tensor((4,), False), vector))
    agree(use("torch:addmv", Tensor((4,), False), matrix, vector))
    agree(use("torch:addmm", Tensor((2, 4, 3), False), matrix, Tensor((6, 3), False)), "cpu")
    agree(use("torch:tensordot", matrix, matrix, dims=2))
    agree(use("torch:tensordot", matrix, Tensor((6, 4), False), dims=1))
    agree(use("torch:tensordot", Tensor((4, 6)), matrix, dims=([1], [0])))
    with pytest.raises(Impossible, match="dims must be"):
        make("torch", "tensordot", [object(), object(), [1]], {})


def test_bilinear_forms() -> None:
    agree(use("torch:F.bilinear", Tensor((5, 4)), Tensor((5, 3)), Tensor((7, 4, 3), False)))


def test_einsum() -> None:
    x = Tensor((20, 64))
    agree(use("torch:einsum", "btc,cd->btd", x, Tensor((64, 32), False)))
    agree(use("torch:einsum", "btc,cd->tbd", [x, Tensor((64, 32), False)]))
    agree(use("torch:einsum", "i,j->ij", Tensor((20,), False), Tensor((32,), False)))
    assert isinstance(make("torch", "einsum", [object(), [0, 1]], {}), Unknown)


@settings(max_examples=30)
@given(st.lists(size, max_size=2), size, size, size, size, st.booleans())
def test_attention(
    heads: list[int], steps: int, others: int, width: int, out: int, misfit: bool
) -> None:
    query = Tensor((*heads, steps, width))
    key = Tensor((*heads, others, width + misfit))
    agree(use("torch:F.scaled_dot_product_attention", query, key, Tensor((*heads, others, out))))


def test_heads_that_share_keys() -> None:
    """32 heads of 128 values with 8 of keys, as in Llama 3 8B, over 20 steps."""
    query, shared = Tensor((32, 20, 128)), Tensor((8, 20, 128))
    made = use("torch:F.scaled_dot_product_attention", query, shared, shared, enable_gqa=True)

    assert of_a_sample(made) == (32, 20, 128)
    assert work(made) == 32 * 20 * 20 * (128 + 128)
    with pytest.raises(Impossible, match="32 heads cannot share 5"):
        odd = Tensor((5, 20, 128))
        of_a_sample(use(made.key, query, odd, odd, enable_gqa=True))


def test_a_weight_that_is_not_known() -> None:
    kind = make("torch", "F.linear", [object(), Fixed(None)], {})

    assert kind.output((20, 64)) is None
    assert kind.macs(((20, 64),), None) is None
