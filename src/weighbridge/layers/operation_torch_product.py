"""PyTorch's products of tensors: linear maps, matrix products, attention without a layer."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import plus, value
from weighbridge.layers._operation import Contraction, agreed, axes, broadcast, reading, shown
from weighbridge.layers.einsum import Einsum
from weighbridge.layers.matmul import MatrixProduct, TensorProduct
from weighbridge.model import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Ignored, Incoming
    from weighbridge.model import Dims, Kind

_HEADS = -3
"""Where the axis of heads is, if heads share keys."""


class AddedProduct(MatrixProduct):
    """A product of matrices added to a tensor, which is stretched to its shape."""

    operands: ClassVar[int] = 3

    def result(self, *shapes: Dims) -> Dims | None:
        product = self._product().result(*shapes[1:]) or ()
        if broadcast(shapes[0], product) != product and len(shapes[0]) > len(product):
            raise Impossible(f"{shown(shapes[0])} cannot be stretched to {shown(product)}")
        return product

    def factors(self, *shapes: Dims) -> Dims:
        return self._product().factors(*shapes[1:])

    def _product(self) -> MatrixProduct:
        return MatrixProduct(ranks=self.ranks)


class ScaledAttention(Contraction):
    """Values weighted by how well queries fit keys: softmax(Q·Kᵀ)·V for each head, no weights.

    Query (…, T, d), key (…, S, d), value (…, S, d_v) give (…, T, d_v), where … are samples and
    heads. MACs: T·S·(d + d_v) for each head. Source: Vaswani et al. 2017, section 3.2.1.
    """

    operands: ClassVar[int] = 3

    shares_keys: bool = False
    """Whether several heads of the query may share one of key and value (Ainslie et al. 2023)."""

    def result(self, *shapes: Dims) -> Dims | None:
        leading, query, _, values = self._checked(*shapes)
        return (*leading, query[-2], values[-1])

    def factors(self, *shapes: Dims) -> Dims:
        leading, query, key, values = self._checked(*shapes)
        return (*leading, query[-2], key[-2], plus(query[-1], values[-1]))

    def _checked(self, *shapes: Dims) -> tuple[Dims, Dims, Dims, Dims]:
        """Sizes of the axes before steps and width, then query, key and value."""
        where = " and ".join(map(shown, shapes))
        if min(map(len, shapes)) < 2:  # noqa: PLR2004  # steps and width
            raise Impossible(f"attention reads steps of vectors: {where}")
        query, key, values = shapes
        agreed(where, query[-1], key[-1])
        agreed(where, key[-2], values[-2])
        if self.shares_keys:
            key, values = self._spread(query, key, where), self._spread(query, values, where)
        return broadcast(query[:-2], key[:-2], values[:-2]), query, key, values

    def _spread(self, query: Dims, shared: Dims, where: str) -> Dims:
        """``shared`` with as many heads as ``query`` has."""
        if min(len(query), len(shared)) < -_HEADS:
            raise Impossible(f"there is no axis of heads: {where}")
        heads, fewer = value(query[_HEADS]), value(shared[_HEADS])
        if None not in (heads, fewer) and (not fewer or heads % fewer):  # type: ignore[operator]  # none is None
            raise Impossible(f"{heads} heads cannot share {fewer}: {where}")
        return (*shared[:_HEADS], query[_HEADS], *shared[-2:])


# -- spellings -----------------------------------------------------------------------------------


def _linear(input: Incoming, weight: Incoming, bias: Ignored = None) -> Kind:
    return MatrixProduct(transpose_b=True, fixed=reading(input, weight))


def _bilinear(input1: Incoming, input2: Incoming, weight: Incoming, bias: Ignored = None) -> Kind:
    return Einsum(equation="...i,...j,oij->...o", fixed=reading(input1, input2, weight))


def _matmul(input: Incoming, other: Incoming, **_: Ignored) -> Kind:
    return MatrixProduct(fixed=reading(input, other))


def _mm(input: Incoming, mat2: Incoming, **_: Ignored) -> Kind:
    return MatrixProduct(ranks=(2, 2), fixed=reading(input, mat2))


def _bmm(input: Incoming, mat2: Incoming, **_: Ignored) -> Kind:
    return MatrixProduct(ranks=(3, 3), fixed=reading(input, mat2))


def _mv(input: Incoming, vec: Incoming, **_: Ignored) -> Kind:
    return MatrixProduct(ranks=(2, 1), fixed=reading(input, vec))


def _dot(input: Incoming, tensor: Incoming, **_: Ignored) -> Kind:
    return MatrixProduct(ranks=(1, 1), fixed=reading(input, tensor))


def _vdot(input: Incoming, other: Incoming, **_: Ignored) -> Kind:
    return _dot(input, other)


def _inner(input: Incoming, other: Incoming, **_: Ignored) -> Kind:
    return TensorProduct(left=(-1,), right=(-1,), fixed=reading(input, other))


def _outer(input: Incoming, vec2: Incoming, **_: Ignored) -> Kind:
    return TensorProduct(left=(), right=(), fixed=reading(input, vec2))


def _addmm(input: Incoming, mat1: Incoming, mat2: Incoming, **_: Ignored) -> Kind:
    return AddedProduct(ranks=(2, 2), fixed=reading(input, mat1, mat2))


def _addmv(input: Incoming, mat: Incoming, vec: Incoming, **_: Ignored) -> Kind:
    return AddedProduct(ranks=(2, 1), fixed=reading(input, mat, vec))


def _baddbmm(input: Incoming, batch1: Incoming, batch2: Incoming, **_: Ignored) -> Kind:
    return AddedProduct(ranks=(3, 3), fixed=reading(input, batch1, batch2))


def _tensordot(a: Incoming, b: Incoming, dims: object = 2, **_: Ignored) -> Kind:
    if isinstance(dims, int):
        left, right = tuple(range(-dims, 0)), tuple(range(dims))
    else:
        both = tuple(dims) if isinstance(dims, list | tuple) else ()
        if len(both) != 2:  # noqa: PLR2004  # two tensors
            raise Impossible(f"dims must be a number, or the axes of both tensors: {dims!r}")
        left, right = axes(both[0]) or (), axes(both[1]) or ()
    return TensorProduct(left=left, right=right, fixed=reading(a, b))


def _einsum(equation: object, *operands: Incoming) -> Kind:
    if not isinstance(equation, str):
        return Unknown(native="einsum", because="its equation is not written as text")
    return Einsum(equation=equation, fixed=reading(*operands))


def _attention(
    query: Incoming, key: Incoming, value: Incoming, attn_mask: Ignored = None,
    dropout_p: Ignored = 0.0, is_causal: Ignored = False, scale: Ignored = None,
    enable_gqa: bool = False,
) -> Kind:  # fmt: skip
    return ScaledAttention(shares_keys=bool(enable_gqa), fixed=reading(query, key, value))


SPELLINGS: dict[str, Spelling] = {
    "torch:F.linear": _linear,
    "torch:F.bilinear": _bilinear,
    "torch:F.scaled_dot_product_attention": _attention,
    "torch:matmul": _matmul,
    "torch:linalg.matmul": _matmul,
    "torch:mm": _mm,
    "torch:bmm": _bmm,
    "torch:mv": _mv,
    "torch:dot": _dot,
    "torch:vdot": _vdot,
    "torch:inner": _inner,
    "torch:outer": _outer,
    "torch:ger": _outer,
    "torch:addmm": _addmm,
    "torch:addmv": _addmv,
    "torch:baddbmm": _baddbmm,
    "torch:tensordot": _tensordot,
    "torch:einsum": _einsum,
}
KINDS = (AddedProduct, ScaledAttention)
