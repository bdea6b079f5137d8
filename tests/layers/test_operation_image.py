from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.operations import Tensor, agree, of_a_sample, use
from weighbridge.errors import Impossible
from weighbridge.layers import Untold

FORMATS = st.sampled_from(("channels_last", "channels_first"))
UNKNOWN = Untold("read from a file")


def ordered(height: int, width: int, channels: int, data_format: str) -> Tensor:
    last = data_format == "channels_last"
    return Tensor((height, width, channels) if last else (channels, height, width))


@settings(max_examples=10)
@given(st.integers(1, 9), st.integers(1, 9), FORMATS)
def test_resized(height: int, width: int, data_format: str) -> None:
    image = ordered(6, 5, 3, data_format)
    agree(use("keras:ops.image.resize", image, (height, width), data_format=data_format))


@settings(max_examples=30)
@given(st.integers(1, 6), st.integers(1, 9), st.integers(2, 3), FORMATS)
def test_blocks_and_channels(height: int, channels: int, block: int, data_format: str) -> None:
    image = ordered(height, 6, channels, data_format)
    agree(use("keras:ops.depth_to_space", image, block, data_format))
    agree(use("keras:ops.space_to_depth", image, block, data_format))


@pytest.mark.parametrize("data_format", [None, "channels_last", "channels_first"])
def test_grey(data_format: str | None) -> None:
    image = ordered(6, 5, 3, data_format or "channels_last")
    agree(use("keras:ops.image.rgb_to_grayscale", image, data_format))


def test_tensorflow_words() -> None:
    image = Tensor((32, 24, 3))

    assert of_a_sample(use("tf:image.resize", image, [16, 12])) == ((16, 12, 3),)
    assert of_a_sample(use("tf:image.resize", image, [UNKNOWN, 12])) == ((None, 12, 3),)
    assert of_a_sample(use("tf:image.resize", image, UNKNOWN)) == ((None, None, 3),)
    assert of_a_sample(use("tf:image.resize_with_pad", image, 40, 40)) == ((40, 40, 3),)
    box = use("tf:image.crop_to_bounding_box", image, 0, 0, target_height=10, target_width=8)
    assert of_a_sample(box) == ((10, 8, 3),)
    assert of_a_sample(use("tf:nn.space_to_depth", image, 2)) == ((16, 12, 12),)
    first = use("tf:nn.depth_to_space", Tensor((12, 16, 12)), 2, data_format="NCHW")
    assert of_a_sample(first) == ((3, 32, 24),)
    assert of_a_sample(use("tf:image.rgb_to_grayscale", image)) == ((32, 24, 1),)
    assert of_a_sample(use("tf:image.grayscale_to_rgb", Tensor((8, 8, 1)))) == ((8, 8, 3),)


def test_backend_resizes_by_factors() -> None:
    made = use("keras:backend.resize_images", Tensor((8, 6, 3)), 2, 3, "channels_last")

    assert of_a_sample(made) == ((16, 18, 3),)


def test_what_does_not_fit() -> None:
    with pytest.raises(Impossible, match="10 channels are no multiple of 4"):
        of_a_sample(use("tf:nn.depth_to_space", Tensor((8, 8, 10)), 2))
    with pytest.raises(Impossible, match="9 rows are no multiple of 2"):
        of_a_sample(use("tf:nn.space_to_depth", Tensor((9, 8, 3)), 2))
    with pytest.raises(Impossible, match="a height and a width"):
        of_a_sample(use("tf:image.resize", Tensor((9, 8, 3)), 16))
    with pytest.raises(Impossible, match="no images"):
        of_a_sample(use("tf:image.resize", Tensor((9,)), [16, 16]))
