"""Convolutions against real Keras, and the numbers people ask about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.drawn import (
    DATA_FORMATS,
    PADDINGS,
    STEPS,
    WINDOWS,
    called,
    mostly,
    per_axis,
    settings_and_sample,
)
from tests.witness import Call, agree, call, flops, kind_of, open_sizes_agree
from weighbridge import layers
from weighbridge.errors import Impossible
from weighbridge.formula import equation, symbolic, total, value
from weighbridge.layers import Untold
from weighbridge.model import sizes

if TYPE_CHECKING:
    from weighbridge.formula import Expr
    from weighbridge.model import Expected, Kind, Shape

ORDER = (
    "filters", "kernel_size", "strides", "padding", "data_format",
    "dilation_rate", "groups", "activation", "use_bias", "kernel_initializer",
)  # fmt: skip

# Which input maps each map of C3 sees. LeCun, Bottou, Bengio, Haffner 1998, table I.
TABLE_I = (
    (0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5),
    (0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5),
    (0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5),
    (0, 1, 2, 3, 4, 5),
)  # fmt: skip


@st.composite
def convolutions(draw: st.DrawFn) -> Call:
    """A call of ``Conv1D`` to ``Conv3D`` with any settings."""
    rank = draw(st.integers(1, 3))
    settings, shape = draw(
        settings_and_sample(
            rank,
            {
                "filters": mostly((1, 2, 4, 6), (0, -2)),
                "kernel_size": per_axis(rank, WINDOWS),
            },
            {
                "strides": per_axis(rank, STEPS),
                "padding": st.one_of(PADDINGS, PADDINGS.map(str.upper)),
                "data_format": DATA_FORMATS,
                "dilation_rate": per_axis(rank, STEPS),
                "groups": mostly((1, 1, 2, 3), (0, -1)),
                "activation": st.sampled_from((None, "relu")),
                "use_bias": st.booleans(),
                "lora_rank": st.sampled_from((None, 2)),
                "name": st.just("c1"),
                "kernel_initializer": st.just("zeros"),
            },
        )
    )
    native, order = draw(st.sampled_from((("Conv", ORDER), ("Convolution", ORDER[:2]))))
    return draw(called(f"{native}{rank}D", order, settings, shape))


@given(convolutions())
def test_keras_agrees(made: Call) -> None:
    """Tensors, trainable split, output shape, and what cannot be."""
    agree(made)


@given(convolutions())
def test_open_sizes_contradict_nothing(made: Call) -> None:
    """What is known of an open input is true of every input that fits."""
    open_sizes_agree(made)


@pytest.mark.parametrize(
    "made",
    [
        call("Conv1D", 8, 3, use_bias=False, reads=(14, 6)),
        call("Conv2D", 16, 5, use_bias=False, reads=(14, 14, 6)),
        call("Conv2D", 16, 5, 2, groups=2, use_bias=False, reads=(14, 14, 6)),
        call("Conv2D", 4, 3, dilation_rate=2, use_bias=False, reads=(14, 14, 6)),
        call("Conv3D", 4, 2, use_bias=False, reads=(5, 6, 7, 2)),
    ],
    ids=lambda made: made.text,
)
def test_two_flops_for_each_mac(made: Call) -> None:
    """As many as the compiler counts for real Keras' own program, where nothing is padded."""
    kind = kind_of(made)

    macs = kind.macs(made.incoming, sizes(kind.output(*made.incoming)))

    assert macs is not None
    assert 2 * (value(macs) or 0) == flops(made)


def test_second_convolution_of_lenet() -> None:
    """LeCun et al. 1998 give C3 a connection table; fully connected it is larger."""
    kind = kind_of(call("Conv2D", 16, 5, reads=(14, 14, 6)))
    expected = kind.tensors((14, 14, 6)) or ()

    assert equation(derived(expected)) == "(5·5·6 + 1)·16 = 2,416"
    assert symbolic(derived(expected)) == "(k_h·k_w·C_in + 1)·C_out"
    assert sizes(kind.output((14, 14, 6))) == (10, 10, 16)
    assert worked(kind, (14, 14, 6)) == (
        "5·5·6·16·10·10 = 240,000",
        "(5·5·6 + 1)·16·10·10 = 241,600",
    )


