"""What a call says of its inputs by their names."""

from __future__ import annotations

from weighbridge.layers import Fixed, Untold
from weighbridge.layers._named_inputs import NamedInputs
from weighbridge.layers.multi_head_attention import MultiHeadAttention
from weighbridge.model import Shape

QUERY, VALUE, MASK = object(), object(), object()
KIND = MultiHeadAttention(heads=1, key_width=2, value_width=2)


def reads(*positional: object, **named: object) -> tuple[str, ...]:
    return KIND.called(positional, named).reads


def test_places_and_names() -> None:
    assert reads(QUERY, VALUE) == ("query", "value")
    assert reads(QUERY, value=VALUE) == ("query", "value")
    assert reads(value=VALUE, query=QUERY, key=VALUE) == ("key", "query", "value")
    assert reads(QUERY, VALUE, attention_mask=MASK) == ("query", "value", "attention_mask")


def test_what_is_no_tensor_is_not_read() -> None:
    assert reads(QUERY, VALUE, None, key_mask=Untold("?"), training=True) == ("query", "value")
    assert reads(QUERY, VALUE, attention_mask=Fixed((5, 5))) == ("query", "value")
    assert reads([QUERY, {"b": VALUE, "a": MASK}]) == ("query", "query", "query")


def test_shapes_by_name() -> None:
    kind: NamedInputs = KIND.called((), {"value": VALUE, "query": QUERY})
    shapes: tuple[Shape, ...] = ((5, 4), (6, 3))

    assert kind.given(shapes) == {"query": (5, 4), "value": (6, 3)}
    assert KIND.given(shapes) == {"query": (5, 4), "value": (6, 3)}


def test_what_a_call_switches_on() -> None:
    def scores(**named: object) -> bool:
        called = KIND.called((QUERY, VALUE), named)
        assert isinstance(called, MultiHeadAttention)
        return called.gives_scores

    assert scores(return_attention_scores=True)
    assert not scores()
    assert not scores(return_attention_scores=Untold("an argument"))
