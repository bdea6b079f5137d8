"""Well-known networks are found by their exact names."""

from __future__ import annotations

import pytest

from weighbridge.errors import NotFound
from weighbridge.readers import Source, known_name


def test_the_two_networks_of_the_paper_and_the_forum() -> None:
    assert {"lenet5", "lenet5-1998"} <= set(known_name.names())


@pytest.mark.parametrize("name", known_name.names())
def test_a_name_is_accepted_and_its_source_is_python(name: str) -> None:
    assert known_name.READER.accepts(Source(name))
    compile(known_name.text_of(name), name, "exec")


@pytest.mark.parametrize("text", ["lenet", "lenet5.py", "../known/lenet5", "", "LENET5 "])
def test_other_texts_are_left_to_other_readers(text: str) -> None:
    assert not known_name.READER.accepts(Source(text))


def test_a_live_object_is_no_name() -> None:
    assert not known_name.READER.accepts(Source(object()))


def test_a_name_nobody_knows() -> None:
    with pytest.raises(NotFound) as caught:
        known_name.text_of("lenet6")

    assert "lenet5" in caught.value.hint
