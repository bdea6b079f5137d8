"""How a number came about: sums and products that remember how they were written.

A formula is never multiplied out. ``total`` adds up the element counts of shapes and pulls common
factors out; ``value`` computes; ``plain``, ``symbolic``, ``ascii_``, ``latex`` and ``html`` spell.
"""

from __future__ import annotations

from weighbridge._record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


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
    kept = tuple(factor for factor in flat if factor != ONE)
    return kept[0] if len(kept) == 1 else Product(kept) if kept else ONE


def plus(*terms: Expr) -> Expr:
    """The sum of ``terms``, nested sums opened, zeros left out, plain numbers gathered at the end."""
    flat: list[Expr] = []
    for term in terms:
        flat += term.terms if isinstance(term, Sum) else [term]
    number = sum(term.value for term in flat if isinstance(term, Num))
    kept = [term for term in flat if not isinstance(term, Num)]
    if number or not kept:
        kept.append(Num(number))
    return kept[0] if len(kept) == 1 else Sum(tuple(kept))


def minus(expr: Expr) -> Expr:
    """``expr`` subtracted: −expr as a term of a sum."""
    return Num(-expr.value) if isinstance(expr, Num) else times(Num(-1), expr)


def floor(dividend: Expr, divisor: Expr) -> Expr:
    """``⌊dividend/divisor⌋``; a divisor of 1 is not written."""
    return dividend if value(divisor) == 1 else Floor(dividend, divisor)


def total(shapes: Iterable[Sequence[Expr]]) -> Expr:
    """Sum of the element counts of ``shapes``, common factors pulled out.

    A 5×5 convolution from 6 to 16 channels has the shapes (5, 5, 6, 16) and
    (16,); the factor 16 is in both, so the sum reads (5·5·6 + 1)·16.
    """
    return _factored([_factors(times(*shape)) for shape in shapes])


def _factors(expr: Expr) -> list[Expr]:
    if expr == ONE:
        return []
    return list(expr.factors) if isinstance(expr, Product) else [expr]


def _factored(terms: list[list[Expr]]) -> Expr:
    """The sum of products as few factors as a reader needs: repeats counted, shared factors outside."""
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
        return times(_factored(rest), *shared)
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
    """The factor most terms have; of several the one of the latest term, so that stages stay apart."""
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


# -- computing -----------------------------------------------------------------------------------


def value(expr: Expr) -> int | None:
    """What ``expr`` comes to; ``None`` as soon as one of its sizes is unknown."""
    match expr:
        case Num(number):
            return number
        case Dim(_, size):
            return size
        case Sum(terms):
            return _fold(terms, 0, lambda a, b: a + b)
        case Product(factors):
            return _fold(factors, 1, lambda a, b: a * b)
        case Floor(dividend, divisor):
            above, below = value(dividend), value(divisor)
            return None if above is None or not below else above // below


def _fold(parts: tuple[Expr, ...], start: int, join: Callable[[int, int], int]) -> int | None:
    result = start
    for part in parts:
        number = value(part)
        if number is None:
            return None
        result = join(result, number)
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
    """``expr`` divided by its factor named ``symbol``, and that factor; ``None`` if it is not one."""
    factors = _factors(expr)
    for i, factor in enumerate(factors):
        if isinstance(factor, Dim) and factor.symbol == symbol:
            return times(*factors[:i], *factors[i + 1 :]), factor
    return None


# -- spelling ------------------------------------------------------------------------------------


class _Spelling(Record):
    """Signs of one way of writing formulas."""

    dim: Callable[[Dim], str]
    times: str
    minus: str
    quotient: str
    floor: str


def _number(dim: Dim) -> str:
    return dim.symbol if dim.size is None else str(dim.size)


def _latex_symbol(dim: Dim) -> str:
    head, _, tail = dim.symbol.partition("_")
    return f"{head}_{{\\text{{{tail}}}}}" if len(tail) > 1 else f"{head}_{tail}" if tail else head


def _latex_number(dim: Dim) -> str:
    return _latex_symbol(dim) if dim.size is None else str(dim.size)


