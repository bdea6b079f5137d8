"""``einsum``: products of tensors, written as an equation between indices."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim, Num, value
from weighbridge.layers._operation import Contraction, broadcast, has_samples, reading, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import ClassVar

    from weighbridge.formula import Expr
    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Ignored, Incoming
    from weighbridge.model import Dims, Kind, Shape


class Einsum(Contraction):
    """Products of values summed over the indices that the result does not name.

    ``"bij,bjk->bik"`` is a matrix product; ``...`` stands for axes that stretch to each other.
    MACs: the product of the sizes of all indices, which for three tensors or more is the sum
    done at once, not pair by pair; 0 for a single tensor.
    """

    operands: ClassVar[int] = 1

    equation: str

    @property
    def terms(self) -> list[str]:
        """The indices of each operand, ``…`` for axes without a name."""
        return self._written.partition("->")[0].split(",")

    @property
    def outcome(self) -> str:
        """The indices of the result; where it is not written, those that occur once, sorted."""
        _, arrow, outcome = self._written.partition("->")
        if arrow:
            return outcome
        letters = "".join(self.terms)
        once = sorted(letter for letter in set(letters) - {"…"} if letters.count(letter) == 1)
        return "…" * ("…" in letters) + "".join(once)

    @property
    def _written(self) -> str:
        return self.equation.replace(" ", "").replace("...", "…")

    def result(self, *shapes: Dims) -> Dims | None:
        sizes = self._sizes(*shapes)
        if not set(self.outcome) <= sizes.keys() or len(set(self.outcome)) < len(self.outcome):
            raise Impossible(f"{self.equation} names an index that no tensor has, or one twice")
        return tuple(size for letter in self.outcome for size in sizes[letter])

    def factors(self, *shapes: Dims) -> Dims:
        return tuple(size for found in self._sizes(*shapes).values() for size in found)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        return Num(0) if len(self.terms) == 1 else Contraction.macs(self, incoming, outgoing)

    def _sizes(self, *shapes: Dims) -> dict[str, Dims]:
        """The size of each index, and those of the axes without a name."""
        if len(self.terms) != len(shapes):
            raise Impossible(f"{self.equation} reads {len(self.terms)} tensors, not {len(shapes)}")
        found: dict[str, list[Dims]] = {"…": [()]}
        for term, shape in zip(self.terms, shapes, strict=True):
            for letter, size in _matched(term, shape, self.equation):
                found.setdefault(letter, []).append(size)
        return {letter: _common(letter, together) for letter, together in found.items()}


def _matched(term: str, shape: Dims, equation: str) -> Iterator[tuple[str, Dims]]:
    """Each index of ``term`` with the sizes it stands for."""
    more = len(shape) - len(term.replace("…", ""))
    if more < 0 or (more and "…" not in term) or term.count("…") > 1:
        raise Impossible(f"{shown(shape)} has not the axes that {term!r} of {equation} names")
    sizes = iter(shape)
    for letter in term:
        yield letter, tuple(next(sizes) for _ in range(more if letter == "…" else 1))


def _common(letter: str, found: list[Dims]) -> Dims:
    shape = broadcast(*found)
    if letter == "…" or has_samples(shape):
        return shape
    return tuple(Dim(letter, value(size), f"index {letter}") for size in shape)


# -- spellings -----------------------------------------------------------------------------------


def _einsum(
    subscripts: str, first: Incoming, second: Incoming = None, third: Incoming = None,
    fourth: Incoming = None, fifth: Incoming = None, sixth: Incoming = None, **_: Ignored,
) -> Kind:  # fmt: skip
    tensors = reading(first, second, third, fourth, fifth, sixth)
    return Einsum(equation=subscripts, fixed=tensors)


def _tf_einsum(
    equation: str, first: Incoming, second: Incoming = None, third: Incoming = None,
    fourth: Incoming = None, fifth: Incoming = None, sixth: Incoming = None, **_: Ignored,
) -> Kind:  # fmt: skip
    return _einsum(equation, first, second, third, fourth, fifth, sixth)


def _tf_matvec(
    a: Incoming, b: Incoming, transpose_a: bool = False, adjoint_a: bool = False, *_: Ignored,
    **__: Ignored,
) -> Kind:  # fmt: skip
    rows = "...ji" if transpose_a or adjoint_a else "...ij"
    return Einsum(equation=f"{rows},...j->...i", fixed=reading(a, b))


SPELLINGS: dict[str, Spelling] = {
    "keras:ops.einsum": _einsum,
    "tf:einsum": _tf_einsum,
    "tf:linalg.einsum": _tf_einsum,
    "tf:linalg.matvec": _tf_matvec,
}
KINDS = (Einsum,)
