"""The tensors of a layer as assumptions look at them: which one multiplies, which axis is which."""

from __future__ import annotations

from math import isqrt

from weighbridge._record import replace
from weighbridge.formula import Dim, Expr, dims, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.model import Expected, Shape
    from weighbridge.weighing import Row

_TAPS = ("k", "k_h", "k_w", "k_d")
_DEPTHS = ("C_in", "n_in", "n_up", "n")
_WIDTHS = ("C_out", "units")
_AXES = {1: ("T",), 2: ("H", "W"), 3: ("D", "H", "W")}
_NAMES = {1: ("steps",), 2: ("height", "width"), 3: ("depth", "height", "width")}


def plain(role: str) -> str:
    """A role without direction and number: ``kernel_l1_reverse`` → ``kernel``."""
    role = role.removeprefix("forward_").removeprefix("backward_").removesuffix("_reverse")
    head, mark, number = role.rpartition("_l")
    return head if mark and number.isdigit() else role


def is_bias(tensor: Expected) -> bool:
    """Whether it is added rather than multiplied."""
    return "bias" in tensor.role


def is_norm(tensor: Expected) -> bool:
    """Whether it scales or shifts what is normalised, or is a statistic of it."""
    own = tensor.role in ("scale", "shift", "mean", "variance", "counter")
    inner = tensor.role.endswith(("_scale", "_shift")) and any("norm" in p for p in tensor.part)
    return own or inner


def of(line: Line, *roles: str) -> tuple[Expected, ...]:
    """The tensors that play one of ``roles``, in any direction and layer of a stack."""
    return tuple(t for t in line.tensors if plain(t.role) in roles)


def changed(
    line: Line, chosen: tuple[Expected, ...], change: Callable[[Expected], Expected | None]
) -> tuple[Expected, ...]:
    """The layer with ``chosen`` tensors changed; without those of which nothing remains."""
    ids = {id(tensor) for tensor in chosen}
    found = (change(t) if id(t) in ids else t for t in line.tensors)
    return tuple(t for t in found if t is not None)


def without(line: Line, chosen: tuple[Expected, ...]) -> tuple[Expected, ...]:
    """The layer without ``chosen`` tensors."""
    return changed(line, chosen, lambda _: None)


def sized(tensor: Expected, *dims_: Expr) -> Expected:
    """The tensor with other sizes."""
    return replace(tensor, dims=tuple(dims_))


def symbols(expr: Expr) -> tuple[str, ...]:
    """The names of the sizes in ``expr``."""
    return (expr.symbol,) if type(expr) is Dim else tuple(dim.symbol for dim in dims(expr))


def is_tap(expr: Expr) -> bool:
    """Whether it is the length of a kernel along an axis."""
    return type(expr) is Dim and expr.symbol in _TAPS


def is_depth(expr: Expr) -> bool:
    """Whether it is how many channels or features a kernel reads."""
    return any(symbol in _DEPTHS for symbol in symbols(expr))


def is_width(expr: Expr) -> bool:
    """Whether it is how many channels or units there are."""
    return type(expr) is Dim and expr.symbol in _WIDTHS


def taps(tensor: Expected) -> tuple[Dim, ...]:
    """The sizes of its window."""
    return tuple(dim for dim in tensor.dims if is_tap(dim))  # type: ignore[misc]  # taps are Dims


def depth(tensor: Expected) -> Expr | None:
    """How many channels or features it reads."""
    return next((dim for dim in tensor.dims if is_depth(dim)), None)


def width(tensor: Expected) -> Dim | None:
    """How many channels or units it gives."""
    return next((dim for dim in reversed(tensor.dims) if is_width(dim)), None)  # type: ignore[return-value]


def sliding(line: Line) -> Expected | None:
    """The kernel of a convolution; ``None`` for other layers."""
    kernel = line.tensor("kernel")
    if kernel is None or not taps(kernel) or line.tensor("recurrent_kernel") is not None:
        return None
    return kernel


def convolution(line: Line) -> Expected | None:
    """The kernel of a convolution that mixes channels."""
    kernel = sliding(line)
    return kernel if kernel is not None and width(kernel) and depth(kernel) else None


def dense(line: Line) -> Expected | None:
    """The kernel of a fully connected layer."""
    kernel = line.tensor("kernel")
    if kernel is None or len(kernel.dims) != 2:  # noqa: PLR2004  # inputs and units
        return None
    return kernel if symbols(kernel.dims[0]) == ("n_in",) and is_width(kernel.dims[1]) else None


def recurrent(line: Line) -> bool:
    """Whether the layer reads its own state."""
    return any(plain(t.role) == "recurrent_kernel" for t in line.tensors)


def with_depth(tensor: Expected, size: Expr) -> Expected:
    """The tensor reading ``size`` channels or features."""
    return sized(tensor, *(size if is_depth(dim) else dim for dim in tensor.dims))


def spatial(line: Line, shape: Shape | None) -> tuple[Dim, ...]:
    """Height and width (or steps) of a sample, by name; nothing where they are not known."""
    if shape is None or len(shape) < 2 or len(shape) > 4 or None in shape:  # noqa: PLR2004  # 1 to 3 axes
        return ()
    first = bool(getattr(line.kind, "channels_first", False))
    lengths = shape[1:] if first else shape[:-1]
    rank = len(lengths)
    return tuple(
        Dim(symbol, size, name)
        for symbol, size, name in zip(_AXES[rank], lengths, _NAMES[rank], strict=True)
    )


def flattened(line: Line) -> tuple[tuple[Dim, ...], Dim] | None:
    """Positions and channels of what was flattened into the layer's input, by name."""
    shape = line.near.flattened
    if shape is None:
        return _unseen(line)
    if None in shape:
        return None
    channels = shape[0] if line.near.channels_first else shape[-1]
    places = shape[1:] if line.near.channels_first else shape[:-1]
    names = _AXES.get(len(places)) if len(shape) > 2 else None  # noqa: PLR2004  # else positions are one number
    named = tuple(
        Dim(s, n, "of the flattened")
        for s, n in zip(names or ("P",) * len(places), places, strict=True)
    )
    return named, Dim("C", channels, "channels of the flattened")


def _unseen(line: Line) -> tuple[tuple[Dim, ...], Dim] | None:
    """The same where a step in between is not shown: square maps of the convolution before."""
    kernel = dense(line)
    before = next((r for r in reversed(line.rows[: line.place]) if _multiplies(r)), None)
    if kernel is None or before is None or not hasattr(before.layer.kind, "kernel_size"):
        return None
    inputs, channels = number(kernel.dims[0]), getattr(before.layer.kind, "out_channels", None)
    if not channels or inputs <= channels or inputs % channels:
        return None
    side = isqrt(inputs // channels)
    if side * side * channels != inputs:
        return None
    named = tuple(Dim(s, side, "of the flattened") for s in _AXES[2])
    return named, Dim("C", channels, "channels of the flattened")


def _multiplies(row: Row) -> bool:
    return any(len(t.dims) > 1 and not t.buffer for t in row.expected or ())


def sizes(line: Line) -> Iterator[Dim]:
    """The named sizes of the layer, each once."""
    seen = set()
    for tensor in line.tensors:
        for each in tensor.dims:
            for dim in dims(each):
                if dim.size not in (None, 1) and dim.symbol not in seen:
                    seen.add(dim.symbol)
                    yield dim


def number(expr: Expr | None) -> int:
    """What it comes to; 0 where it is not known."""
    return 0 if expr is None else value(expr) or 0
