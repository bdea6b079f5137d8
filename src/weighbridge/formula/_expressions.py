"""Sums and products: how they are written down, and what they come to."""

from __future__ import annotations

from weighbridge._record import Record


class Num(Record):
    """A number that belongs to the formula itself, such as the 1 that stands for a bias."""

    value: int


class Dim(Record):
    """A named size: ``Dim("C_in", 6, "input channels")``; ``size`` is ``None`` where unknown."""

    symbol: str
    size: int | None
    meaning: str = ""


class Sum(Record):
    """Terms added up; a term that starts with ``Num(-1)`` is subtracted."""

    terms: tuple[Expr, ...]


class Product(Record):
    """Factors multiplied."""

    factors: tuple[Expr, ...]


class Floor(Record):
    """Whole-number quotient ``⌊dividend/divisor⌋``."""

    dividend: Expr
    divisor: Expr


Expr = Num | Dim | Sum | Product | Floor
ONE = Num(1)


# -- writing -------------------------------------------------------------------------------------


def times(*factors: Expr) -> Expr:
    """The product of ``factors``, nested products opened, ones left out."""
    flat: list[Expr] = []
    for factor in factors:
        flat += factor.factors if isinstance(factor, Product) else [factor]
    kept = tuple([factor for factor in flat if not _is_one(factor)])
    return kept[0] if len(kept) == 1 else Product(kept) if kept else ONE


def _is_one(expr: Expr) -> bool:
    return isinstance(expr, Num) and expr.value == 1


def plus(*terms: Expr) -> Expr:
    """The sum of ``terms``: nested sums opened, zeros left out, plain numbers at the end."""
    flat: list[Expr] = []
    for term in terms:
        flat += term.terms if isinstance(term, Sum) else [term]
    number = sum(term.value for term in flat if isinstance(term, Num))
    kept: list[Expr] = [term for term in flat if not isinstance(term, Num)]
    if number or not kept:
        kept.append(Num(number))
    return kept[0] if len(kept) == 1 else Sum(tuple(kept))


def minus(expr: Expr) -> Expr:
    """``expr`` subtracted: −expr as a term of a sum."""
    return Num(-expr.value) if isinstance(expr, Num) else times(Num(-1), expr)


def floor(dividend: Expr, divisor: Expr) -> Expr:
    """``⌊dividend/divisor⌋``; a divisor of 1 is not written."""
    return dividend if value(divisor) == 1 else Floor(dividend, divisor)


def factors_of(expr: Expr) -> list[Expr]:
    """The factors of a product; of anything else the thing itself, of 1 none."""
    if _is_one(expr):
        return []
    return list(expr.factors) if isinstance(expr, Product) else [expr]


# -- computing -----------------------------------------------------------------------------------


def value(expr: Expr) -> int | None:
    """What ``expr`` comes to; ``None`` as soon as one of its sizes is unknown."""
    # Asked for every size of every layer; matching patterns takes three times as long.
    if isinstance(expr, Dim):
        return expr.size
    if isinstance(expr, Num):
        return expr.value
    if isinstance(expr, Floor):
        above, below = value(expr.dividend), value(expr.divisor)
        return None if above is None or not below else above // below
    result, parts = (0, expr.terms) if isinstance(expr, Sum) else (1, expr.factors)
    for part in parts:
        number = value(part)
        if number is None:
            return None
        result = result + number if isinstance(expr, Sum) else result * number
    return result


def dims(expr: Expr) -> tuple[Dim, ...]:
    """The named sizes of ``expr``, each once, in the order they are written."""
    match expr:
        case Num():
            return ()
        case Dim():
            return (expr,)
        case Sum(parts) | Product(parts):
            found = [dim for part in parts for dim in dims(part)]
        case Floor(dividend, divisor):
            found = [*dims(dividend), *dims(divisor)]
    return tuple(dict.fromkeys(found))


def per(expr: Expr, symbol: str) -> tuple[Expr, Dim] | None:
    """``expr`` divided by its factor named ``symbol``, and that factor; ``None``: it has none."""
    factors = factors_of(expr)
    for i, factor in enumerate(factors):
        if isinstance(factor, Dim) and factor.symbol == symbol:
            return times(*factors[:i], *factors[i + 1 :]), factor
    return None
