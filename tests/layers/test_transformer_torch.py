"""PyTorch's Transformer layers, stacks and whole, against the real ones."""

from __future__ import annotations

import warnings
from collections import Counter
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

from tests.layers.drawn import mostly
from tests.witness import Call, call
from tests.witness_torch import Reading, agree, kind_of
from weighbridge import layers
from weighbridge.errors import Impossible
from weighbridge.formula import equation, tally, value
from weighbridge.model import Kind, Shape, Unknown, sizes

shared: dict[str, st.SearchStrategy[Any]] = {
    "dropout": mostly((0, 0.1), (1.5,)),
    "activation": mostly(("relu", "gelu"), ("tanh",)),
    "norm_first": st.booleans(),
    "bias": st.booleans(),
    "layer_norm_eps": st.just(1e-6),
    "dim_feedforward": st.sampled_from((0, 3, 16)),
}


@st.composite
def calls(draw: st.DrawFn) -> Call:
    """A call of a layer or of the whole, on sequences of the right width, seldom of another."""
    native = draw(
        st.sampled_from(("TransformerEncoderLayer", "TransformerDecoderLayer", "Transformer"))
    )
    named = draw(
        st.fixed_dictionaries(
            {"d_model": st.just(6), "nhead": mostly((1, 2, 3), (0, 4))}, optional=shared
        )
    )
    if native == "Transformer":
        stacks = mostly((1, 2), (0,))
        named |= {"num_encoder_layers": draw(stacks), "num_decoder_layers": draw(stacks)}
    widths, lengths = mostly((6,), (5,)), st.integers(1, 4)
    several = 1 if native == "TransformerEncoderLayer" else 2
    inputs: list[Shape] = [(draw(lengths), draw(widths)) for _ in range(several)]
    return call(native, reads=inputs, **named)


@settings(max_examples=50)
@given(calls())
def test_torch_agrees(made: Call) -> None:
    agree(made, Reading(batch_axis=1))


def made(native: str, *positional: object, **named: object) -> Kind:
    return layers.make("torch", native, positional, named)


def ours(kind: Kind, *incoming: Shape) -> Counter[tuple[int | None, ...]]:
    found = (sizes(tensor.dims) or () for tensor in kind.tensors(*incoming) or ())
    return Counter(tuple(sorted(shape, key=lambda n: n or 0)) for shape in found)


def theirs(module: torch.nn.Module) -> Counter[tuple[int | None, ...]]:
    return Counter(tuple(sorted(each.shape)) for each in module.parameters())


@pytest.mark.parametrize("side", ["Encoder", "Decoder"])
@pytest.mark.parametrize("norm", [None, "LayerNorm"])
def test_a_stack_has_a_copy_of_its_layer_for_each(side: str, norm: str | None) -> None:
    nn: Any = torch.nn
    with torch.device("meta"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        layer = getattr(nn, f"Transformer{side}Layer")(6, 2, 8)
        last = None if norm is None else nn.LayerNorm(6)
        real = getattr(nn, f"Transformer{side}")(layer, 3, last)
    inner = made(f"Transformer{side}Layer", 6, 2, 8)
    kind = made(f"Transformer{side}", inner, 3, None if norm is None else made("LayerNorm", 6))

    assert ours(kind, (5, 6)) == theirs(real)
    assert sizes(kind.output((5, 6), (4, 6))) == (5, 6)


@pytest.mark.parametrize(
    ("native", "inputs"),
    [
        ("TransformerEncoderLayer", [(5, 8)]),
        ("TransformerDecoderLayer", [(5, 8), (7, 8)]),
        ("Transformer", [(5, 8), (7, 8)]),
    ],
)
def test_two_flops_for_each_mac(native: str, inputs: list[Shape]) -> None:
    """As many as PyTorch counts for its own operators."""
    stacks = {"num_encoder_layers": 2, "num_decoder_layers": 1} if native == "Transformer" else {}
    kind = made(native, 8, 2, dim_feedforward=16, **stacks)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = getattr(torch.nn, native)(8, 2, dim_feedforward=16, **stacks)
    with FlopCounterMode(display=False) as counter:
        module(*(torch.zeros(shape[0] or 0, 1, 8) for shape in inputs))
    work = kind.macs(tuple(inputs), None)

    assert work is not None
    assert 2 * (value(work) or 0) == counter.get_total_flops()


def test_the_base_model_of_the_paper() -> None:
    """Vaswani et al. 2017, table 3: 65 million with embeddings; the two stacks are two thirds."""
    kind = made("Transformer")
    expected = [(tensor.part, tensor.dims) for tensor in kind.tensors() or ()]
    dense = "(512 + 1)·2048 + (2048 + 1)·512"

    assert equation(tally(expected)) == (
        f"6·(4·(512 + 1)·512 + {dense} + 2·2·512) + 2·512"
        f" + 6·(2·4·(512 + 1)·512 + {dense} + 3·2·512) + 2·512 = 44,140,544"
    )
    assert [(part.noun, equation(part.count)) for part in kind.parts()] == [
        ("encoder", "1"),
        ("decoder", "1"),
    ]


def test_a_layer_reads_as_its_parts() -> None:
    kind = made("TransformerDecoderLayer", 512, 8)

    assert [(part.noun, equation(part.count), equation(part.each)) for part in kind.parts()] == [
        ("attention", "2", "4·(512 + 1)·512 = 1,050,624"),
        ("feed-forward", "1", "(512 + 1)·2048 + (2048 + 1)·512 = 2,099,712"),
        ("normalisation", "3", "2·512 = 1,024"),
    ]


def test_links_have_a_bias_at_every_position() -> None:
    kind = made("TransformerEncoderLayer", 8, 2, 16)
    work, links = kind.macs(((5, 8),), None), kind.connections(((5, 8),), None)

    assert work is not None
    assert links is not None
    assert (value(links) or 0) - (value(work) or 0) == 5 * (4 * 8 + 16 + 8)


def test_roles_are_unique() -> None:
    expected = made("Transformer", 8, 2, 2, 2).tensors() or ()

    assert len({tensor.role for tensor in expected}) == len(expected)


def test_a_mask_is_no_memory() -> None:
    kind = made("TransformerDecoderLayer", 8, 2)
    x, memory, mask = object(), object(), object()
    called = kind.called((x,), {"memory": memory, "tgt_mask": mask})

    assert called.macs(((5, 8), (7, 8), (5, 5)), None) == kind.macs(((5, 8), (7, 8)), None)


def test_layers_of_the_file_in_a_stack() -> None:
    unknown = made("TransformerEncoder", Unknown(native="Block"), 6)

    assert isinstance(unknown, Unknown)
    assert "Block" in unknown.because


def test_stacks_that_cannot_be() -> None:
    layer = made("TransformerEncoderLayer", 8, 2)

    with pytest.raises(Impossible, match="no layers"):
        made("TransformerEncoder", layer, 0).output((5, 8))
    with pytest.raises(Impossible, match="more than anybody"):
        made("TransformerEncoder", layer, 10**9).tensors()
    with pytest.raises(Impossible, match="takes layers"):
        made("TransformerEncoder", 512, 6)
    assert kind_of(call("Transformer", custom_encoder=layer, reads=())).tensors() is not None
