from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.witness import agree, call, kind_of
from weighbridge.errors import Impossible
from weighbridge.formula import equation, total
from weighbridge.layers import make
from weighbridge.layers.batch_norm import BatchNorm
from weighbridge.model import Unknown

shapes = st.lists(st.integers(1, 6), min_size=1, max_size=4).map(tuple)


@given(shapes, st.integers(-6, 6), st.booleans(), st.booleans(), st.booleans())
def test_keras_holds_the_same(
    shape: tuple[int, ...], axis: int, center: bool, scale: bool, renorm: bool
) -> None:
    agree(
        call(
            "BatchNormalization",
            axis=axis,
            center=center,
            scale=scale,
            renorm=renorm,
            reads=shape,
        )
    )


def test_two_of_four_values_per_channel_are_trained() -> None:
    """Keras Applications' ResNet-50 normalises 64 channels after its first convolution."""
    kind = BatchNorm()
    expected = kind.tensors((112, 112, 64))

    assert equation(total(tensor.dims for tensor in expected)) == "4·64 = 256"
    assert [tensor.role for tensor in expected if not tensor.buffer] == ["scale", "shift"]
    (part,) = kind.parts((112, 112, 64))
    assert (part.noun, equation(part.each)) == ("channel", "4")


def test_an_axis_is_counted_with_the_batch_or_from_the_end() -> None:
    """Channels first: Keras' axis 1 of (batch, 3, 32, 32) holds the channels."""
    assert kind_of(call("BatchNormalization", axis=1, reads=(3, 32, 32))) == BatchNorm(axis=0)
    assert kind_of(call("BatchNormalization", axis=[-1], reads=(32, 32, 3))) == BatchNorm(axis=-1)


def test_words_of_older_versions_change_nothing() -> None:
    old = call("BatchNormalization", mode=0, epsilon=1e-6, fused=True, reads=(8,))

    assert kind_of(old) == BatchNorm()


def test_several_axes_are_not_guessed() -> None:
    assert isinstance(make("keras", "BatchNormalization", ([1, 2],), {}), Unknown)


def test_the_batch_cannot_be_normalised_over() -> None:
    with pytest.raises(Impossible, match="axis"):
        BatchNorm(axis=None).tensors((8,))
    with pytest.raises(Impossible, match="whole number"):
        kind_of(call("BatchNormalization", "last", reads=(8,)))


def test_unknown_channels_stay_unknown() -> None:
    assert equation(total(t.dims for t in BatchNorm().tensors())) == "4·C = ?"
    assert equation(total(t.dims for t in BatchNorm().tensors((None, None)))) == "4·C = ?"
