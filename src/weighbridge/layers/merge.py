"""Layers that read several inputs: value by value, side by side, or as a product of matrices."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim, Expr, plus, times
from weighbridge.layers._axes import index, named, sample_axis
from weighbridge.layers._window import spelled
from weighbridge.model import Dims, Kind, Shape, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ClassVar

    from weighbridge.layers._settings import Ignored


class Merge(Kind):
    """What layers share that combine their inputs value by value.

    Shapes are aligned at their last axes; a size of 1 is stretched to the other's.
    """

    inputs: ClassVar[int | None] = None
    """How many inputs it takes; ``None`` for any number."""

    def output(self, *incoming: Shape | None) -> Dims | None:
        _counted(self.inputs, incoming)
        if not incoming or incoming[0] is None:
            return None
        together = incoming[0]
        for shape in incoming[1:]:
            if shape is None:
                return None
            together = _stretched(together, shape)
        return named(together)


class Add(Merge):
    """The sum of its inputs, value by value. It owns nothing."""


class Subtract(Merge):
    """The first of two inputs minus the second, value by value. It owns nothing."""

    inputs: ClassVar[int | None] = 2


class Multiply(Merge):
    """The product of its inputs, value by value; no MACs, for nothing is summed."""


class Average(Merge):
    """The mean of its inputs, value by value. It owns nothing."""


class Maximum(Merge):
    """The largest of its inputs, value by value. It owns nothing."""


class Minimum(Merge):
    """The smallest of its inputs, value by value. It owns nothing."""


class Concatenate(Kind):
    """Its inputs side by side along one axis, whose sizes add up. It owns nothing."""

    axis: int | None = -1
    """Axis of one sample; ``None`` is the batch."""

    def output(self, *incoming: Shape | None) -> Dims | None:
        shapes = [shape for shape in incoming if shape is not None]
        if not shapes or len(shapes) < len(incoming):
            return None
        dims = named(shapes[0]) or ()
        along = self._along(shapes[0])
        _check_beside(shapes, along)
        if along is None:
            return dims
        sizes = (Dim(f"n_{along + 1}", shape[along], "size of one input") for shape in shapes)
        return (*dims[:along], plus(*sizes), *dims[along + 1 :])

    def _along(self, shape: Shape) -> int | None:
        is_batch = self.axis is None or self.axis == -1 - len(shape)
        return None if is_batch else index(self.axis, shape)


class Dot(Kind):
    """The products of two inputs, summed along one axis of each: a product of two matrices.

    (m…, d) and (d, n…) give (m…, n…). It owns nothing. MACs: m·d·n.
    """

    axes: tuple[int | None, int | None]
    """The axis summed over in one sample of each input."""
    normalize: bool = False
    """Whether vectors are brought to length 1 before: the cosine of their angle."""

    def output(self, *incoming: Shape | None) -> Dims | None:
        kept = self._kept(incoming)
        if kept is None:
            return None
        left, _, right = kept
        return (*left, *right) or (Dim("n", 1, "the one sum of a product of vectors"),)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        kept = self._kept(incoming)
        if kept is None:
            return None
        left, summed, right = kept
        return times(*left, summed, *right)

    def _kept(self, incoming: tuple[Shape | None, ...]) -> tuple[Dims, Dim, Dims] | None:
        """Sizes of the left input, of the axis summed over, and of the right input."""
        _counted(2, incoming)
        shapes = [shape for shape in incoming if shape is not None]
        if len(shapes) < 2:  # noqa: PLR2004  # two inputs, as checked
            return None
        (left, d), (right, other) = (
            _split_off(shape, axis) for shape, axis in zip(shapes, self.axes, strict=True)
        )
        if None not in (d, other) and d != other:
            raise Impossible(
                f"sums over {d} values of one input and {other} of the other: "
                f"{' and '.join(map(spelled, shapes))}"
            )
        summed = Dim("d", other if d is None else d, "values summed over")
        return named(left, "m", "left axis") or (), summed, named(right, "n", "right axis") or ()


def _counted(inputs: int | None, incoming: tuple[Shape | None, ...]) -> None:
    if inputs is not None and incoming and len(incoming) != inputs:
        raise Impossible(f"reads {inputs} inputs, not {len(incoming)}")


def _stretched(a: Shape, b: Shape) -> Shape:
    longer, shorter = (a, b) if len(a) >= len(b) else (b, a)
    head = longer[: len(longer) - len(shorter)]
    pairs = zip(longer[len(head) :], shorter, strict=True)
    return (*head, *(_joint(m, n, a, b) for m, n in pairs))


def _joint(m: int | None, n: int | None, a: Shape, b: Shape) -> int | None:
    if m is None or n is None:
        return None
    if 1 not in (m, n) and m != n:
        raise Impossible(
            f"inputs of shapes {spelled(a)} and {spelled(b)} do not fit value by value",
            hint="a convolution of size 1 or a Dense before it usually brings them to one size",
        )
    return n if m == 1 else m


def _check_beside(shapes: list[Shape], along: int | None) -> None:
    ranks = {len(shape) for shape in shapes}
    lengths = [set(axis) - {None} for axis in zip(*shapes, strict=False)]
    if len(ranks) > 1 or any(len(known) > 1 for i, known in enumerate(lengths) if i != along):
        raise Impossible(
            f"inputs of shapes {', '.join(map(spelled, shapes))} do not fit side by side",
            hint="all axes but the one they are joined along must have the same size",
        )


def _split_off(shape: Shape, axis: int | None) -> tuple[Shape, int | None]:
    position = index(axis, shape)
    return shape[:position] + shape[position + 1 :], shape[position]


def _keras_merge(kind: type[Merge]) -> Callable[..., Merge]:
    def make(**_: Ignored) -> Merge:
        return kind()

    return make


def _keras_concatenate(axis: object = -1, **_: Ignored) -> Concatenate:
    return Concatenate(axis=sample_axis(axis))


def _keras_dot(axes: object, normalize: bool = False, **_: Ignored) -> Dot:
    pair = axes if isinstance(axes, list | tuple) else (axes, axes)
    if len(pair) != 2:  # noqa: PLR2004  # one axis of each of two inputs
        raise Impossible(f"axes must be one axis or one of each input, not {axes!r}")
    left, right = (sample_axis(axis, "axes") for axis in pair)
    return Dot(axes=(left, right), normalize=bool(normalize))


def _keras_1_merge(
    layers: Ignored = None, mode: object = "sum", concat_axis: object = -1,
    dot_axes: object = -1, **_: Ignored,
) -> Kind:  # fmt: skip
    if mode == "concat":
        return _keras_concatenate(concat_axis)
    if mode in ("dot", "cos"):
        return _keras_dot(dot_axes, normalize=mode == "cos")
    kind = _MODES.get(mode) if isinstance(mode, str) else None
    return Unknown(native="Merge", because=f"mode {mode!r}") if kind is None else kind()


_MODES: dict[str, type[Merge]] = {"sum": Add, "mul": Multiply, "ave": Average, "max": Maximum}

SPELLINGS = {
    "keras:Add": _keras_merge(Add),
    "keras:Subtract": _keras_merge(Subtract),
    "keras:Multiply": _keras_merge(Multiply),
    "keras:Average": _keras_merge(Average),
    "keras:Maximum": _keras_merge(Maximum),
    "keras:Minimum": _keras_merge(Minimum),
    "keras:Concatenate": _keras_concatenate,
    "keras:Dot": _keras_dot,
    "keras:Merge": _keras_1_merge,
}
KINDS = (Add, Subtract, Multiply, Average, Maximum, Minimum, Concatenate, Dot)
