from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.operations_torch import SAMPLES, Tensor, agree, of_a_sample, of_samples, use
from weighbridge.layers import Fixed, Untold, make
from weighbridge.model import sizes

UNKNOWN = Untold("read from a file")
rank = st.integers(1, 3)


@st.composite
def images(draw: st.DrawFn, axes: int) -> Tensor:
    spatial = draw(st.lists(st.integers(3, 9), min_size=axes, max_size=axes))
    return Tensor((4, *spatial), samples=draw(st.sampled_from((True, True, False))))


@settings(max_examples=60)
@given(st.data(), rank, st.integers(1, 3), st.none() | st.integers(1, 3), st.booleans())
def test_pools(data: st.DataObject, axes: int, size: int, stride: int | None, ceil: bool) -> None:
    image = data.draw(images(axes))
    padding = data.draw(st.integers(0, 1))
    agree(use(f"torch:F.avg_pool{axes}d", image, size, stride, padding, ceil))
    agree(use(f"torch:F.max_pool{axes}d", image, size, stride, padding, 1, ceil))
    agree(use(f"torch:F.max_pool{axes}d", image, kernel_size=size, return_indices=True))
    if image.samples:
        agree(use(f"torch:F.lp_pool{axes}d", image, 2.0, size, stride, ceil))


@settings(max_examples=30)
@given(st.data(), rank, st.integers(1, 4))
def test_pools_to_a_size(data: st.DataObject, axes: int, size: int) -> None:
    image = data.draw(images(axes))
    agree(use(f"torch:F.adaptive_avg_pool{axes}d", image, size))
    agree(use(f"torch:F.adaptive_max_pool{axes}d", image, (size,) * axes))


def test_pools_of_images() -> None:
    image = Tensor((4, 9, 8))

    assert of_a_sample(use("torch:F.adaptive_avg_pool2d", image, (None, 1))) == (4, 9, 1)
    assert of_a_sample(use("torch:F.adaptive_avg_pool2d", image, (UNKNOWN, 1))) == (4, None, 1)
    agree(use("torch:F.fractional_max_pool2d", image, 2, output_size=(5, 4)))
    agree(use("torch:F.max_pool2d_with_indices", image, 2, 1, 1))
    agree(use("torch:F.adaptive_max_pool2d_with_indices", image, (5, 4)))
    places = Tensor((4, 9, 8), dtype=torch.long)
    agree(use("torch:F.max_unpool2d", image, places, 2))
    agree(use("torch:F.max_unpool2d", image, places, 2, output_size=[19, 17]))
    assert of_samples(use("torch:F.max_pool2d", Tensor((20, 9, 8), axis=1), 2)) == (None,)


def test_pools_that_are_layers_in_all_but_name() -> None:
    pool = make("torch", "F.max_pool2d", [object(), 2], {})

    assert sizes(pool.output((6, 28, 28))) == (6, 14, 14)
    assert pool.macs(((6, 28, 28),), (6, 14, 14)) == make("torch", "MaxPool2d", [2], {}).macs(
        ((6, 28, 28),), (6, 14, 14)
    )


@settings(max_examples=30)
@given(st.data(), rank, st.integers(1, 12), st.sampled_from((2, 1.5, 0.5)))
def test_resizing(data: st.DataObject, axes: int, size: int, factor: float) -> None:
    image = data.draw(images(axes))._replace(samples=True)
    agree(use("torch:F.interpolate", image, size))
    agree(use("torch:F.interpolate", image, scale_factor=factor))
    agree(use("torch:F.interpolate", image, (size,) * axes))
    agree(use("torch:F.interpolate", image, scale_factor=[factor] * axes))


def test_resizing_to_the_size_of_another() -> None:
    """As in feature pyramids: the coarse map is made as large as the fine one."""
    kind = make("torch", "F.interpolate", [object()], {"size": (28, UNKNOWN), "mode": "bilinear"})

    assert sizes(kind.output((256, 14, 14))) == (256, 28, None)
    agree(use("torch:F.upsample_bilinear", Tensor((4, 5, 6)), (7, 8)))
    agree(use("torch:F.upsample_nearest", Tensor((4, 5, 6)), scale_factor=2))


@settings(max_examples=20)
@given(st.integers(1, 3), st.integers(1, 2), st.integers(0, 1), st.integers(1, 2))
def test_columns(size: int, dilation: int, padding: int, stride: int) -> None:
    settings_ = (dilation, padding, stride)
    found = agree(use("torch:F.unfold", Tensor((4, 9, 8)), size, *settings_))
    assert found is not None
    assert found[0] is not None
    columns = Tensor(found[0][0])  # type: ignore[arg-type]  # all are known
    agree(use("torch:F.fold", columns, (9, 8), size, *settings_))


def test_channels_become_pixels() -> None:
    for factor in (1, 2, 3):
        agree(use("torch:F.pixel_shuffle", Tensor((8, 6, 4)), factor))
        agree(use("torch:pixel_unshuffle", Tensor((8, 6, 4)), factor))


def test_sampling_by_a_grid() -> None:
    image, grid = Tensor((3, 32, 32)), Tensor((7, 9, 2))
    agree(use("torch:F.grid_sample", image, grid, align_corners=False))
    agree(use("torch:F.affine_grid", Tensor((2, 3)), [SAMPLES, 3, 7, 9], align_corners=False))
    assert isinstance(make("torch", "F.max_pool2d", [Fixed((1, 2, 3)), UNKNOWN], {}).name, str)
