"""A formula says how a number came about: it must read well, and it must be true."""

from __future__ import annotations

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.formula import (
    Dim,
    Expr,
    Num,
    Product,
    Sum,
    ascii_,
    counted,
    dims,
    equation,
    floor,
    html,
    latex,
    minus,
    per,
    plain,
    plus,
    repeated,
    symbolic,
    tally,
    times,
    total,
    value,
)

K_H, K_W, C_IN, C_OUT = Dim("k_h", 5), Dim("k_w", 5), Dim("C_in", 6), Dim("C_out", 16)
N_IN, UNITS, C, H = Dim("n_in", 28), Dim("units", 10), Dim("C", 64), Dim("h", 128)
SIZES = (K_H, K_W, C_IN, C_OUT, Dim("m", 1), Dim("T", 7), Dim("E", 0))
VALUES = {dim.symbol: dim.size for dim in SIZES}

numbers = st.integers(-3, 4).map(Num)
divisors = st.lists(st.sampled_from(SIZES[:-1]), min_size=1, max_size=2).map(lambda d: times(*d))
shapes = st.lists(st.sampled_from(SIZES[:-1]) | st.integers(1, 3).map(Num), max_size=4)


def _grown(smaller: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    several = st.lists(smaller, max_size=4)
    return st.one_of(
        several.map(lambda parts: plus(*parts)),
        several.map(lambda parts: times(*parts)),
        smaller.map(minus),
        st.builds(floor, smaller, divisors),
    )


exprs = st.recursive(st.sampled_from(SIZES) | numbers, _grown, max_leaves=12)


def computed(text: str) -> int:
    """What a person gets who types the formula into Python."""
    typed = text.translate({ord(a): b for a, b in zip("·−⌊⌋", ("*", "-", "(", ")"), strict=True)})
    return int(eval(typed.replace("/", "//"), {}, dict(VALUES)))


@given(exprs)
def test_the_printed_formula_evaluates_to_its_value(expr: Expr) -> None:
    assert computed(plain(expr)) == value(expr)


@given(exprs)
def test_the_symbols_evaluate_to_its_value(expr: Expr) -> None:
    assert computed(symbolic(expr)) == value(expr)


@given(exprs)
def test_the_python_expression_evaluates_to_its_value(expr: Expr) -> None:
    assert eval(ascii_(expr)) == value(expr)


@given(exprs)
def test_latex_evaluates_to_its_value(expr: Expr) -> None:
    signs = {r"\cdot": "·", r"\lfloor": "⌊", r"\rfloor": "⌋"}
    text = latex(expr)
    for command, sign in signs.items():
        text = text.replace(command, sign)

    assert computed(text) == value(expr)


@given(exprs)
def test_html_with_values_is_the_plain_text(expr: Expr) -> None:
    assert html(expr) == plain(expr)


@given(exprs)
def test_the_result_is_written_behind_the_formula(expr: Expr) -> None:
    result = equation(expr).rpartition("= ")[2]

    assert int(result.replace(",", "")) == value(expr)


@given(st.lists(shapes, max_size=6))
def test_factoring_never_changes_a_count(tensors: list[list[Expr]]) -> None:
    counts = [prod(value(size) or 0 for size in shape) for shape in tensors]

    assert value(total(tensors)) == sum(counts)


@given(st.lists(shapes, max_size=6))
def test_factoring_never_writes_more_sizes_than_there_are(tensors: list[list[Expr]]) -> None:
    assert written(total(tensors)) <= max(sum(written(times(*shape)) for shape in tensors), 1)


@given(st.lists(st.tuples(st.lists(st.sampled_from("ab"), max_size=2), shapes), max_size=6))
def test_counting_by_parts_never_changes_a_count(
    entries: list[tuple[list[str], list[Expr]]],
) -> None:
    counts = [prod(value(size) or 0 for size in shape) for _, shape in entries]

    assert value(tally(entries)) == sum(counts)


def test_equal_parts_are_counted() -> None:
    """Four projections of a Transformer, then six layers of them."""
    d = Dim("d", 512)
    projections = [((f"layer {i}", f"projection {j}"), shape)
        for i in range(6) for j in range(4) for shape in ((d, d), (d,))]  # fmt: skip

    assert plain(tally(projections[:8])) == "4·(512 + 1)·512"
    assert plain(tally(projections)) == "6·4·(512 + 1)·512"
    assert plain(tally([*projections[:8], ((), (d,))])) == "4·(512 + 1)·512 + 512"


def test_a_part_may_stand_for_several() -> None:
    """Query, key and value in one tensor are three projections; with the output they are four."""
    d = Dim("d", 512)
    three = [(("inward",), (d, times(Num(3), d))), (("inward",), (times(Num(3), d),))]
    one = [(("outward",), (d, d)), (("outward",), (d,))]

    assert plain(tally(three)) == "3·(512 + 1)·512"
    assert plain(tally([*three, *one])) == "4·(512 + 1)·512"


@given(st.lists(exprs, max_size=5))
def test_counting_repeats_never_changes_a_sum(terms: list[Expr]) -> None:
    assert value(repeated(terms)) == sum(value(term) or 0 for term in terms)


@given(exprs)
def test_the_number_in_front_is_a_factor(expr: Expr) -> None:
    number, rest = counted(expr)

    assert number * (value(rest) or 0) == value(expr)


def written(expr: Expr) -> int:
    """How many sizes and numbers a reader of ``expr`` sees."""
    match expr:
        case Sum(parts) | Product(parts):
            return sum(written(part) for part in parts)
        case _:
            return 1


@given(st.lists(exprs, max_size=4))
def test_sums_and_products_compute_what_they_say(parts: list[Expr]) -> None:
    known = [value(part) or 0 for part in parts]

    assert value(plus(*parts)) == sum(known)
    assert value(times(*parts)) == prod(known)
    assert [value(minus(part)) for part in parts] == [-number for number in known]


@given(exprs, divisors)
def test_a_quotient_is_rounded_down(dividend: Expr, divisor: Expr) -> None:
    above, below = value(dividend), value(divisor)

    assert above is not None
    assert below is not None
    assert value(floor(dividend, divisor)) == above // below


@given(exprs, st.sampled_from(SIZES))
def test_an_unknown_size_makes_the_result_unknown(expr: Expr, forgotten: Dim) -> None:
    def opened(part: Expr) -> Expr:
        return Dim(part.symbol, None) if isinstance(part, Dim) and part == forgotten else part

    both = plus(expr, opened(forgotten))

    assert value(both) is None
    assert equation(both).endswith("= ?")
    assert forgotten.symbol in plain(both)


@given(exprs)
def test_sizes_are_listed_once_in_the_order_they_are_written(expr: Expr) -> None:
    listed = [dim.symbol for dim in dims(expr)]
    letters = "".join(c if c.isalnum() or c == "_" else " " for c in symbolic(expr))
    written = [word for word in letters.split() if not word.isdigit()]

    assert listed == list(dict.fromkeys(written))


@given(st.lists(st.sampled_from(SIZES), min_size=1, max_size=5), st.data())
def test_a_share_times_its_number_is_the_whole(sizes: list[Dim], data: st.DataObject) -> None:
    expr, chosen = times(*sizes), data.draw(st.sampled_from(sizes))
    split = per(expr, chosen.symbol)

    assert split is not None
    assert value(times(*split)) == value(expr)
    assert per(expr, "absent") is None


@pytest.mark.parametrize(
    ("tensors", "text", "symbols"),
    [
        # The second convolution of LeNet-5: both tensors have a filter for each output channel.
        (
            [(K_H, K_W, C_IN, C_OUT), (C_OUT,)],
            "(5·5·6 + 1)·16",
            "(k_h·k_w·C_in + 1)·C_out",
        ),
        # Without a bias there is nothing to pull out.
        ([(K_H, K_W, C_IN, C_OUT)], "5·5·6·16", "k_h·k_w·C_in·C_out"),
        # Batch normalisation: equal tensors are counted.
        ([(C,)] * 4, "4·64", "4·C"),
        # An LSTM: four gates, each with a matrix for the input, one for the state, and a bias.
        (
            [(Num(4), N_IN, H), (Num(4), H, H), (Num(4), H)],
            "4·(28 + 128 + 1)·128",
            "4·(n_in + h + 1)·h",
        ),
        # A separable convolution: what only some tensors share stays with these.
        (
            [(K_H, K_W, C_IN), (C_IN, C_OUT), (C_OUT,)],
            "5·5·6 + (6 + 1)·16",
            "k_h·k_w·C_in + (C_in + 1)·C_out",
        ),
        # Nothing in common.
        ([(N_IN, UNITS), (C,)], "28·10 + 64", "n_in·units + C"),
        # A scalar is a single 1.
        ([()], "1", "1"),
        ([(), ()], "2", "2"),
        ([], "0", "0"),
    ],
)  # fmt: skip
def test_common_factors_are_pulled_out(
    tensors: list[tuple[Expr, ...]], text: str, symbols: str
) -> None:
    assert plain(total(tensors)) == text
    assert symbolic(total(tensors)) == symbols


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (times(Num(1), K_H, Num(1)), "5"),
        (plus(Num(2), K_H, Num(-1), Num(0)), "5 + 1"),
        (plus(K_H, minus(C_IN)), "5 − 6"),
        (plus(K_H, minus(plus(C_IN, C_OUT))), "5 − (6 + 16)"),
        (plus(minus(floor(C, C_OUT)), K_H), "−(64/16) + 5"),
        (times(plus(floor(C_IN, K_H), Num(1)), C), "(⌊6/5⌋ + 1)·64"),
        (times(floor(C, C_OUT), K_H), "(64/16)·5"),
        (times(floor(C, K_H), K_H), "⌊64/5⌋·5"),
        (floor(C, Dim("g", 1)), "64"),
    ],
)
def test_brackets_stand_where_they_are_needed(expr: Expr, text: str) -> None:
    assert plain(expr) == text


def test_spellings_of_one_formula() -> None:
    expr = total([(K_H, K_W, Dim("C_in", None, "input channels"), C_OUT), (C_OUT,)])

    assert equation(expr) == "(5·5·C_in + 1)·16 = ?"
    assert ascii_(expr) == "(5*5*C_in + 1)*16"
    assert latex(expr) == r"(5 \cdot 5 \cdot C_{\text{in}} + 1) \cdot 16"
    assert latex(expr, symbols=True).endswith(r" + 1) \cdot C_{\text{out}}")
    assert html(expr, symbols=True).endswith(" + 1)·<i>C</i><sub>out</sub>")


def test_a_single_size_is_its_own_equation() -> None:
    assert equation(Num(1516)) == "1,516"
    assert equation(C_OUT) == "16"
    assert equation(Dim("C_out", None)) == "C_out = ?"
