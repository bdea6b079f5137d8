"""LaTeX, to be read into a document with ``\\input``: tabulars, formulas in mathematics mode.

Needs no package but amsmath.
"""

from __future__ import annotations

from weighbridge import formula
from weighbridge.reports.document import (
    Equation,
    Heading,
    Note,
    Paragraph,
    Speller,
    Table,
    derivation,
    printable,
    spelled,
)
from weighbridge.reports.formats import Renderer, Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.formula import Expr
    from weighbridge.reports.document import Block, Text

_SECTIONS = ("section", "subsection", "subsubsection", "paragraph")
_ESCAPED = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        '"': "''",
        "`": r"\textasciigrave{}",
        "[": "{[}",  # after a line's end it would open an option, and so would a star
        "]": "{]}",
        "*": "{*}",
        **{letter: f"\\{letter}" for letter in "{}#$%&_"},
        "≥": r"$\geq$",
        "·": r"$\cdot$",
        "−": "$-$",
        "×": r"$\times$",
        "⌊": r"$\lfloor$",
        "⌋": r"$\rfloor$",
        "…": r"\ldots{}",
        "–": r"\textendash{}",
    }
)


def _words(text: str) -> str:
    # Two hyphens in a row would become a dash.
    return text.translate(_ESCAPED).replace("--", "-{}-")


def _formula(expr: Expr, symbols: bool) -> str:
    return f"${formula.latex(expr, symbols)}$"


_SPELLER = Speller(_words, _formula)
_IN_FORMULA = Speller(lambda text: text.replace(",", "{,}"), formula.latex)


def _render(report: Report) -> str:
    blocks = "\n\n".join(_block(block) for block in report.document.blocks)
    return f"% To be read into a document with \\input; needs \\usepackage{{amsmath}}.\n{blocks}\n"


def _block(block: Block) -> str:
    match block:
        case Heading(text, level, aside):
            said = f"\n{_words(printable(aside))}" if aside else ""
            section = _SECTIONS[min(level, len(_SECTIONS)) - 1]
            return f"\\{section}*{{{_words(printable(text))}}}{said}"
        case Paragraph(text):
            return f"\\noindent {spelled(text, _SPELLER)}"
        case Equation():
            return _equation(block)
        case Note():
            return _note(block)
        case Table():
            return _table(block)


def _equation(block: Equation) -> str:
    """One step per line, equals signs under each other."""
    first, *rest = (spelled(step, _IN_FORMULA) for step in derivation(block))
    lines = [f"\\text{{{_words(block.name)}}} &= {first}", *(f"&= {step}" for step in rest)]
    body = " \\\\\n".join(f"  {line}" for line in lines)
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}"


def _note(block: Note) -> str:
    lines = [f"\\noindent\\emph{{{block.level}:}} {_words(printable(block.text))}"]
    if block.excerpt:
        code = (_words(printable(line)).replace(" ", "~") for line in block.excerpt.splitlines())
        lines += ["\\begin{quote}\\ttfamily", *(f"\\mbox{{{line}}}\\\\" for line in code)]
        lines.append("\\end{quote}")
    return "\n".join(lines)


def _table(table: Table) -> str:
    sides = "".join(column.align[0] for column in table.columns)
    titles = [tuple(column.title for column in table.columns)] if table.titled else []
    groups = [list(map(_row, lines)) for lines in (titles, table.rows, table.totals) if lines]
    rule = ["\\hline"] if table.titled or table.totals else []
    lines = [*rule, *(line for group in groups for line in (*group, *rule))]
    return "\n".join((f"\\begin{{tabular}}{{{sides}}}", *lines, "\\end{tabular}"))


def _row(cells: tuple[Text, ...]) -> str:
    return f"{' & '.join(spelled(cell, _SPELLER) for cell in cells)} \\\\"


RENDERER = Renderer("latex", (".tex",), _render)
