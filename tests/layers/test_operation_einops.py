"""Patterns of named axes give what the same moves of PyTorch give."""

from __future__ import annotations

import pytest
import torch

from weighbridge import layers
from weighbridge.errors import Impossible
from weighbridge.formula import Num
from weighbridge.layers import Fixed, Samples, Untold

B = 5
"""A batch that no other size is equal to."""

Moved = tuple[str, dict[str, int], tuple[int, ...], tuple[int, ...]]
CASES: list[Moved] = [
    ("b c h w -> b h w c", {}, (3, 4, 6), (4, 6, 3)),
    ("b c (h p) (w q) -> b (h w) (p q c)", {"p": 2, "q": 3}, (3, 4, 6), (4, 18)),
    ("b n (h d) -> b h n d", {"h": 4}, (7, 8), (4, 7, 2)),
    ("b (h w) c -> b c h w", {"h": 2}, (6, 3), (3, 2, 3)),
    ("b c () w -> b c w", {}, (3, 1, 6), (3, 6)),
    ("b ... c -> b c ...", {}, (2, 3, 4), (4, 2, 3)),
    ("b c ... -> b c", {}, (2, 3, 4), (2,)),
    ("b n d -> b (n k) d", {"k": 3}, (2, 4), (6, 4)),
    ("b h -> b 1 h", {}, (4,), (1, 4)),
]


@pytest.mark.parametrize(("pattern", "lengths", "shape", "out"), CASES)
def test_a_sample(
    pattern: str, lengths: dict[str, int], shape: tuple[int, ...], out: tuple[int, ...]
) -> None:
    """As an operation and as a layer."""
    kind = layers.make("einops", "rearrange", [object(), pattern], lengths)
    layer = layers.make("torch", "Rearrange", [pattern], lengths)

    assert layers.passed(kind, (shape,)) == (out,)
    assert layers.passed(layer, (shape,)) == (out,)
    assert kind.macs((shape,), out) == Num(0)


def test_samples_are_folded_and_unfolded() -> None:
    """Steps joined to the batch, a layer on each, and apart again."""
    fold = layers.make("einops", "rearrange", [object(), "b t c -> (b t) c"], {})
    apart = layers.make("einops", "rearrange", [object(), "(b t) c -> t b c"], {"t": 4})

    (folded,) = layers.passed(fold, ((4, 3),))
    (found,) = layers.passed(apart, (folded,))

    assert (folded, layers.multiple(folded)) == ((3,), 4)
    assert (found, layers.batch_axis(found)) == ((4, 3), 1)
    moved = torch.zeros(B, 4, 3).reshape(B * 4, 3).reshape(B, 4, 3).transpose(0, 1)
    assert tuple(moved.shape) == (4, B, 3)


def test_a_weight_is_repeated_for_each_sample() -> None:
    kind = layers.make(
        "einops", "repeat", [Fixed((1, 6)), "n d -> b n d"], {"b": Samples("the batch")}
    )

    assert layers.passed(kind, ()) == ((1, 6),)


def test_what_is_not_told_stays_open() -> None:
    untold = {"h": Untold("somewhere.heads")}
    kind = layers.make("einops", "rearrange", [object(), "b n (h d) -> b h n d"], untold)

    assert layers.passed(kind, ((7, 8),)) == ((None, 7, None),)


@pytest.mark.parametrize(
    ("pattern", "lengths", "shape"),
    [
        ("b c h -> b h", {}, (3, 4, 5)),
        ("b (h d) -> b h d", {"h": 3}, (8,)),
        ("b (h d) -> b h d", {"h": 2, "d": 3}, (8,)),
        ("b c", {}, (3,)),
    ],
)
def test_patterns_that_do_not_fit(
    pattern: str, lengths: dict[str, int], shape: tuple[int, ...]
) -> None:
    kind = layers.make("einops", "rearrange", [object(), pattern], lengths)

    with pytest.raises(Impossible):
        layers.passed(kind, (shape,))


def test_reduce_names_the_reduction() -> None:
    kind = layers.make("einops", "reduce", [object(), "b c h w -> b c", "mean"], {})

    assert layers.passed(kind, ((3, 4, 6),)) == ((3,),)
