"""Records behave as frozen, slotted dataclasses do; the standard library is the witness."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from types import new_class
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge._record import Record, replace


class Point(Record):
    """A record with a default."""

    x: int
    y: int = 0
    unit: ClassVar[str] = "m"


class Named(Point):
    """A record that adds a field and changes a default."""

    y: int = 7
    name: str = ""


class Positive(Record):
    """A record that checks itself."""

    size: int

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError(self.size)


names = st.sampled_from("abcdef")
contents = st.integers() | st.text(max_size=3) | st.none() | st.tuples(st.integers())


def twins(fields: list[str], defaults: dict[str, object]) -> tuple[Any, Any]:
    """A record and a dataclass with the same fields."""
    body = {"__annotations__": dict.fromkeys(fields, "object"), **defaults}
    theirs: type = type("Twin", (), body)
    decorated: type = dataclasses.dataclass(frozen=True, slots=True, kw_only=True)(theirs)
    return new_class("Twin", (Record,), exec_body=lambda own: own.update(body)), decorated


@given(
    st.lists(names, unique=True),
    st.dictionaries(names, contents),
    st.dictionaries(names, contents),
)
def test_made_by_name_as_a_dataclass_is(
    fields: list[str], defaults: dict[str, object], given_: dict[str, object]
) -> None:
    own = {name: value for name, value in defaults.items() if name in fields}
    ours, theirs = twins(fields, own)
    try:
        wanted = theirs(**given_)
    except TypeError:
        with pytest.raises(TypeError):
            ours(**given_)
        return

    made = ours(**given_)

    assert {name: getattr(made, name) for name in fields} == dataclasses.asdict(wanted)
    assert repr(made) == repr(wanted).replace("twins.<locals>.", "")
    assert made == ours(**given_)
    assert hash(made) == hash(ours(**given_))


@given(st.lists(names, unique=True), st.lists(contents, max_size=7))
def test_made_by_place_as_a_dataclass_is(fields: list[str], values: list[object]) -> None:
    ours, _ = twins(fields, {})
    if len(values) != len(fields):
        with pytest.raises(TypeError):
            ours(*values)
        return

    assert ours(*values) == ours(**dict(zip(fields, values, strict=True)))


@given(st.integers(), st.integers(), st.text())
def test_copies_are_equal(x: int, y: int, name: str) -> None:
    made = Named(x, y, name)

    assert pickle.loads(pickle.dumps(made)) == made
    assert copy.deepcopy(made) == made
    assert eval(repr(made)) == made


@given(st.integers(), st.integers(), st.integers())
def test_a_changed_copy_leaves_the_first_alone(x: int, y: int, other: int) -> None:
    made = Point(x, y)

    assert replace(made, y=other) == Point(x, other)
    assert made == Point(x, y)


def test_a_value_cannot_be_changed() -> None:
    made = Point(1)

    with pytest.raises(AttributeError, match=r"Point\.x cannot be changed"):
        made.x = 2  # type: ignore[misc]  # what the test is about
    with pytest.raises(AttributeError, match=r"Point\.x cannot be removed"):
        del made.x
    with pytest.raises(AttributeError):
        made.z = 3
    assert not hasattr(made, "__dict__")


def test_a_field_given_twice_is_refused() -> None:
    with pytest.raises(TypeError, match="x"):
        Point(1, x=2)  # type: ignore[misc]  # what the test is about


def test_fields_are_inherited_in_order() -> None:
    assert Named.__match_args__ == ("x", "y", "name")
    assert Named(1) == Named(1, 7, "")
    assert Point.unit == Named(1).unit == "m"


def test_records_of_different_classes_differ() -> None:
    assert Point(1, 7) != Named(1)
    assert Point(1) != (1, 0)


def test_records_are_matched_by_place() -> None:
    match Named(1, 2, "c"):
        case Named(x, y, name):
            assert (x, y, name) == (1, 2, "c")
        case _:
            pytest.fail("not matched")


def test_a_record_checks_itself() -> None:
    with pytest.raises(ValueError, match="0"):
        Positive(0)
    with pytest.raises(ValueError, match="-1"):
        replace(Positive(1), size=-1)
