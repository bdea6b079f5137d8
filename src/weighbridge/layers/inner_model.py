"""A model inside a layer, as the layer around it sees it: ``TimeDistributed(Sequential([…]))``.

A model that a model calls is no layer of its own; its layers are listed and weighed by themselves.
"""

from __future__ import annotations

from weighbridge._record import Record, replace
from weighbridge.layers._axes import named
from weighbridge.layers._parts import grouped, parts_of
from weighbridge.layers._recurrent import marked, together
from weighbridge.model import Custom, Dims, Expected, Kind, Part, Shape, sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.formula import Expr

    Source = tuple[int, int]
    """A call and the number of one of its outputs; call -1 stands for the inputs of the model."""

OUTSIDE = -1


class InnerCall(Record):
    """One use of a layer of an inner model."""

    layer: int
    reads: tuple[Source, ...]


class _Use(Record):
    """A call with what it reads and gives."""

    layer: int
    incoming: tuple[Shape | None, ...]
    gives: tuple[Dims | None, ...]


class InnerModel(Kind):
    """A model inside a layer: the tensors and the work of all its layers.

    A layer that is called twice owns its tensors once and works twice.
    """

    layers: tuple[Kind, ...]
    calls: tuple[InnerCall, ...]
    """In an order in which they can be run."""
    ends: tuple[Source, ...]
    """What comes out."""
    frozen: tuple[int, ...] = ()
    """The layers that are not trained."""

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...] | None:
        reads = {use.layer: use.incoming for use in reversed(self._uses(incoming))}
        owned: list[Expected] = []
        for i, kind in enumerate(self.layers):
            expected = kind.tensors(*reads.get(i, ()))
            if expected is None:
                return None
            if i in self.frozen:
                expected = tuple(replace(tensor, trainable=False) for tensor in expected)
            owned += marked(f"{kind.name} #{i}", f"{{}}_l{i}", expected)
        return tuple(owned)

    def output(self, *incoming: Shape | None) -> Dims | None:
        return self.outputs(*incoming)[0]

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        uses = self._uses(incoming)
        return tuple(_from(source, uses, incoming) for source in self.ends)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        return self._together(incoming, lambda kind: kind.macs)

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        return self._together(incoming, lambda kind: kind.connections)

    def parts(self, *incoming: Shape | None) -> tuple[Part, ...]:
        groups = grouped(self.tensors(*incoming) or ())
        return parts_of((noun, 1, count) for noun, count in groups)

    def _together(
        self,
        incoming: tuple[Shape | None, ...],
        work: Callable[[Kind], Callable[[tuple[Shape | None, ...], Shape | None], Expr | None]],
    ) -> Expr | None:
        uses = self._uses(incoming)
        kinds = [self.layers[use.layer] for use in uses]
        # What a layer of the source's own does inside is not known to its kind.
        return together(
            None if isinstance(kind, Custom) else work(kind)(use.incoming, sizes(use.gives[0]))
            for kind, use in zip(kinds, uses, strict=True)
        )

    def _uses(self, incoming: tuple[Shape | None, ...]) -> list[_Use]:
        """Every call of a layer, with shapes."""
        uses: list[_Use] = []
        for call in self.calls:
            reads = tuple(sizes(_from(source, uses, incoming)) for source in call.reads)
            uses.append(_Use(call.layer, reads, self.layers[call.layer].outputs(*reads)))
        return uses


def _from(source: Source, uses: list[_Use], incoming: tuple[Shape | None, ...]) -> Dims | None:
    """What comes from ``source``, by the calls made so far."""
    call, output = source
    if call == OUTSIDE:
        return named(incoming[output]) if output < len(incoming) else None
    gives = uses[call].gives
    return gives[output] if output < len(gives) else None


def chain(layers: tuple[Kind, ...], frozen: tuple[int, ...] = ()) -> InnerModel:
    """``layers`` in a row, each reading what the one before it gives."""
    calls = tuple(InnerCall(i, ((i - 1, 0),)) for i in range(len(layers)))
    return InnerModel(layers=layers, calls=calls, ends=((len(layers) - 1, 0),), frozen=frozen)


SPELLINGS: dict[str, Callable[..., Kind]] = {}
KINDS = (InnerModel,)
