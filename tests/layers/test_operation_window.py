from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.operations import FEW, Tensor, agree, flops, of_a_sample, use
from weighbridge.errors import Impossible
from weighbridge.formula import equation, value
from weighbridge.layers import Fixed, make
from weighbridge.layers.operation_window import ConvolutionWithKernel, Pooled

FORMATS = st.sampled_from((None, "channels_last", "channels_first"))
PADDINGS = st.sampled_from(("valid", "same"))


@st.composite
def images(draw: st.DrawFn, data_format: str | None, channels: int = 4) -> Tensor:
    """Images, rows of steps or volumes."""
    spatial = draw(st.lists(st.integers(3, 8), min_size=1, max_size=3))
    sizes = (channels, *spatial) if data_format == "channels_first" else (*spatial, channels)
    return Tensor(sizes)


@settings(max_examples=40)
@given(st.data(), FORMATS, PADDINGS, st.integers(1, 3), st.sampled_from((4, 4, 2, 1, 3)))
def test_convolution_with_a_kernel(
    data: st.DataObject, data_format: str | None, padding: str, taps: int, depth: int
) -> None:
    image = data.draw(images(data_format))
    kernel = Tensor((*(taps,) * (len(image.shape) - 1), depth, 8), samples=False)
    stride, dilation = data.draw(st.sampled_from(((1, 1), (2, 1), (1, 2))))
    rest = (stride, padding, data_format, dilation)
    agree(use("keras:ops.conv", image, kernel, *rest))


@settings(max_examples=20)
@given(st.data(), FORMATS, PADDINGS, st.integers(1, 3), st.integers(1, 2))
def test_depthwise_convolution(
    data: st.DataObject, data_format: str | None, padding: str, taps: int, stride: int
) -> None:
    image = data.draw(images(data_format))
    rank = len(image.shape) - 1
    kernel = Tensor((*(taps,) * rank, 4, 3), samples=False)
    if rank < 3:  # Keras has none over volumes
        agree(use("keras:ops.depthwise_conv", image, kernel, stride, padding, data_format))


@settings(max_examples=25)
@given(st.data(), FORMATS, PADDINGS, st.integers(1, 4), st.integers(1, 3))
def test_pools(
    data: st.DataObject, data_format: str | None, padding: str, size: int, stride: int
) -> None:
    image = data.draw(images(data_format))
    # JAX gives an empty image where Keras refuses the window.
    if padding == "same" or size <= min(image.shape):
        agree(use("keras:ops.max_pool", image, size, stride, padding, data_format))


def test_pools_do_not_overlap_unless_told() -> None:
    pool = make("keras", "ops.average_pool", [object(), 2], {})

    assert pool == Pooled(size=(2,), stride=(2,))
    assert pool.output((7, 7, 3)) == Pooled(size=(2, 2), stride=(2, 2)).output((7, 7, 3))


@settings(max_examples=40)
@given(st.integers(1, 4), st.none() | st.integers(1, 4), PADDINGS, FORMATS)
def test_patches(size: int, stride: int | None, padding: str, data_format: str | None) -> None:
    image = Tensor((3, 9, 8) if data_format == "channels_first" else (9, 8, 3))
    words = {"padding": padding, "data_format": data_format}
    agree(use("keras:ops.image.extract_patches", image, size, stride, **words))


def test_patches_of_a_vision_transformer() -> None:
    """The patches of Keras' own example: 72×72 images in 12·12 squares of 6·6·3 values."""
    made = use(
        "tf:image.extract_patches",
        images=Tensor((72, 72, 3)),
        sizes=[1, 6, 6, 1],
        strides=[1, 6, 6, 1],
        rates=[1, 1, 1, 1],
        padding="VALID",
    )

    assert of_a_sample(made) == ((12, 12, 108),)


def test_work_is_what_the_compiler_counts() -> None:
    """XLA counts two operations for each MAC, without those on a border of zeros."""
    image, kernel = Tensor((9, 8, 4)), Tensor((3, 2, 2, 6), samples=False)
    work = ConvolutionWithKernel(stride=(1,), fixed=(None, Fixed(kernel.shape))).macs(
        (image.shape,), None
    )

    assert work is not None
    assert equation(work) == "7·7·3·2·2·6 = 3,528"
    assert 2 * FEW * (value(work) or 0) == flops(use("keras:ops.conv", image, kernel))


def test_tensorflow_names_all_axes_or_some() -> None:
    image, kernel = Tensor((32, 32, 3)), Tensor((5, 5, 3, 6), samples=False)
    for strides in (2, [2], [2, 2], [1, 2, 2, 1]):
        made = use("tf:nn.conv2d", image, kernel, strides=strides, padding="SAME")
        assert of_a_sample(made) == ((16, 16, 6),)
    first = use("tf:nn.conv2d", Tensor((3, 32, 32)), kernel, [1, 1, 2, 2], "VALID", "NCHW")
    assert of_a_sample(first) == ((6, 14, 14),)
    around = [[0, 0], [1, 1], [2, 2], [0, 0]]
    assert of_a_sample(use("tf:nn.conv2d", image, kernel, 1, around)) == ((30, 32, 6),)
    assert of_a_sample(use("tf:nn.max_pool2d", image, 2, 2, "VALID")) == ((16, 16, 3),)
    pool = use("tf:nn.avg_pool", image, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME")
    assert of_a_sample(pool) == ((16, 16, 3),)
    steps, row = Tensor((20, 3)), Tensor((5, 3, 6), samples=False)
    assert of_a_sample(use("tf:nn.conv1d", steps, row, stride=1, padding="VALID")) == ((16, 6),)
    assert of_a_sample(use("tf:nn.convolution", image, kernel)) == ((28, 28, 6),)


def test_backend_words() -> None:
    image, kernel = Tensor((32, 32, 3)), Tensor((5, 5, 3, 6), samples=False)

    assert of_a_sample(use("keras:backend.conv2d", image, kernel)) == ((28, 28, 6),)
    assert of_a_sample(use("keras:backend.depthwise_conv2d", image, kernel)) == ((28, 28, 18),)
    pool = make("keras", "backend.pool2d", [object(), (2, 2)], {"strides": (2, 2)})
    assert pool == Pooled(size=(2, 2), stride=(2, 2))


@pytest.mark.parametrize(
    ("image", "kernel", "message"),
    [
        ((32, 32, 3), (5, 5, 4, 6), "channels do not fit"),
        ((32, 32, 4), (5, 5, 2, 5), "channels do not fit"),
        ((32, 32, 3), (5, 3, 6), "numbers of axes do not fit"),
        ((4, 4, 3), (5, 5, 3, 6), "reaches over 5 values"),
    ],
)
def test_what_does_not_fit(image: object, kernel: object, message: str) -> None:
    convolution = ConvolutionWithKernel(stride=(1,), fixed=(None, Fixed(kernel)))  # type: ignore[arg-type]  # shapes, in a table of cases

    with pytest.raises(Impossible, match=message):
        convolution.output(image)  # type: ignore[arg-type]  # as above
