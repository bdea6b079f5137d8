"""Constructor calls with layers among their arguments: ``Bidirectional(LSTM(8))``.

Such a call is made three ways: with real layers for Keras, with kinds for us, and as text for the
source reader, which makes both out of it.
"""

from __future__ import annotations

from typing import Any

import keras  # type: ignore[import-untyped]  # Keras ships no types

from tests.witness import Account, Call, Refusal, keras_says, source_says, we_say
from weighbridge import layers
from weighbridge.errors import Impossible
from weighbridge.model import Kind, Shape

_REFUSALS = (ValueError, TypeError, AttributeError)
"""What Keras raises over a layer inside that cannot be."""


class Nested(Call):
    """A call some of whose arguments are calls themselves."""

    __slots__ = ()

    @property
    def text(self) -> str:
        arguments = [_text(value) for value in self.positional]
        arguments += [f"{name}={_text(value)}" for name, value in self.named.items()]
        return f"{self.native}({', '.join(arguments)})"

    def with_arguments(self, change: Any) -> Call:
        """The same call with ``change`` made to each layer among its arguments."""
        positional = tuple(_changed(value, change) for value in self.positional)
        named = {name: _changed(value, change) for name, value in self.named.items()}
        return Call(self.native, positional, named, self.incoming)


def nested(native: str, /, *positional: object, reads: Shape = (), **named: object) -> Nested:
    """``nested("TimeDistributed", nested("Dense", 3), reads=(5, 4))``."""
    return Nested(native, positional, named, (reads,) if reads else ())


def real(made: Call) -> Any:
    """The layer of Keras that ``made`` stands for."""
    plain = made.with_arguments(real) if isinstance(made, Nested) else made
    return getattr(keras.layers, made.native)(*plain.positional, **plain.named)


def kind(made: Call) -> Kind:
    """Our kind of ``made``, perhaps an unknown one."""
    plain = made.with_arguments(kind) if isinstance(made, Nested) else made
    return layers.make("keras", made.native, plain.positional, plain.named)


def agree(made: Nested) -> Account | None:
    """As ``tests.witness.agree``, for calls with layers inside; ``None`` where all refuse."""
    read = source_says(made)
    try:
        theirs = keras_says(made.with_arguments(real))
    except _REFUSALS as error:
        theirs = Refusal(str(error))
    try:
        ours = we_say(made.with_arguments(kind))
    except Impossible as error:
        ours = Refusal(str(error))
    said = f"{made.text} on {made.incoming}\nKeras: {theirs}\nwe:    {ours}\nread:  {read}"
    if isinstance(ours, Refusal):
        assert isinstance(theirs, Refusal), said
        assert isinstance(read, Refusal), said
        return None
    assert theirs == ours == read, said
    return ours


def _text(value: object) -> str:
    if isinstance(value, Call):
        return f"layers.{value.text}"
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    return repr(value)


def _changed(value: object, change: Any) -> object:
    if isinstance(value, Call):
        return change(value)
    return [_changed(item, change) for item in value] if isinstance(value, list) else value
