"""Blocks, and how the pieces of a line are spelled."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from weighbridge.amount import Amount
from weighbridge.formula import Dim, Num, plain, plus, symbolic, times
from weighbridge.reports.document import (
    Column,
    Document,
    Equation,
    Heading,
    Paragraph,
    Speller,
    Symbols,
    Table,
    derivation,
    printable,
    spelled,
)

UPPER = Speller(str.upper, lambda expr, symbols: symbolic(expr) if symbols else plain(expr))
C, K = Dim("C", 6), Dim("k", None)


def test_pieces() -> None:
    """Words are the format's to escape, formulas are its to spell, numbers have separators."""
    assert spelled(("of ", 2_416, " ", Amount(10_164, ("a",))), UPPER) == "OF 2,416 ≥ 10,164"
    assert spelled((Symbols(times(C, K)), " is ", times(C, K)), UPPER) == "C·k IS 6·k"


def test_steps() -> None:
    """Symbols, values, result; what would only be repeated is left out."""
    two = plus(times(C, C), Num(1))
    assert derivation(Equation("n", two)) == (Symbols(two), two, 37)
    assert derivation(Equation("n", times(C, K))) == (Symbols(times(C, K)), times(C, K), "?")
    assert derivation(Equation("n", C)) == (Symbols(C), 6)
    assert derivation(Equation("n", Num(3))) == (3,)


@given(st.text())
def test_printable(text: str) -> None:
    """One line without control characters; what can be printed stays as it is."""
    shown = printable(text)

    assert shown.isprintable()
    assert shown == text or not text.isprintable()


def test_escapes_are_seen() -> None:
    assert printable("a\x1b[31m\nb\u202e") == "a\\x1b[31m b\\u202e"


def test_bare_tables() -> None:
    assert Table((Column("a"), Column("")), ()).titled
    assert not Table((Column(""),), ()).titled


def test_shows_itself() -> None:
    """A document prints as text in a shell, as a part of a page in a notebook."""
    document = Document("t", (Heading("t"), Paragraph("a < b")))

    assert str(document) == "t\n\na < b\n"
    assert repr(document) == "t\n\na < b"
    assert "a &lt; b" in document._repr_html_()
