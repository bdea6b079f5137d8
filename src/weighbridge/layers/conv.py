"""Convolutions: standard, grouped, with a connection table."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim, Expr, Num, floor, plus, times
from weighbridge.layers._settings import Ignored, Size, each_axis, whole
from weighbridge.layers._sliding import Sliding, sliding
from weighbridge.layers._window import Ends, Sizes, check_filling, window
from weighbridge.model import Dims, Expected, Kind, Part, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ClassVar


class Conv(Sliding):
    """A window of weights slides over 1 to 3 axes; each filter sees all channels of its group.

    kernel (k…, C_in/g, C_out), bias (C_out). With a connection table, output map j sees only the
    input maps ``table[j]`` and the kernel is (k…, L), one window for each of the L links. With a
    low-rank adapter (LoRA) the kernel is frozen and two factors (k…, C_in/g, r) and (r, C_out) are
    trained. MACs: the kernel once for every output position. Source: LeCun et al. 1998, section
    II.A; the table: ibid. table I; the adapter: Hu et al. 2021, section 4.1.
    """

    each: ClassVar[tuple[str, str] | None] = ("filter", "C_out")

    out_channels: int | None
    groups: int = 1
    table: tuple[tuple[int, ...], ...] | None = None
    adapter_rank: int | None = None
    padding_mode: str = "zeros"
    """What the border is filled with: zeros, or values of the input by ``reflect``, ``replicate``
    or ``circular``."""

    def __post_init__(self) -> None:
        if self.groups > 1 and (self.out_channels or 0) % self.groups:
            raise Impossible(
                f"{self.out_channels} filters cannot be split into {self.groups} groups"
            )
        for maps in self.table or ():
            if len(set(maps)) < len(maps):
                raise Impossible(f"the connection table lists an input map twice: {maps}")

    def channels_out(self, *incoming: Shape | None) -> Expr:
        return Dim("C_out", self.out_channels, "output channels (filters)")

    def channels_in(self, *incoming: Shape | None) -> Dim:
        c_in = Sliding.channels_in(self, *incoming)
        if c_in.size is not None and c_in.size % self.groups:
            raise Impossible(
                f"{c_in.size} input channels cannot be split into {self.groups} groups"
            )
        highest = max((max(maps) for maps in self.table or () if maps), default=-1)
        if c_in.size is not None and highest >= c_in.size:
            raise Impossible(
                f"the connection table names input map {highest}, the input has {c_in.size} maps",
                hint="maps are counted from 0",
            )
        return c_in

    def kernels(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        c_in = self.channels_in(*incoming)
        if self.table is not None:
            links = Dim("L", sum(map(len, self.table)), "links from input to output maps")
            return (Expected("kernel", (*window(self.kernel_size), links)),)
        depth = floor(c_in, Dim("g", self.groups, "groups"))
        dims = (*window(self.kernel_size), depth, self.channels_out())
        return (Expected("kernel", dims, trainable=self.adapter_rank is None),)

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        own = Sliding.tensors(self, *incoming)
        if self.adapter_rank is None:
            return own
        rank = Dim("r", self.adapter_rank, "rank of the adapter")
        narrow = Expected("adapter_in", (*own[0].dims[:-1], rank))
        return (*own, narrow, Expected("adapter_out", (rank, self.channels_out())))

    def output(self, *incoming: Shape | None) -> Dims | None:
        known = self._split(incoming[0] if incoming else None)
        if known is not None and self.padding_mode != "zeros":
            check_filling(self.padding_mode, known[0], self._ends())
        return Sliding.output(self, *incoming)

    def _ends(self) -> Ends:
        """Values added at both ends of each axis; "same" with an odd number adds one more after."""
        if not isinstance(self.padding, str):
            return self.padding
        pairs = zip(self.kernel_size, self.dilation, strict=True)
        same = [0 if None in (k, d) else (k - 1) * d for k, d in pairs]  # type: ignore[operator]  # none is None
        ends = tuple((total // 2, total - total // 2) for total in same)
        return ends if self.padding == "same" else ((0, 0),) * len(ends)

    def parts(self, *incoming: Shape | None) -> tuple[Part, ...]:
        """Filters; with a connection table, those that see equally many input maps together."""
        if self.table is None:
            return Kind.parts(self, *incoming)
        seen = [len(maps) for maps in self.table]
        return tuple(
            Part(
                f"filter on {n} input maps",
                Dim("C_out", seen.count(n), f"output maps that see {n} input maps"),
                plus(
                    times(*window(self.kernel_size), Dim("C_in", n, "input maps it sees")),
                    Num(int(self.bias)),
                ),
            )
            for n in dict.fromkeys(seen)
        )


def _keras_conv(rank: int) -> Callable[..., Conv]:
    def make(
        filters: Size, kernel_size: Size, strides: Size = 1, padding: str = "valid",
        data_format: str | None = None, dilation_rate: Size = 1, groups: int = 1,
        activation: Ignored = None, use_bias: bool = True, *rest: Ignored,
        lora_rank: int | None = None, **_: Ignored,
    ) -> Conv:  # fmt: skip
        borders = ("valid", "same", "causal") if rank == 1 else ("valid", "same")
        shared = sliding(rank, kernel_size, strides, padding, data_format, dilation_rate, borders)
        if _above_one(shared["stride"]) and _above_one(shared["dilation"]):
            raise Impossible("a stride above 1 and a dilation above 1 cannot be combined")
        return Conv(
            out_channels=whole(filters, "filters"),
            groups=whole(groups, "groups") or 1,
            bias=bool(use_bias),
            adapter_rank=whole(lora_rank or None, "lora_rank"),
            **shared,
        )

    return make


def _above_one(sizes: Sizes) -> bool:
    return any(size is not None and size > 1 for size in sizes)


def _partial(
    kernel_size: Size,
    table: object,
    activation: Ignored = None,
    use_bias: bool = True,
    **_: Ignored,
) -> Conv:
    """C3 of LeNet-5: ``table`` has the input maps, counted from 0, that each output map sees."""
    links = _table(table)
    return Conv(
        kernel_size=each_axis(kernel_size, 2, "kernel_size"),
        stride=(1, 1),
        dilation=(1, 1),
        out_channels=len(links),
        bias=bool(use_bias),
        table=links,
    )


def _table(table: object) -> tuple[tuple[int, ...], ...]:
    """``table`` as a connection table of whole numbers."""
    if isinstance(table, tuple | list) and table:
        rows = [maps for maps in table if isinstance(maps, tuple | list)]
        if len(rows) == len(table):
            return tuple(tuple(whole(m, "an input map", least=0) or 0 for m in row) for row in rows)
    raise Impossible("table must list, for each output map, the input maps that it sees")


SPELLINGS = {
    "keras:Conv1D": _keras_conv(1),
    "keras:Conv2D": _keras_conv(2),
    "keras:Conv3D": _keras_conv(3),
    "keras:Convolution1D": _keras_conv(1),
    "keras:Convolution2D": _keras_conv(2),
    "keras:Convolution3D": _keras_conv(3),
    "keras:AtrousConv1D": _keras_conv(1),
    "keras:AtrousConv2D": _keras_conv(2),
    "keras:AtrousConvolution1D": _keras_conv(1),
    "keras:AtrousConvolution2D": _keras_conv(2),
    "weighbridge:PartialConv2D": _partial,
}
KINDS = (Conv,)