def _html_symbol(dim: Dim) -> str:
    head, _, tail = dim.symbol.partition("_")
    return f"<i>{head}</i><sub>{tail}</sub>" if tail else f"<i>{head}</i>"


def _html_number(dim: Dim) -> str:
    return _html_symbol(dim) if dim.size is None else str(dim.size)


_PLAIN = _Spelling(_number, "·", "−", "{}/{}", "⌊{}/{}⌋")
_SYMBOLS = _Spelling(lambda dim: dim.symbol, "·", "−", "⌊{}/{}⌋", "⌊{}/{}⌋")
_ASCII = _Spelling(_number, "*", "-", "{}//{}", "{}//{}")
_LATEX_QUOTIENT = r"\lfloor {} / {} \rfloor"
_LATEX = _Spelling(_latex_number, r" \cdot ", "-", "{} / {}", _LATEX_QUOTIENT)
_LATEX_SYMBOLS = _Spelling(_latex_symbol, r" \cdot ", "-", _LATEX_QUOTIENT, _LATEX_QUOTIENT)
_HTML = _Spelling(_html_number, "·", "−", "{}/{}", "⌊{}/{}⌋")
_HTML_SYMBOLS = _Spelling(_html_symbol, "·", "−", "⌊{}/{}⌋", "⌊{}/{}⌋")


def plain(expr: Expr) -> str:
    """With the values in it: ``(5·5·6 + 1)·16``."""
    return _spell(expr, _PLAIN)


def symbolic(expr: Expr) -> str:
    """With the names of the sizes: ``(k_h·k_w·C_in + 1)·C_out``."""
    return _spell(expr, _SYMBOLS)


def ascii_(expr: Expr) -> str:
    """As a Python expression: ``(5*5*6 + 1)*16``."""
    return _spell(expr, _ASCII)


def latex(expr: Expr, symbols: bool = False) -> str:
    """For LaTeX's mathematics mode: ``(5 \\cdot 5 \\cdot 6 + 1) \\cdot 16``."""
    return _spell(expr, _LATEX_SYMBOLS if symbols else _LATEX)


def html(expr: Expr, symbols: bool = False) -> str:
    """For a page; names in italics with real subscripts."""
    return _spell(expr, _HTML_SYMBOLS if symbols else _HTML)


def equation(expr: Expr) -> str:
    """Formula and result: ``(5·5·6 + 1)·16 = 2,416``; ``= ?`` where a size is unknown."""
    result = value(expr)
    if isinstance(expr, Num):
        return f"{expr.value:,}"
    return f"{plain(expr)} = {'?' if result is None else format(result, ',')}"


def _spell(expr: Expr, signs: _Spelling) -> str:
    match expr:
        case Num(number):
            return str(number) if number >= 0 else signs.minus + str(-number)
        case Dim():
            return signs.dim(expr)
        case Product(factors):
            return signs.times.join(_inside(factor, signs) for factor in factors)
        case Sum(terms):
            return _spell_sum(terms, signs)
        case Floor(dividend, divisor):
            above, below = value(dividend), value(divisor)
            exact = above is not None and below and above % below == 0
            form = signs.quotient if exact else signs.floor
            return form.format(_inside(dividend, signs), _inside(divisor, signs))


def _spell_sum(terms: tuple[Expr, ...], signs: _Spelling) -> str:
    text = ""
    for term in terms:
        positive, negative = _sign(term)
        sign = signs.minus if negative else "+"
        spelled = _spell(positive, signs)
        text = f"{text} {sign} {spelled}" if text else f"{signs.minus if negative else ''}{spelled}"
    return text


def _sign(term: Expr) -> tuple[Expr, bool]:
    """The term without its sign, and whether it is subtracted."""
    match term:
        case Num(number) if number < 0:
            return Num(-number), True
        case Product((Num(-1), *rest)):
            return times(*rest), True
    return term, False


def _inside(factor: Expr, signs: _Spelling) -> str:
    spelled = _spell(factor, signs)
    closed = isinstance(factor, Num | Dim) or spelled.startswith(("⌊", r"\lfloor"))
    return spelled if closed else f"({spelled})"
