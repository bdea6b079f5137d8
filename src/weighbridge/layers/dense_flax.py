"""Flax's fully connected layers: along the last axis, along several, as an equation."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.errors import Impossible
from weighbridge.formula import Dim, Expr, times, total
from weighbridge.layers import Fixed
from weighbridge.layers._axes import first, index, named, settled
from weighbridge.layers._batch import AnyLayout
from weighbridge.layers._settings import whole
from weighbridge.layers._window import spelled
from weighbridge.layers.dense import Dense
from weighbridge.layers.einsum import Einsum
from weighbridge.model import Dims, Expected, Kind, Shape, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar

    from weighbridge.layers._settings import Ignored, Size

_MANY = 64
"""More axes than any tensor has: the place of an axis counted from the first is known to none."""


class DenseOverAxes(AnyLayout):
    """Every unit reads all values along some axes; the other axes are positions.

    kernel (n_in…, units…), bias (units…), with one size for each axis read and one for each axis
    that comes out, which come last. MACs: the kernel once for every position.
    """

    units: tuple[int | None, ...]
    axes: tuple[int, ...] = (-1,)
    """Axes of one sample that are read."""
    bias: bool = True
    inputs: tuple[int | None, ...] | None = None
    """Sizes of these axes that the settings declare; ``None`` where the first input tells."""

    @property
    def last_axes(self) -> int:
        return max((-axis if axis < 0 else _MANY for axis in self.axes), default=0)

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        units = self._units
        kernel = Expected("kernel", (*self._inputs(first(incoming)), *units))
        return (kernel, Expected("bias", units)) if self.bias else (kernel,)

    def output(self, *incoming: Shape | None) -> Dims | None:
        shape = first(incoming)
        if shape is None:
            return None
        self._inputs(shape)
        return (*self._positions(shape), *self._units)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        shape = first(incoming)
        if shape is None:
            return None
        return times(*self.tensors(shape)[0].dims, *self._positions(shape))

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        shape = first(incoming)
        if shape is None:
            return None
        count = total(tensor.dims for tensor in self.tensors(shape))
        return times(count, *self._positions(shape))

    @property
    def _units(self) -> Dims:
        return named(self.units, "units", "outputs along axis") or ()

    def _inputs(self, shape: Shape | None) -> Dims:
        arriving: Sequence[int | None] = (None,) * len(self.axes)
        if shape is not None:
            arriving = tuple(shape[i] for i in self._read(shape))
        declared = self.inputs or (None,) * len(self.axes)
        pairs = zip(declared, arriving, strict=True)
        found = tuple(settled(told, came, "inputs") for told, came in pairs)
        return named(found, "n_in", "inputs along axis") or ()

    def _read(self, shape: Shape) -> list[int]:
        read = sorted(index(axis, shape) for axis in self.axes)
        if len(set(read)) < len(read):
            raise Impossible(f"reads an axis of {spelled(shape)} twice")
        return read

    def _positions(self, shape: Shape) -> Dims:
        read = self._read(shape)
        kept = (n for i, n in enumerate(shape) if i not in read)
        return tuple(Dim("n", length, "positions") for length in kept)


class EinsumWithKernel(Einsum):
    """Products of the input and a kernel that it owns, summed as an equation says.

    kernel: of the shape in the settings; bias: the sizes of the indices that only the kernel
    brings into the result. MACs: the product of the sizes of all indices.
    """

    operands: ClassVar[int] = 2

    kernel_shape: tuple[int | None, ...]
    bias: bool = True
    bias_shape: tuple[int | None, ...] | None = None
    """Its sizes, where the settings tell; else they follow from the equation."""

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...] | None:
        kernel = Expected("kernel", named(self.kernel_shape, "k", "size of kernel axis") or ())
        if not self.bias:
            return (kernel,)
        if self.bias_shape is None and not self.equation:
            return None
        sizes = self._left() if self.bias_shape is None else self.bias_shape
        return (kernel, Expected("bias", named(sizes, "b", "size of bias axis") or ()))

    def output(self, *incoming: Shape | None) -> Dims | None:
        return Einsum.output(self, *incoming) if self.equation else None

    def passed(self, *incoming: Shape | None) -> tuple[Shape | None, ...]:
        return Einsum.passed(self, *incoming[:1]) if self.equation else (None,)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        return Einsum.macs(self, incoming[:1], outgoing) if self.equation and incoming else None

    def called(self, positional: Sequence[object], named: Mapping[str, object]) -> Kind:
        told = [item for item in (*positional, *named.values()) if isinstance(item, str)]
        return replace(self, equation=told[0]) if told else self

    def _left(self) -> Shape:
        """Sizes of the kernel's indices that the result has, in the order of the result."""
        if len(self.terms) != self.operands or len(self.terms[1]) != len(self.kernel_shape):
            raise Impossible(f"{self.equation} does not fit a kernel of {len(self.kernel_shape)}")
        sizes = dict(zip(self.terms[1], self.kernel_shape, strict=True))
        return tuple(sizes[letter] for letter in self.outcome if letter in sizes)


