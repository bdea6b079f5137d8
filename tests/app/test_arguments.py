"""Words of the command line sorted by what they belong to, and input shapes as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.app._arguments import Arguments, Option, Positional, Signature, parsed, shape
from weighbridge.errors import Usage

SIGNATURE = Signature(
    (Positional("SOURCE", "what"), Positional("LAYER", "which", least=0)),
    (
        Option(("--input",), "SHAPE", "sizes"),
        Option(("-o",), "FILE", "where"),
        Option(("--color", "--colour"), "WHEN", "when", choices=("auto", "never")),
        Option(("--run",), "", "whether"),
    ),
)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("net.py", Arguments(("net.py",), {})),
        ("net.py conv", Arguments(("net.py", "conv"), {})),
        ("--input 3 net.py", Arguments(("net.py",), {"--input": ["3"]})),
        ("net.py --input=3 --input -1x4", Arguments(("net.py",), {"--input": ["3", "-1x4"]})),
        ("net.py -o a.tex", Arguments(("net.py",), {"-o": ["a.tex"]})),
        ("net.py -oa.tex", Arguments(("net.py",), {"-o": ["a.tex"]})),
        ("net.py --colour never", Arguments(("net.py",), {"--color": ["never"]})),
        ("--colour=auto -- -odd", Arguments(("-odd",), {"--color": ["auto"]})),
        ("-", Arguments(("-",), {})),
        ("--run net.py", Arguments(("net.py",), {"--run": [""]})),
        ("net.py conv --run", Arguments(("net.py", "conv"), {"--run": [""]})),
    ],
)
def test_words_find_their_place(words: str, expected: Arguments) -> None:
    assert parsed(SIGNATURE, words.split()) == expected


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "SOURCE missing"),
        ("a b c", "'c' is one argument too many"),
        ("a --inptu 3", "there is no option --inptu"),
        ("a -x", "there is no option -x"),
        ("a --input", "--input needs a value"),
        ("a --color blue", "--color cannot be 'blue'"),
        ("a --run=yes", "--run takes no value"),
    ],
)
def test_what_fits_nowhere(words: str, said: str) -> None:
    with pytest.raises(Usage, match=said):
        parsed(SIGNATURE, words.split())


def test_options_given_and_not() -> None:
    arguments = parsed(SIGNATURE, ["net.py", "-o", "a", "-o", "b"])

    assert (arguments.at(0), arguments.at(1)) == ("net.py", None)
    assert (arguments.last("-o"), arguments.each("-o")) == ("b", ["a", "b"])
    assert (arguments.last("--input"), arguments.each("--input")) == (None, [])
    assert (arguments.has("-o"), arguments.has("--run")) == (True, False)


SIZES = st.lists(st.none() | st.integers(1, 10**6), min_size=1, max_size=5)


@given(
    SIZES, st.sampled_from(["x", "X", "×", ",", ", ", " x "]), st.sampled_from(["?", "-1", "None"])
)
def test_a_shape_is_read_back(sizes: list[int | None], sign: str, unknown: str) -> None:
    typed = sign.join(unknown if size is None else str(size) for size in sizes)

    assert shape(typed) == tuple(sizes)


@pytest.mark.parametrize("typed", ["(28, 28, 1)", "[28,28,1]", "28x28x1", "(28,28,1,)"])
def test_as_python_writes_it(typed: str) -> None:
    assert shape(typed) == (28, 28, 1)


@pytest.mark.parametrize("typed", ["", "x", "0x3", "-2x3", "a", "3.5", "28x28x-5", "²"])
def test_what_is_no_shape(typed: str) -> None:
    with pytest.raises(Usage, match="is not an input shape"):
        shape(typed)
