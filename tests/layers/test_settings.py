"""Settings come in many forms, and every form that means nothing is refused as such."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.errors import Impossible
from weighbridge.layers._settings import channels_first, each_axis, one_of, whole

anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(),
    st.lists(st.integers()), st.tuples(st.floats(), st.none()),
    st.dictionaries(st.text(), st.none()),
)  # fmt: skip


@given(anything, st.integers(0, 1))
def test_a_whole_number_or_a_refusal(given_: object, least: int) -> None:
    try:
        number = whole(given_, "units", least)
    except Impossible as error:
        assert "units must be" in error.what
        return

    assert number == given_
    assert number is None or number >= least


@given(anything, st.integers(1, 3))
def test_a_size_for_each_axis_or_a_refusal(given_: object, rank: int) -> None:
    try:
        sizes = each_axis(given_, rank, "strides")
    except Impossible as error:
        assert "strides" in error.what
        return

    assert len(sizes) == rank
    assert list(sizes) == list(given_ if isinstance(given_, tuple | list) else [given_] * rank)


@given(anything)
def test_no_data_format_is_guessed(given_: object) -> None:
    if given_ is None:
        assert not channels_first(given_)
        return
    with pytest.raises(Impossible, match="data_format"):
        channels_first(given_)


@pytest.mark.parametrize(
    ("spelled", "first"),
    [
        ("channels_first", True),
        ("CHANNELS_LAST", False),
        ("th", True),
        ("tf", False),
        ("default", False),
    ],
)
def test_data_formats_of_all_keras_versions(spelled: str, first: bool) -> None:
    assert channels_first(spelled) == first


@given(anything)
def test_a_word_of_several_or_a_refusal(given_: object) -> None:
    with pytest.raises(Impossible, match="padding must be valid or same"):
        one_of(given_, ("valid", "same"), "padding")


def test_words_in_capitals() -> None:
    assert one_of("SAME", ("valid", "same"), "padding") == "same"
