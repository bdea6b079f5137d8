"""PyTorch's functions that do what one of its layers does: pools, resizing, folding, sampling."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.errors import Impossible
from weighbridge.formula import Expr, Num, times
from weighbridge.layers import Untold, make, repeats
from weighbridge.layers._operation import (
    Extents,
    Operation,
    agreed,
    extents,
    has_samples,
    laid,
    reading,
    shown,
)
from weighbridge.layers._torch import count
from weighbridge.layers.operation_image import DepthToSpace, SpaceToDepth
from weighbridge.model import Shape, Unknown, sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ClassVar

    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Extent, Ignored, Incoming, Size
    from weighbridge.model import Dims, Kind


class LayerByFunction(Operation):
    """What a layer does, done by a function: to each sample along the first axis on its own."""

    layer: Kind

    def results(self, *shapes: Dims | None) -> tuple[Dims | None, ...]:
        known = [shape for shape in shapes if shape]
        if len(known) < max(len(shapes), 1):
            return (None,) * len(self.layer.outputs())
        if any(has_samples(shape[1:]) for shape in known):
            return (None,) * len(self.layer.outputs())
        samples = agreed(" and ".join(map(shown, known)), *(shape[0] for shape in known))
        found = self.layer.outputs(*(sizes(shape[1:]) for shape in known))
        return tuple(None if dims is None else (samples, *dims) for dims in found)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        work = self.layer.macs(incoming, outgoing)
        return None if work is None else times(Num(repeats(self.layer, incoming)), work)


class Sampled(Operation):
    """Values of an image at the places that a grid names: (N, C, …) at (N, H, W, 2)."""

    operands: ClassVar[int] = 2

    def result(self, *shapes: Dims) -> Dims | None:
        image, grid = shapes
        where = f"{shown(image)} at the places of {shown(grid)}"
        if len(image) != len(grid) or len(image) not in (4, 5):
            raise Impossible(f"the numbers of axes do not fit: {where}")
        return (agreed(where, image[0], grid[0]), image[1], *grid[1:-1])


class AffineGrid(Operation):
    """For each place of an image of the given shape, where a turned and scaled one has it."""

    shape: Extents | None

    def results(self, *shapes: Dims | None) -> tuple[Dims | None, ...]:
        if self.shape is None:
            return (None,)
        samples, _, *spatial = laid(self.shape)
        return ((samples, *spatial, Num(len(spatial))),)


# -- spellings -----------------------------------------------------------------------------------


def _done(native: str, *read: object, **settings: object) -> Kind:
    """The layer ``native`` as a function of the tensors it reads."""
    kind = make("torch", native, (), settings)
    return kind if isinstance(kind, Unknown) else LayerByFunction(layer=kind, fixed=reading(*read))


def _max_pool(rank: int) -> Callable[..., Kind]:
    def pool(
        input: Incoming, kernel_size: Extent, stride: Extent = None, padding: Extent = 0,
        dilation: Extent = 1, ceil_mode: Extent = False, return_indices: Extent = False,
    ) -> Kind:  # fmt: skip
        return _done(
            f"MaxPool{rank}d", input, kernel_size=kernel_size, stride=_given(stride),
            padding=padding, dilation=dilation, return_indices=return_indices,
            ceil_mode=ceil_mode,
        )  # fmt: skip

    return pool


def _with_places(make_pool: Callable[..., Kind]) -> Callable[..., Kind]:
    """The form of a pool that always gives the places of the values as well."""

    def placed(
        input: Incoming, kernel_size: Extent, stride: Extent = None, padding: Extent = 0,
        dilation: Extent = 1, ceil_mode: Extent = False, return_indices: Ignored = False,
    ) -> Kind:  # fmt: skip
        return make_pool(input, kernel_size, stride, padding, dilation, ceil_mode, True)

    return placed


def _given(stride: object) -> object:
    """A stride; an empty one is none."""
    return None if isinstance(stride, tuple | list) and not stride else stride


def _average_pool(rank: int) -> Callable[..., Kind]:
    def pool(
        input: Incoming, kernel_size: Extent, stride: Extent = None, padding: Extent = 0,
        ceil_mode: Extent = False, *_: Ignored, **__: Ignored,
    ) -> Kind:  # fmt: skip
        return _done(
            f"AvgPool{rank}d", input, kernel_size=kernel_size, stride=_given(stride),
            padding=padding, ceil_mode=ceil_mode,
        )  # fmt: skip

    return pool


def _norm_pool(rank: int) -> Callable[..., Kind]:
    def pool(
        input: Incoming, norm_type: Extent, kernel_size: Extent, stride: Extent = None,
        ceil_mode: Extent = False,
    ) -> Kind:  # fmt: skip
        settings = {"norm_type": norm_type, "stride": stride, "ceil_mode": ceil_mode}
        return _done(f"LPPool{rank}d", input, kernel_size=kernel_size, **settings)

    return pool


def _adaptive_max_pool(rank: int) -> Callable[..., Kind]:
    def pool(input: Incoming, output_size: Extent, return_indices: Extent = False) -> Kind:
        settings = {"output_size": output_size, "return_indices": return_indices}
        return _done(f"AdaptiveMaxPool{rank}d", input, **settings)

    return pool


def _adaptive_with_places(make_pool: Callable[..., Kind]) -> Callable[..., Kind]:
    def placed(input: Incoming, output_size: Extent, return_indices: Ignored = False) -> Kind:
        return make_pool(input, output_size, True)

    return placed


def _adaptive_average_pool(rank: int) -> Callable[..., Kind]:
    def pool(input: Incoming, output_size: Extent) -> Kind:
        return _done(f"AdaptiveAvgPool{rank}d", input, output_size=output_size)

    return pool


def _fractional_pool(rank: int) -> Callable[..., Kind]:
    def pool(
        input: Incoming, kernel_size: Extent, output_size: Extent = None,
        output_ratio: Extent = None, return_indices: Extent = False, **_: Ignored,
    ) -> Kind:  # fmt: skip
        size = {"output_size": output_size, "output_ratio": output_ratio}
        settings = {"kernel_size": kernel_size, "return_indices": return_indices, **size}
        return _done(f"FractionalMaxPool{rank}d", input, **settings)

    return pool


def _unpool(rank: int) -> Callable[..., Kind]:
    def unpool(
        input: Incoming, indices: Incoming, kernel_size: Extent, stride: Extent = None,
        padding: Extent = 0, output_size: Extent = None,
    ) -> Kind:  # fmt: skip
        settings = {"kernel_size": kernel_size, "stride": _given(stride), "padding": padding}
        made = _done(f"MaxUnpool{rank}d", input, indices, **settings)
        if not isinstance(made, LayerByFunction):
            return made
        return replace(made, layer=made.layer.called((), {"output_size": output_size}))

    return unpool


def _interpolate(
    input: Incoming, size: Extent = None, scale_factor: Extent = None, mode: Extent = "nearest",
    align_corners: Ignored = None, recompute_scale_factor: Extent = None,
    antialias: Ignored = False,
) -> Kind:  # fmt: skip
    factors = tuple(scale_factor) if isinstance(scale_factor, list) else scale_factor
    settings = {"mode": mode, "recompute_scale_factor": recompute_scale_factor}
    return _done("Upsample", input, size=size, scale_factor=factors, **settings)


def _interpolate_nearest(input: Incoming, size: Extent = None, scale_factor: Extent = None) -> Kind:
    return _interpolate(input, size, scale_factor)


def _interpolate_bilinear(
    input: Incoming, size: Extent = None, scale_factor: Extent = None
) -> Kind:
    return _interpolate(input, size, scale_factor, "bilinear")


def _unfold(
    input: Incoming, kernel_size: Extent, dilation: Extent = 1, padding: Extent = 0,
    stride: Extent = 1,
) -> Kind:  # fmt: skip
    settings = {"dilation": dilation, "padding": padding, "stride": stride}
    return _done("Unfold", input, kernel_size=kernel_size, **settings)


def _fold(
    input: Incoming, output_size: Extent, kernel_size: Extent, dilation: Extent = 1,
    padding: Extent = 0, stride: Extent = 1,
) -> Kind:  # fmt: skip
    settings = {"dilation": dilation, "padding": padding, "stride": stride}
    return _done("Fold", input, output_size=output_size, kernel_size=kernel_size, **settings)


def _pixel_shuffle(input: Incoming, upscale_factor: Size) -> Kind:
    block = count(upscale_factor, "upscale_factor", 1)
    return DepthToSpace(block=block, channels_first=True, fixed=reading(input))


def _pixel_unshuffle(input: Incoming, downscale_factor: Size) -> Kind:
    block = count(downscale_factor, "downscale_factor", 1)
    return SpaceToDepth(block=block, channels_first=True, fixed=reading(input))


def _grid_sample(input: Incoming, grid: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return Sampled(fixed=reading(input, grid))


def _affine_grid(theta: Incoming, size: Extent, align_corners: Ignored = None) -> Kind:
    told = None if isinstance(size, Untold) else extents(size)
    return AffineGrid(shape=told, fixed=reading(theta))


SPELLINGS: dict[str, Spelling] = {
    "torch:F.max_pool1d": _max_pool(1),
    "torch:F.max_pool2d": _max_pool(2),
    "torch:F.max_pool3d": _max_pool(3),
    "torch:max_pool1d": _max_pool(1),
    "torch:max_pool2d": _max_pool(2),
    "torch:max_pool3d": _max_pool(3),
    "torch:F.max_pool1d_with_indices": _with_places(_max_pool(1)),
    "torch:F.max_pool2d_with_indices": _with_places(_max_pool(2)),
    "torch:F.max_pool3d_with_indices": _with_places(_max_pool(3)),
    "torch:F.avg_pool1d": _average_pool(1),
    "torch:F.avg_pool2d": _average_pool(2),
    "torch:F.avg_pool3d": _average_pool(3),
    "torch:avg_pool1d": _average_pool(1),
    "torch:F.lp_pool1d": _norm_pool(1),
    "torch:F.lp_pool2d": _norm_pool(2),
    "torch:F.lp_pool3d": _norm_pool(3),
    "torch:F.adaptive_max_pool1d": _adaptive_max_pool(1),
    "torch:F.adaptive_max_pool2d": _adaptive_max_pool(2),
    "torch:F.adaptive_max_pool3d": _adaptive_max_pool(3),
    "torch:F.adaptive_max_pool1d_with_indices": _adaptive_with_places(_adaptive_max_pool(1)),
    "torch:F.adaptive_max_pool2d_with_indices": _adaptive_with_places(_adaptive_max_pool(2)),
    "torch:F.adaptive_max_pool3d_with_indices": _adaptive_with_places(_adaptive_max_pool(3)),
    "torch:F.adaptive_avg_pool1d": _adaptive_average_pool(1),
    "torch:F.adaptive_avg_pool2d": _adaptive_average_pool(2),
    "torch:F.adaptive_avg_pool3d": _adaptive_average_pool(3),
    "torch:adaptive_avg_pool1d": _adaptive_average_pool(1),
    "torch:F.fractional_max_pool2d": _fractional_pool(2),
    "torch:F.fractional_max_pool3d": _fractional_pool(3),
    "torch:F.max_unpool1d": _unpool(1),
    "torch:F.max_unpool2d": _unpool(2),
    "torch:F.max_unpool3d": _unpool(3),
    "torch:F.interpolate": _interpolate,
    "torch:F.upsample": _interpolate,
    "torch:F.upsample_nearest": _interpolate_nearest,
    "torch:F.upsample_bilinear": _interpolate_bilinear,
    "torch:F.unfold": _unfold,
    "torch:F.fold": _fold,
    "torch:F.pixel_shuffle": _pixel_shuffle,
    "torch:F.pixel_unshuffle": _pixel_unshuffle,
    "torch:pixel_shuffle": _pixel_shuffle,
    "torch:pixel_unshuffle": _pixel_unshuffle,
    "torch:F.grid_sample": _grid_sample,
    "torch:F.affine_grid": _affine_grid,
}
KINDS = (LayerByFunction, Sampled, AffineGrid)
