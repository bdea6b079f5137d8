"""Formulas as text: with values or with names, plain, ASCII, LaTeX, HTML."""

from __future__ import annotations

from weighbridge._record import Record
from weighbridge.formula._expressions import Dim, Expr, Floor, Num, Product, Sum, times, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


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
    if isinstance(expr, Num | Dim) and result is not None:
        return f"{result:,}"
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
        # A minus would take hold of the first part of these only.
        whole = isinstance(positive, Sum | Floor) and negative
        spelled = _inside(positive, signs) if whole else _spell(positive, signs)
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
    bracketed = isinstance(factor, Floor) and spelled.startswith(("⌊", r"\lfloor"))
    return spelled if bracketed or isinstance(factor, Num | Dim) else f"({spelled})"