# -- spellings -----------------------------------------------------------------------------------


def _linen_dense(features: Size, use_bias: bool = True, **_: Ignored) -> Dense:
    return Dense(units=whole(features, "features"), bias=bool(use_bias))


def _nnx_linear(
    in_features: Size, out_features: Size, *, use_bias: bool = True, **_: Ignored
) -> Dense:
    return Dense(
        inputs=whole(in_features, "in_features"),
        units=whole(out_features, "out_features"),
        bias=bool(use_bias),
    )


def _linen_dense_general(
    features: Size, axis: object = -1, batch_dims: object = (), use_bias: bool = True,
    **_: Ignored,
) -> Kind:  # fmt: skip
    return _over_axes("DenseGeneral", None, features, axis, batch_dims, use_bias)


def _nnx_linear_general(
    in_features: Size, out_features: Size, *, axis: object = -1, batch_axis: object = (),
    use_bias: bool = True, **_: Ignored,
) -> Kind:  # fmt: skip
    return _over_axes("LinearGeneral", in_features, out_features, axis, batch_axis, use_bias)


def _over_axes(
    native: str, inputs: object, units: object, axis: object, batch: object, bias: object
) -> Kind:
    read = tuple(_axis(one) for one in _listed(axis))
    if batch or None in read:
        return Unknown(native=native, because="its kernel has an axis for the samples")
    return DenseOverAxes(
        units=tuple(whole(n, "features") for n in _listed(units)),
        axes=tuple(one for one in read if one is not None),
        inputs=None if inputs is None else tuple(whole(n, "in_features") for n in _listed(inputs)),
        bias=bool(bias),
    )


def _axis(axis: object) -> int | None:
    """An axis of the whole array as one of a sample; ``None`` for that of the samples."""
    if not isinstance(axis, int) or isinstance(axis, bool):
        raise Impossible(f"axis must be a whole number, not {axis!r}")
    return axis if axis < 0 else axis - 1 if axis else None


def _listed(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (value,)


def _linen_einsum(
    shape: Size, einsum_str: str | None = None, use_bias: bool = True, **_: Ignored
) -> EinsumWithKernel:
    kernel = tuple(whole(n, "a size of shape") for n in _listed(shape))
    return EinsumWithKernel(
        equation=einsum_str or "",
        fixed=(None, Fixed(kernel)),
        kernel_shape=kernel,
        bias=bool(use_bias),
    )


def _nnx_einsum(
    einsum_str: str, kernel_shape: Size, bias_shape: Size = None, **_: Ignored
) -> EinsumWithKernel:
    kernel = tuple(whole(n, "a size of kernel_shape") for n in _listed(kernel_shape))
    told = None if bias_shape is None else _listed(bias_shape)
    return EinsumWithKernel(
        equation=einsum_str,
        fixed=(None, Fixed(kernel)),
        kernel_shape=kernel,
        bias=told is not None,
        bias_shape=None if told is None else tuple(whole(n, "a size of the bias") for n in told),
    )


SPELLINGS = {
    "linen:Dense": _linen_dense,
    "nnx:Linear": _nnx_linear,
    "linen:DenseGeneral": _linen_dense_general,
    "nnx:LinearGeneral": _nnx_linear_general,
    "linen:Einsum": _linen_einsum,
    "nnx:Einsum": _nnx_einsum,
}
KINDS = (DenseOverAxes, EinsumWithKernel)