def test_first_layer_of_lenet() -> None:
    """C1 of LeCun et al. 1998: 156 trainable parameters and 122,304 connections."""
    kind = kind_of(call("Conv2D", 6, 5, reads=(32, 32, 1)))

    assert equation(derived(kind.tensors((32, 32, 1)))) == "(5·5·1 + 1)·6 = 156"
    assert worked(kind, (32, 32, 1))[1] == "(5·5·1 + 1)·6·28·28 = 122,304"


def test_connection_table_of_lenet() -> None:
    """C3 of LeCun et al. 1998: 1,516 trainable parameters and 151,600 connections."""
    made = call("PartialConv2D", 5, TABLE_I, reads=(14, 14, 6))
    kind = kind_of(made, "weighbridge")

    assert equation(derived(kind.tensors((14, 14, 6)))) == "5·5·60 + 16 = 1,516"
    assert sizes(kind.output((14, 14, 6))) == (10, 10, 16)
    assert worked(kind, (14, 14, 6))[1] == "(5·5·60 + 16)·10·10 = 151,600"
    assert [(equation(part.each), equation(part.count)) for part in kind.parts((14, 14, 6))] == [
        ("5·5·3 + 1 = 76", "6"),
        ("5·5·4 + 1 = 101", "9"),
        ("5·5·6 + 1 = 151", "1"),
    ]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([], "must list"),
        ([1, 2], "must list"),
        ([[0, 0]], "twice"),
        ([[-1]], "at least 0"),
        ([[0, 6]], "names input map 6, the input has 6 maps"),
    ],
)
def test_connection_tables_that_cannot_be(table: object, said: str) -> None:
    """A table lists existing input maps, each once."""
    with pytest.raises(Impossible, match=said):
        kind_of(call("PartialConv2D", 5, table, reads=()), "weighbridge").tensors((14, 14, 6))


def test_low_rank_adapter() -> None:
    """Hu et al. 2021: the kernel is frozen, two narrow factors are trained instead."""
    kind = kind_of(call("Conv2D", 16, 5, lora_rank=2, reads=(14, 14, 6)))
    expected = kind.tensors((14, 14, 6)) or ()

    trained = [tensor for tensor in expected if tensor.trainable]
    assert equation(derived(trained)) == "(2 + 1)·16 + 5·5·6·2 = 348"
    assert worked(kind, (14, 14, 6))[0] == "5·5·6·16·10·10 = 240,000"


def test_what_the_source_does_not_tell_stays_open() -> None:
    """An unknown number of filters or stride leaves the rest known; nothing becomes 0."""
    filters = layers.make("keras", "Conv2D", (Untold("from a file"), 5), {})
    stride = layers.make("keras", "Conv2D", (16, 5), {"strides": (Untold("read in"), 1)})

    assert sizes(filters.output((14, 14, 6))) == (10, 10, None)
    assert equation(derived(filters.tensors((14, 14, 6)))) == "(5·5·6 + 1)·C_out = ?"
    assert sizes(stride.output((14, 14, 6))) == (None, 10, 16)
    assert value(derived(stride.tensors((14, 14, 6)))) == (5 * 5 * 6 + 1) * 16


def test_never_called() -> None:
    """Without an input the channels are open, and so is the count."""
    kind = kind_of(call("Conv2D", 16, 5, reads=()))

    assert equation(derived(kind.tensors())) == "(5·5·C_in + 1)·16 = ?"
    assert kind.output() is None
    assert kind.macs((), None) is None


def derived(expected: tuple[Expected, ...] | list[Expected] | None) -> Expr:
    """The formula of a layer's count."""
    return total(tensor.dims for tensor in expected or ())


def worked(kind: Kind, shape: Shape) -> tuple[str, str]:
    """MACs and connections of one call."""
    outgoing = sizes(kind.output(shape))
    macs, links = kind.macs((shape,), outgoing), kind.connections((shape,), outgoing)
    assert macs is not None
    assert links is not None
    return equation(macs), equation(links)
