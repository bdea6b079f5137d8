"""Words for numbers, shapes and lists."""

from __future__ import annotations

import pytest

from tests.reports.models import lenet5
from weighbridge._record import replace
from weighbridge.model import Model, Origin, Shape
from weighbridge.reports._words import bytes_words, counted, list_words, shape_words, tuple_words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (1_023, "1023 bytes"),
        (1_024, "1.00 KiB"),
        (4 * 61_706, "241.04 KiB"),
        (5 << 20, "5.00 MiB"),
        (3 << 60, "3,072.00 PiB"),
    ],
)
def test_bytes(count: int, words: str) -> None:
    assert bytes_words(count) == words


@pytest.mark.parametrize(
    ("producer", "shape", "words"),
    [
        ("keras", (28, None, 6), "(None, 28, None, 6)"),
        ("keras", (), "(None,)"),
        ("torch", (6, 28, None), "(N, 6, 28, ?)"),
        ("", (6, None), "(6, ?)"),
        ("", (6,), "(6,)"),
        ("keras", None, "?"),
    ],
)
def test_shapes(producer: str, shape: Shape | None, words: str) -> None:
    """As the framework prints them; its batch axis first, if it has one."""
    assert shape_words(shape, _model(producer)) == words


def test_batch() -> None:
    assert shape_words((8,), replace(_model("keras"), batch=4)) == "(4, 8)"


def _model(producer: str) -> Model:
    return replace(lenet5(), origin=Origin("python", producer=producer))


def test_nouns() -> None:
    assert counted(1, "filter") == "1 filter"
    assert counted(1_200, "filter on 3 input maps") == "1,200 filters on 3 input maps"
    assert counted(2, "copy") == "2 copies"
    assert counted(2, "key") == "2 keys"
    assert counted(2, "bias") == "2 bias"


def test_lists() -> None:
    assert list_words(["a", "b"]) == "a, b"
    assert list_words(list("abcdefgh"), most=2) == "a, b and 6 more"
    assert tuple_words([]) == "()"
