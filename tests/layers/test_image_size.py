from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.drawn import mostly
from tests.witness import agree, call, kind_of
from weighbridge.layers.image_size import ImageSize
from weighbridge.model import sizes

natives = st.sampled_from(("Resizing", "CenterCrop", "RandomCrop"))
lengths = st.none() | st.integers(1, 6)


@settings(max_examples=40)
@given(
    natives,
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    st.tuples(lengths, lengths, lengths),
    mostly((None, "channels_last", "channels_first"), ("channels_middle",)),
)
def test_keras_agrees(
    native: str, size: tuple[int, int], shape: tuple[int | None, ...], data_format: str | None
) -> None:
    agree(call(native, *size, data_format=data_format, reads=shape))


def test_a_crop_at_random_keeps_the_state_of_its_random_numbers() -> None:
    expected = kind_of(call("RandomCrop", 24, 24, reads=())).tensors((32, 32, 3)) or ()

    assert [(tensor.role, sizes(tensor.dims)) for tensor in expected] == [("seed", (2,))]
    assert kind_of(call("CenterCrop", 24, 24, reads=())).tensors((32, 32, 3)) == ()


def test_what_is_no_image_is_not_guessed() -> None:
    assert ImageSize(height=4, width=4).output((8, 8)) is None
    assert ImageSize(height=4, width=4).output() is None
