"""Products of tensors: matrices, pairs of axes summed over, attention without weights.

Their MACs are those of the plain sum over all indices, whatever an implementation saves.
"""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import ONE, Num, value
from weighbridge.layers._operation import (
    Contraction,
    agreed,
    axes,
    broadcast,
    position,
    reading,
    shown,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from weighbridge.formula import Expr
    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Ignored, Incoming
    from weighbridge.model import Dims, Kind

LAST_BUT_ONE = -2
"""Where the rows of a matrix are."""


class MatrixProduct(Contraction):
    """Matrices times matrices or vectors: the last axis of one meets the other's last but one.

    (…, n, k) and (…, k, m) give (…, n, m); axes further left are stretched to each other. MACs:
    n·k·m for each pair of matrices.
    """

    transpose_a: bool = False
    transpose_b: bool = False
    ranks: tuple[int, ...] | None = None
    """How many axes each must have, where that is fixed."""

    def result(self, *shapes: Dims) -> Dims | None:
        leading, rows, _, columns = self._indices(*shapes)
        return (*leading, *rows, *columns)

    def factors(self, *shapes: Dims) -> Dims:
        leading, rows, inner, columns = self._indices(*shapes)
        return (*leading, *rows, inner, *columns)

    def _indices(self, *shapes: Dims) -> tuple[Dims, Dims, Expr, Dims]:
        """Sizes of the axes that are no matrices', of rows, of the axis summed over, of columns."""
        if len(shapes) != self.operands or not all(shapes):
            raise Impossible(f"no product of matrices: {' and '.join(map(shown, shapes))}")
        if self.ranks not in (None, tuple(map(len, shapes))):
            needed = " and ".join(map(str, self.ranks or ()))
            raise Impossible(f"{needed} axes are needed: {' and '.join(map(shown, shapes))}")
        left = _turned(shapes[0]) if self.transpose_a else shapes[0]
        right = _turned(shapes[1]) if self.transpose_b else shapes[1]
        where = f"{shown(left)} times {shown(right)}"
        inner = agreed(where, left[-1], right[-2:][0])
        leading = broadcast(left[:-2], right[:-2])
        return leading, left[-2:-1], inner, right[-1:] if len(right) > 1 else ()


def _turned(shape: Dims) -> Dims:
    return (*shape[:-2], *shape[:-3:-1])


class TensorProduct(Contraction):
    """Each value of one tensor times each of another, summed over pairs of axes.

    Out come the other axes of the first, then those of the second. MACs: the product of all sizes.
    """

    left: tuple[int, ...]
    right: tuple[int, ...]
    """Axes summed over, one for each of ``left``; the last but one of a vector is its only one."""
    by_sample: bool = False
    """Whether both have their samples along axis 0, multiplied one by one."""

    def result(self, *shapes: Dims) -> Dims | None:
        kept, _ = self._indices(*shapes)
        return (*kept, ONE) if self.by_sample and len(kept) == 1 else kept

    def factors(self, *shapes: Dims) -> Dims:
        kept, summed = self._indices(*shapes)
        return (*kept, *summed)

    def _indices(self, *shapes: Dims) -> tuple[Dims, Dims]:
        """Sizes of the axes that stay, and of those summed over."""
        first, second = shapes
        where = f"{shown(first)} times {shown(second)}"
        left = [self._place(axis, first) for axis in self.left]
        right = [self._place(axis, second) for axis in self.right]
        if not len(set(left)) == len(set(right)) == len(left) == len(right):
            raise Impossible(f"axes {self.left} and {self.right} do not pair up: {where}")
        pairs = zip(left, right, strict=True)
        summed = tuple(agreed(where, first[i], second[j]) for i, j in pairs)
        common = (agreed(where, first[0], second[0]),) if self.by_sample else ()
        return (*common, *self._others(first, left), *self._others(second, right)), summed

    def _place(self, axis: int, shape: Dims) -> int:
        is_vector = len(shape) == 1 + self.by_sample
        place = position(-1 if axis == LAST_BUT_ONE and is_vector else axis, len(shape))
        if self.by_sample and place == 0:
            raise Impossible(f"samples cannot be summed over: axis 0 of {shown(shape)}")
        return place

    def _others(self, shape: Dims, taken: list[int]) -> Dims:
        return tuple(n for i, n in enumerate(shape) if i not in taken and i >= self.by_sample)


class AttentionProduct(Contraction):
    """Values weighted by how well queries fit keys: softmax(Q·Kᵀ)·V for each head, no weights.

    Query (T, heads, d), key and value (S, fewer or as many heads, d); out come T·heads values of d.
    MACs: 2·T·heads·S·d. Source: Vaswani et al. 2017, section 3.2.1; shared keys: Ainslie et al.
    2023.
    """

    operands: ClassVar[int] = 3

    def result(self, *shapes: Dims) -> Dims | None:
        query, _, values = self._checked(*shapes)
        return (*query[:-1], values[-1])

    def factors(self, *shapes: Dims) -> Dims:
        query, key, _ = self._checked(*shapes)
        return (Num(2), *query[:-1], key[1], query[-1])

    def _checked(self, *shapes: Dims) -> tuple[Dims, Dims, Dims]:
        where = " and ".join(map(shown, shapes))
        if [len(shape) for shape in shapes] != [4, 4, 4]:
            raise Impossible(f"attention reads samples of (steps, heads, size): {where}")
        query, key, values = shapes
        agreed(where, key[1], values[1])
        agreed(where, key[2], values[2])
        agreed(where, query[3], key[3])
        heads, shared = value(query[2]), value(key[2])
        if heads and shared and heads % shared:
            raise Impossible(f"{heads} heads cannot share {shared}: {where}")
        return query, key, values


# -- spellings -----------------------------------------------------------------------------------


def _matmul(x1: Incoming, x2: Incoming) -> Kind:
    return MatrixProduct(fixed=reading(x1, x2))


def _tf_matmul(
    a: Incoming, b: Incoming, transpose_a: bool = False, transpose_b: bool = False,
    adjoint_a: bool = False, adjoint_b: bool = False, *_: Ignored, **__: Ignored,
) -> Kind:  # fmt: skip
    return MatrixProduct(
        transpose_a=bool(transpose_a or adjoint_a),
        transpose_b=bool(transpose_b or adjoint_b),
        fixed=reading(a, b),
    )


def _dot(x1: Incoming, x2: Incoming) -> Kind:
    return TensorProduct(left=(-1,), right=(LAST_BUT_ONE,), fixed=reading(x1, x2))


def _backend_dot(x: Incoming, y: Incoming) -> Kind:
    return _dot(x, y)


def _inner(x1: Incoming, x2: Incoming) -> Kind:
    return TensorProduct(left=(-1,), right=(-1,), fixed=reading(x1, x2))


def _backend_batch_dot(x: Incoming, y: Incoming, axes: object = None) -> Kind:
    left, right = ((-1,), (LAST_BUT_ONE,)) if axes is None else _pair(axes)
    return TensorProduct(left=left, right=right, by_sample=True, fixed=reading(x, y))


def _pair(given: object) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """One axis for both tensors, one of each, or a list of axes of each."""
    both = given if isinstance(given, list | tuple) and len(given) == 2 else (given, given)  # noqa: PLR2004  # two tensors
    return axes(both[0]) or (), axes(both[1]) or ()


def _tensordot(x1: Incoming, x2: Incoming, axes: object = 2) -> Kind:
    count = axes if isinstance(axes, int) else None
    left, right = _pair(axes) if count is None else (range(-count, 0), range(count))
    return TensorProduct(left=tuple(left), right=tuple(right), fixed=reading(x1, x2))


def _tf_tensordot(a: Incoming, b: Incoming, axes: object, name: Ignored = None) -> Kind:
    return _tensordot(a, b, axes)


def _attention(query: Incoming, key: Incoming, value: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    return AttentionProduct(fixed=reading(query, key, value))


SPELLINGS: dict[str, Spelling] = {
    "python:matmul": _matmul,
    "keras:ops.matmul": _matmul,
    "tf:matmul": _tf_matmul,
    "tf:linalg.matmul": _tf_matmul,
    "keras:ops.dot": _dot,
    "keras:ops.inner": _inner,
    "keras:backend.dot": _backend_dot,
    "keras:backend.batch_dot": _backend_batch_dot,
    "keras:ops.tensordot": _tensordot,
    "tf:tensordot": _tf_tensordot,
    "tf:linalg.tensordot": _tf_tensordot,
    "keras:ops.dot_product_attention": _attention,
}
KINDS = (MatrixProduct, TensorProduct, AttentionProduct)
