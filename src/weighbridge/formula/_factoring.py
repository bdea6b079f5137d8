"""Counts of several shapes as one formula, common factors pulled out."""

from __future__ import annotations

from weighbridge.formula._expressions import Expr, Num, factors_of, plus, times

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def total(shapes: Iterable[Sequence[Expr]]) -> Expr:
    """Sum of the element counts of ``shapes``, common factors pulled out.

    A 5×5 convolution from 6 to 16 channels has the shapes (5, 5, 6, 16) and
    (16,); the factor 16 is in both, so the sum reads (5·5·6 + 1)·16.
    """
    return _factored([factors_of(times(*shape)) for shape in shapes])


def tally(entries: Iterable[tuple[Sequence[str], Sequence[Expr]]]) -> Expr:
    """Sum of element counts, each part factored on its own and equal parts counted.

    An entry is the path of a part and a shape. Four projections that each own the shapes
    (512, 512) and (512,) read 4·(512 + 1)·512; six layers of such parts 6·(…).
    """
    parts: dict[str, list[tuple[Sequence[str], Sequence[Expr]]]] = {}
    for path, shape in entries:
        parts.setdefault(path[0] if path else "", []).append((path[1:], shape))
    return repeated(
        total(shape for _, shape in inner) if all(not path for path, _ in inner) else tally(inner)
        for inner in parts.values()
    )


def repeated(terms: Iterable[Expr]) -> Expr:
    """The sum of ``terms`` in which equal ones are written once, with their number in front.

    3·C + C is 4·C, but 4·C + 4·C is 2·4·C: two parts of four.
    """
    counts: dict[Expr, dict[int, int]] = {}
    for term in terms:
        number, rest = counted(term)
        alike = counts.setdefault(rest, {})
        alike[number] = alike.get(number, 0) + 1
    return plus(*(_multiple(rest, alike) for rest, alike in counts.items()))


def _multiple(rest: Expr, alike: dict[int, int]) -> Expr:
    """``rest`` times each number, as often as that comes."""
    if len(alike) == 1:
        ((number, often),) = alike.items()
        return times(Num(often), Num(number), rest)
    return times(Num(sum(number * often for number, often in alike.items())), rest)


def counted(expr: Expr) -> tuple[int, Expr]:
    """``expr`` as a number in front and the rest: 3·C is 3 times C, C once C, 5 five times 1."""
    match factors_of(expr):
        case [Num(number), *rest]:
            return number, times(*rest)
    return 1, expr


def _factored(terms: list[list[Expr]]) -> Expr:
    """The sum of products: repeats counted, shared factors outside."""
    if not terms:
        return Num(0)
    if len(terms) == 1:
        return times(*terms[0])
    repeated = _repeats(terms)
    if len(repeated) < len(terms):
        return _factored(repeated)
    shared = _shared(terms)
    if shared:
        rest = [_without(term, shared) for term in terms]
        numbers = [factor for factor in shared if isinstance(factor, Num)]
        sizes = [factor for factor in shared if not isinstance(factor, Num)]
        return times(*numbers, _factored(rest), *sizes)
    best = _most_shared(terms)
    if best is None:
        return plus(*(times(*term) for term in terms))
    inside = [term for term in terms if best in term]
    outside = [times(*term) for term in terms if best not in term]
    position = next(i for i, term in enumerate(terms) if best in term)
    before = sum(best not in term for term in terms[:position])
    return plus(*outside[:before], _factored(inside), *outside[before:])


def _repeats(terms: list[list[Expr]]) -> list[list[Expr]]:
    """Equal terms as one with a count in front: C + C is 2·C."""
    merged: list[list[Expr]] = []
    for i, term in enumerate(terms):
        if term in terms[:i]:
            continue
        count = terms.count(term)
        if not term:
            merged.append([Num(count)])
        else:
            merged.append([Num(count), *term] if count > 1 else term)
    return merged


def _shared(terms: list[list[Expr]]) -> list[Expr]:
    first, *others = terms
    shared: list[Expr] = []
    for factor in first:
        wanted = shared.count(factor) + 1
        if all(term.count(factor) >= wanted for term in others):
            shared.append(factor)
    return shared


def _most_shared(terms: list[list[Expr]]) -> Expr | None:
    """The factor most terms have; of several that of the latest term: stages stay apart."""
    best, most = None, 1
    for term in reversed(terms):
        for factor in reversed(term):
            count = sum(factor in other for other in terms)
            if count > most and not isinstance(factor, Num):
                best, most = factor, count
    return best


def _without(term: list[Expr], taken: list[Expr]) -> list[Expr]:
    rest = list(term)
    for factor in taken:
        rest.remove(factor)
    return rest
