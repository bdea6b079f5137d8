from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.operations_torch import Tensor, agree, of_a_sample, use, work
from tests.layers.test_operation_torch_product import agree_on_work
from weighbridge.layers import Fixed, make

length = st.integers(3, 9)


@st.composite
def settings_of(draw: st.DrawFn, rank: int) -> dict[str, object]:
    """Settings, one number for all axes or one for each."""

    def drawn(values: st.SearchStrategy[int]) -> object:
        return draw(values | st.tuples(*(values,) * rank))

    return {
        "stride": drawn(st.integers(1, 3)),
        "padding": drawn(st.integers(0, 2)),
        "dilation": drawn(st.integers(1, 2)),
        "groups": draw(st.sampled_from((1, 1, 2))),
    }


@settings(max_examples=60)
@given(st.data(), st.integers(1, 3), st.integers(1, 3), st.sampled_from((4, 4, 4, 3)))
def test_convolutions(data: st.DataObject, rank: int, taps: int, channels: int) -> None:
    chosen = data.draw(settings_of(rank))
    spatial = data.draw(st.lists(length, min_size=rank, max_size=rank))
    depth = channels // chosen["groups"]  # type: ignore[operator]  # a number
    kernel = Tensor((data.draw(st.sampled_from((6, 6, 5))), depth, *(taps,) * rank), False)
    agree(use(f"torch:F.conv{rank}d", Tensor((channels, *spatial)), kernel, **chosen), "cpu")
    agree(use(f"torch:conv{rank}d", Tensor((channels, *spatial), False), kernel, **chosen), "cpu")


@settings(max_examples=60)
@given(st.data(), st.integers(1, 3), st.integers(1, 3), st.integers(0, 2))
def test_transposed_convolutions(data: st.DataObject, rank: int, taps: int, more: int) -> None:
    chosen = {**data.draw(settings_of(rank)), "output_padding": more}
    spatial = data.draw(st.lists(length, min_size=rank, max_size=rank))
    kernel = Tensor((4, 3, *(taps,) * rank), samples=False)
    made = use(f"torch:F.conv_transpose{rank}d", Tensor((4, *spatial)), kernel, None, **chosen)
    agree(made, "cpu")


def test_padding_by_a_word() -> None:
    image, kernel = Tensor((3, 9, 8)), Tensor((6, 3, 2, 3), samples=False)
    for padding in ("same", "valid", "full"):
        for stride in (1, 2):
            agree(use("torch:F.conv2d", image, kernel, None, stride, padding))


def test_work_is_what_torch_counts() -> None:
    agree_on_work(use("torch:F.conv2d", Tensor((3, 32, 32)), Tensor((6, 3, 5, 5), False)))
    halves = Tensor((8, 2, 3), samples=False)
    agree_on_work(use("torch:F.conv1d", Tensor((4, 20)), halves, stride=2, groups=2))
    kernel = Tensor((16, 8, 2, 2), samples=False)
    agree_on_work(use("torch:F.conv_transpose2d", Tensor((16, 7, 7)), kernel, stride=2))


def test_the_second_convolution_of_lenet() -> None:
    """LeCun et al. 1998, C3 fully connected: 16 filters of 5·5·6 at 10·10 places."""
    made = use("torch:F.conv2d", Tensor((6, 14, 14)), Tensor((16, 6, 5, 5), samples=False))

    assert of_a_sample(made) == (16, 10, 10)
    assert work(made) == 10 * 10 * 16 * 5 * 5 * 6


def test_a_kernel_that_is_not_known() -> None:
    kind = make("torch", "F.conv2d", [object(), Fixed(None)], {"padding": 1})

    assert kind.output((3, 32, 32)) is None
