"""Layers whose inputs have names: which input is which, and what else a call asks for.

``attention(query=x, value=y, attention_mask=m)`` reads three tensors, the last of which changes no
shape; ``return_attention_scores=True`` makes a second output of it.
"""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.layers import Fixed, Untold
from weighbridge.layers._batch import AnyLayout, batch_axis

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from weighbridge.model import Shape


class NamedInputs(AnyLayout):
    """What such layers share."""

    reads: tuple[str, ...] = ()
    """The argument that each input of a call is given as; empty where all are given in order."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """The arguments of a call, in the framework's order."""
        raise NotImplementedError

    @property
    def last_axes(self) -> int:
        return 1

    def batch_axes(self, *incoming: Shape | None) -> tuple[int, ...]:
        return (batch_axis(self.given(incoming).get(self.arguments[0])),)

    def given(self, incoming: tuple[Shape | None, ...]) -> dict[str, Shape | None]:
        """The shapes that come in, by the argument they are given as."""
        return dict(zip(self.reads or self.arguments, incoming, strict=False))

    def called(self, positional: Sequence[object], named: Mapping[str, object]) -> NamedInputs:
        told = [*zip(self.arguments, positional, strict=False), *sorted(named.items())]
        reads = tuple(name for name, item in told for _ in _tensors(item))
        switches = {name: item for name, item in told if isinstance(item, bool)}
        return replace(self, reads=reads, **self.switched(switches))

    def switched(self, switches: Mapping[str, bool]) -> dict[str, bool]:
        """The fields that a call sets by what it switches on or off."""
        return {}


def _tensors(argument: object) -> Iterator[object]:
    """The tensors in an argument, lists of them opened."""
    match argument:
        case None | bool() | int() | float() | str() | Untold() | Fixed():
            return
        case list() | tuple():
            for item in argument:
                yield from _tensors(item)
        case dict():
            for _, item in sorted(argument.items(), key=str):
                yield from _tensors(item)
        case _:
            yield argument
