"""PyTorch's spellings of the convolutions."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.layers._torch import both_ends, choice, count, per_axis
from weighbridge.layers.conv import Conv

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.layers._settings import Ignored, Size
    from weighbridge.layers._window import Padding, Sizes
    from weighbridge.model import Kind

_FILLINGS = ("zeros", "reflect", "replicate", "circular")


def _torch_conv(rank: int) -> Callable[..., Kind]:
    def make(
        in_channels: Size, out_channels: Size, kernel_size: Size, stride: Size = 1,
        padding: Size = 0, dilation: Size = 1, groups: int = 1, bias: bool = True,
        padding_mode: str = "zeros", device: Ignored = None, dtype: Ignored = None,
    ) -> Kind:  # fmt: skip
        strides = per_axis(stride, rank, "stride")
        return Conv(
            in_channels=count(in_channels, "in_channels", least=1),
            out_channels=count(out_channels, "out_channels", least=1),
            kernel_size=per_axis(kernel_size, rank, "kernel_size"),
            stride=strides,
            dilation=per_axis(dilation, rank, "dilation"),
            padding=_padding(padding, strides),
            padding_mode=choice(padding_mode, _FILLINGS, "padding_mode"),
            groups=count(groups, "groups", least=1) or 1,
            bias=bool(bias),
            channels_first=True,
        )

    return make


def _padding(given: object, strides: Sizes) -> Padding:
    if not isinstance(given, str):
        return both_ends(given, len(strides))
    if given == "same" and any(step not in (None, 1) for step in strides):
        raise Impossible(
            "padding='same' cannot be combined with a stride above 1",
            hint="PyTorch takes only numbers there: padding=kernel_size // 2 is near to it",
        )
    return choice(given, ("same", "valid"), "padding")


def _torch_lazy_conv(rank: int) -> Callable[..., Kind]:
    eager = _torch_conv(rank)

    def make(
        out_channels: Size, kernel_size: Size, stride: Size = 1, padding: Size = 0,
        dilation: Size = 1, groups: int = 1, bias: bool = True, padding_mode: str = "zeros",
        device: Ignored = None, dtype: Ignored = None,
    ) -> Kind:  # fmt: skip
        window = (kernel_size, stride, padding, dilation)
        return eager(None, out_channels, *window, groups, bias, padding_mode)

    return make


SPELLINGS = {
    "torch:Conv1d": _torch_conv(1),
    "torch:Conv2d": _torch_conv(2),
    "torch:Conv3d": _torch_conv(3),
    "torch:LazyConv1d": _torch_lazy_conv(1),
    "torch:LazyConv2d": _torch_lazy_conv(2),
    "torch:LazyConv3d": _torch_lazy_conv(3),
}
KINDS = ()
