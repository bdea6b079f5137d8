from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.operations_torch import Tensor, Use, agree, of_samples, sampled, use
from weighbridge import layers
from weighbridge.errors import Impossible
from weighbridge.formula import value
from weighbridge.layers import Fixed, make

STEPS_FIRST = 1
"""The axis along which the samples lie."""


def attention(
    queries: int, keys: int, width: int = 6, out: int = 6, heads: int = 2, **more: object
) -> Use:
    """A call as CLIP's pooling by attention has it: each projection a weight of its own."""

    def weight(*shape: int) -> Tensor:
        return Tensor(shape, samples=False)

    key = Tensor((keys, width), axis=STEPS_FIRST)
    named: dict[str, object] = {
        "q_proj_weight": weight(width, width),
        "k_proj_weight": weight(width, width),
        "v_proj_weight": weight(width, width),
        "use_separate_proj_weight": True,
        "in_proj_weight": None,
        "in_proj_bias": weight(3 * width),
        "bias_k": None,
        "bias_v": None,
        "add_zero_attn": False,
        "dropout_p": 0.0,
        "out_proj_weight": weight(out, width),
        "out_proj_bias": weight(out),
        "training": False,
    }
    return use(
        "torch:F.multi_head_attention_forward",
        Tensor((queries, width), axis=STEPS_FIRST), key, key,
        embed_dim_to_check=width, num_heads=heads, **(named | more),
    )  # fmt: skip


@settings(max_examples=30)
@given(st.integers(1, 4), st.integers(1, 5), st.integers(1, 7), st.booleans())
def test_torch_agrees(queries: int, keys: int, out: int, mean: bool) -> None:
    agree(attention(queries, keys, out=out, average_attn_weights=mean))
    agree(attention(queries, keys, out=out, add_zero_attn=True))


def worked(made: Use) -> int | None:
    """MACs of one sample, the samples along the second axis."""
    shapes = tuple(layers.turned(tensor.shape, STEPS_FIRST) for tensor in made.read)
    macs = sampled(made).macs(shapes, None)
    return None if macs is None else value(macs)


def test_work_is_that_of_projections_and_scores() -> None:
    """Of 1 query and 50 keys of width 2,048 that become 1,024 values, as in CLIP's ResNet-50."""
    made = attention(1, 50, 2048, 1024, 32, need_weights=False)

    inward, scores = (1 + 50 + 50) * 2048 * 2048, 2 * 1 * 50 * 2048
    assert worked(made) == inward + scores + 1 * 2048 * 1024
    assert of_samples(made) == (((1, 1024), STEPS_FIRST), None)


def test_a_row_of_zeros_is_one_more_key() -> None:
    made = attention(3, 5, add_zero_attn=True)

    assert worked(made) == (3 + 5 + 5) * 6 * 6 + 2 * 3 * (5 + 1) * 6 + 3 * 6 * 6


def test_shapes_that_do_not_fit() -> None:
    shapes = [Fixed((4, 2, 6)), Fixed((5, 2, 6)), Fixed((5, 2, 6))]
    rest = (6, 2, None, None, None, None, False, 0.0, Fixed((6, 7)), None)

    with pytest.raises(Impossible, match="and"):
        make("torch", "F.multi_head_attention_forward", (*shapes, *rest), {}).unbatched()  # type: ignore[attr-defined]  # an operation
