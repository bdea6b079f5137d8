"""PyTorch's spellings of pooling."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.layers import Untold
from weighbridge.layers._torch import both_ends, per_axis
from weighbridge.layers.pool import AdaptivePool, Pool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.layers._settings import Extent, Ignored, Size
    from weighbridge.layers._window import Sizes
    from weighbridge.layers.pool import Mode
    from weighbridge.model import Kind

    Spelling = Callable[..., Kind]


def _pool(
    mode: Mode, rank: int, kernel_size: object, stride: object, padding: object, dilation: object,
    ceil_mode: object, indices: object = False,
) -> Pool:  # fmt: skip
    size = per_axis(kernel_size, rank, "kernel_size")
    spread = per_axis(dilation, rank, "dilation")
    ends = both_ends(padding, rank)
    for k, (border, _) in zip(size, ends, strict=True):
        if k is not None and border is not None and border > k // 2:
            raise Impossible(
                f"a padding of {border} is more than half of the window of {k}",
                hint="the window would lie in the padding altogether",
            )
    return Pool(
        mode=mode,
        pool_size=size,
        stride=size if stride is None else per_axis(stride, rank, "stride"),
        padding=ends,
        dilation=spread,
        ceil=bool(ceil_mode),
        indices=bool(indices),
        channels_first=True,
        bare=True,
        fitting=rank == 3 and mode != "max",  # noqa: PLR2004  # three axes
    )


def _torch_max_pool(rank: int) -> Spelling:
    def make(
        kernel_size: Size, stride: object = None, padding: Size = 0, dilation: Size = 1,
        return_indices: bool = False, ceil_mode: bool = False,
    ) -> Kind:  # fmt: skip
        window = (kernel_size, stride, padding, dilation)
        return _pool("max", rank, *window, ceil_mode, return_indices)

    return make


def _torch_average_pool(rank: int) -> Spelling:
    def make(
        kernel_size: Size, stride: object = None, padding: Size = 0, ceil_mode: bool = False,
        count_include_pad: Ignored = True, divisor_override: Ignored = None,
    ) -> Kind:  # fmt: skip
        if divisor_override == 0:
            raise Impossible("divisor_override must not be 0")
        return _pool("average", rank, kernel_size, stride, padding, 1, ceil_mode)

    return make


def _torch_average_pool_1d(
    kernel_size: Size, stride: object = None, padding: Size = 0, ceil_mode: bool = False,
    count_include_pad: Ignored = True,
) -> Kind:  # fmt: skip
    return _pool("average", 1, kernel_size, stride, padding, 1, ceil_mode)


def _torch_norm_pool(rank: int) -> Spelling:
    def make(
        norm_type: Ignored, kernel_size: Size, stride: object = None, ceil_mode: bool = False
    ) -> Kind:
        if norm_type == 0:
            raise Impossible("norm_type must not be 0: there is no 0th root")
        if rank == 1 and isinstance(kernel_size, tuple | list):
            raise Impossible(f"kernel_size must be a whole number here, not {kernel_size!r}")
        return _pool("norm", rank, kernel_size, stride, 0, 1, ceil_mode)

    return make


def _adaptive(mode: Mode, rank: int, output_size: object, indices: object = False) -> AdaptivePool:
    given = tuple(output_size) if isinstance(output_size, tuple | list) else (output_size,) * rank
    if output_size is None or (rank == 1 and None in given):
        raise Impossible(
            "output_size must be a whole number, not None",
            hint="in a tuple of two or three sizes, None keeps the input's",
        )
    return AdaptivePool(
        mode=mode,
        output_size=_told(given, rank),
        kept=tuple(i for i, size in enumerate(given) if size is None),
        indices=bool(indices),
        channels_first=True,
        bare=True,
    )


def _told(given: tuple[object, ...], rank: int) -> Sizes:
    known = tuple(None if isinstance(size, Untold) else size for size in given)
    return per_axis(known, rank, "output_size", least=0)


def _torch_adaptive_max(rank: int) -> Spelling:
    def make(output_size: Extent, return_indices: bool = False) -> Kind:
        return _adaptive("max", rank, output_size, return_indices)

    return make


def _torch_adaptive_average(rank: int) -> Spelling:
    def make(output_size: Extent) -> Kind:
        return _adaptive("average", rank, output_size)

    return make


SPELLINGS: dict[str, Spelling] = {
    "torch:MaxPool1d": _torch_max_pool(1),
    "torch:MaxPool2d": _torch_max_pool(2),
    "torch:MaxPool3d": _torch_max_pool(3),
    "torch:AvgPool1d": _torch_average_pool_1d,
    "torch:AvgPool2d": _torch_average_pool(2),
    "torch:AvgPool3d": _torch_average_pool(3),
    "torch:LPPool1d": _torch_norm_pool(1),
    "torch:LPPool2d": _torch_norm_pool(2),
    "torch:LPPool3d": _torch_norm_pool(3),
    "torch:AdaptiveMaxPool1d": _torch_adaptive_max(1),
    "torch:AdaptiveMaxPool2d": _torch_adaptive_max(2),
    "torch:AdaptiveMaxPool3d": _torch_adaptive_max(3),
    "torch:AdaptiveAvgPool1d": _torch_adaptive_average(1),
    "torch:AdaptiveAvgPool2d": _torch_adaptive_average(2),
    "torch:AdaptiveAvgPool3d": _torch_adaptive_average(3),
}
KINDS = ()
