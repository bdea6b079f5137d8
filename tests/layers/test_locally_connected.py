"""Locally connected layers, which Keras had until version 2: its documentation and its rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.witness import call, kind_of
from weighbridge.errors import Impossible
from weighbridge.formula import equation, total, value
from weighbridge.model import Kind, Shape, sizes


def count(kind: Kind, reads: Shape) -> int | None:
    """Parameters of a layer that reads samples of shape ``reads``."""
    return value(total(tensor.dims for tensor in kind.tensors(reads) or ()))


def test_example_of_the_documentation() -> None:
    """Keras 2.15, ``LocallyConnected2D``: (30·30)·(3·3·3·64) + (30·30)·64 parameters."""
    kind = kind_of(call("LocallyConnected2D", 64, (3, 3), reads=()))
    macs = kind.macs(((32, 32, 3),), (30, 30, 64))

    assert count(kind, (32, 32, 3)) == 30 * 30 * 3 * 3 * 3 * 64 + 30 * 30 * 64
    assert [sizes(tensor.dims) for tensor in kind.tensors((32, 32, 3)) or ()] == [
        (30 * 30, 3 * 3 * 3, 64),
        (30, 30, 64),
    ]
    assert sizes(kind.output((32, 32, 3))) == (30, 30, 64)
    assert macs is not None
    assert equation(macs) == "3·30·3·30·3·64 = 1,555,200"


def links(n: int, kernel: int, stride: int, same: bool) -> list[tuple[int, int]]:
    """Pairs of an output and an input place that a window links, one after the other.

    The first window of "same" has its middle on the first value; source: ``conv_kernel_idxs`` of
    Keras 2.
    """
    if same:
        starts = [middle - kernel // 2 for middle in range(0, n, stride)]
    else:
        starts = list(range(0, n - kernel + 1, stride))
    return [
        (place, start + tap)
        for place, start in enumerate(starts)
        for tap in range(kernel)
        if 0 <= start + tap < n
    ]


@given(
    st.tuples(st.integers(3, 7), st.integers(3, 7)),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.booleans(),
    st.booleans(),
)
def test_three_ways_to_keep_the_same_links(
    image: tuple[int, int], kernel: tuple[int, int], stride: tuple[int, int],
    same: bool, channels_first: bool,
) -> None:  # fmt: skip
    """One weight for each link, for each pair of values, or for each tap at each place."""
    axes = [links(*axis, same) for axis in zip(image, kernel, stride, strict=True)]
    places = [len({place for place, _ in axis}) for axis in axes]
    linked = len(axes[0]) * len(axes[1]) * 2 * 4
    reads = (2, *image) if channels_first else (*image, 2)
    settings = {
        "padding": "same" if same else "valid",
        "data_format": "channels_first" if channels_first else "channels_last",
    }
    args = (4, kernel, stride)
    bias = places[0] * places[1] * 4
    sparse = kind_of(call("LocallyConnected2D", *args, implementation=3, reads=(), **settings))
    dense = kind_of(call("LocallyConnected2D", *args, implementation=2, reads=(), **settings))

    assert count(sparse, reads) == linked + bias
    assert count(dense, reads) == image[0] * image[1] * 2 * bias + bias
    for kind in (sparse, dense):
        macs = kind.macs((reads,), sizes(kind.output(reads)))
        assert macs is not None
        assert value(macs) == linked
    if not same:
        windows = kind_of(call("LocallyConnected2D", *args, reads=(), **settings))
        assert count(windows, reads) == linked + bias


def test_dense_weights_lie_as_the_data_does() -> None:
    """Keras 2.15, ``LocallyConnected1D.build``: (length, channels) before and after."""
    last = kind_of(call("LocallyConnected1D", 4, 3, implementation=2, use_bias=False, reads=()))
    first = kind_of(
        call(
            "LocallyConnected1D", 4, 3, implementation=2, use_bias=False,
            data_format="channels_first", reads=(),
        )
    )  # fmt: skip

    assert [sizes(tensor.dims) for tensor in last.tensors((10, 2)) or ()] == [(10, 2, 8, 4)]
    assert [sizes(tensor.dims) for tensor in first.tensors((2, 10)) or ()] == [(2, 10, 4, 8)]


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"padding": "same"}, "needs implementation 2 or 3"),
        ({"implementation": 4}, "must be 1, 2 or 3"),
        ({"padding": "causal"}, "must be valid or same"),
        ({"kernel_size": 11}, "reaches over 11 values"),
    ],
)
def test_settings_that_cannot_be(named: dict[str, object], said: str) -> None:
    with pytest.raises(Impossible, match=said):
        kind_of(
            call("LocallyConnected1D", reads=(), **{"filters": 4, "kernel_size": 3, **named})
        ).output((10, 2))


def test_open_sizes_stay_open() -> None:
    """Keras 2 demands them; a file need not tell them."""
    kind = kind_of(call("LocallyConnected2D", 64, 3, reads=()))

    assert [sizes(tensor.dims) for tensor in kind.tensors() or ()] == [
        (None, None, 64),
        (None, None, 64),
    ]
    assert sizes(kind.output((None, 32, 3))) == (None, 30, 64)
    assert kind.macs((), None) is None


def test_words_of_keras_1() -> None:
    """Keras 1.2.2, ``LocallyConnected2D``, demanded rows and columns one by one."""
    old = kind_of(call("LocallyConnected2D", 64, 3, 3, border_mode="valid", reads=()))

    assert old == kind_of(call("LocallyConnected2D", 64, (3, 3), reads=()))
