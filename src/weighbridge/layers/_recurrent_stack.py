"""A recurrent step repeated over a sequence, by several layers and in both directions."""

from __future__ import annotations

from weighbridge.errors import LIMITS, Impossible
from weighbridge.formula import Dim, Expr, Num, repeated, times
from weighbridge.layers._axes import first
from weighbridge.layers._batch import AnyLayout, batch_axis
from weighbridge.layers._recurrent import Sequence, Step, marked, steps
from weighbridge.model import Dims, Expected, Part, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_OF_STATES, _NOWHERE = 1, -1
"""Where the batch axis lies in the states of PyTorch's layers, and that there is none."""


class Recurrent(Sequence, AnyLayout):
    """A step repeated over a sequence; in PyTorch also several layers, also in both directions.

    Each layer but the first reads the outputs of the one below it, of both directions where there
    are two. The tensors of the step for each layer and direction. MACs: its matrices once for every
    time step.
    """

    cell: Step
    layers: int | None = None
    """How many layers, where the source counts them as PyTorch does; tensors are then numbered, and
    the states of all layers and directions come out as one tensor."""
    bidirectional: bool = False
    batch_first: bool | None = True
    """Whether samples lie along the first axis, and not along the second, after the time steps;
    ``None`` if not known."""

    def __post_init__(self) -> None:
        if self.layers is not None and self.layers > LIMITS.calls:
            raise Impossible(f"a stack of {self.layers:,} layers is more than anybody can build")

    @property
    def units(self) -> int | None:
        """The hidden size."""
        return self.cell.units

    @property
    def directions(self) -> int:
        """How often each layer is there: forwards, and perhaps backwards too."""
        return 2 if self.bidirectional else 1

    @property
    def last_axes(self) -> int:
        # Keras finds the time steps by counting from the first axis.
        return 2 if self.layers is None else 1

    def batch_axes(self, *incoming: Shape | None) -> tuple[int, ...]:
        shape = first(incoming)
        own = None if self.batch_first is None else int(not self.batch_first)
        given = (own or 0) if shape is None else batch_axis(shape)
        if self.layers is None:
            return (given,)
        # Samples that lie elsewhere are taken for time steps, and are then not among the states.
        return (given, _OF_STATES if given == own else _NOWHERE)

    def features(self, shape: Shape | None) -> Iterator[Expr]:
        """What comes into each layer, from the lowest up."""
        yield self.cell.features(self.step(shape))
        width = self.cell.width.size
        below = None if width is None else width * self.directions
        for _ in range(1, self.layers or 1):
            yield Dim("n_up", below, "inputs of each layer above: all that the one below gives")

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        if self.layers is None:
            return self.cell.tensors(self.step(first(incoming)))
        return tuple(
            tensor
            for i, n_in in enumerate(self.features(first(incoming)))
            for way in ("", "_reverse")[: self.directions]
            for tensor in marked(f"l{i}{way}", f"{{}}_l{i}{way}", self.cell.trained(n_in))
        )

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        if self.layers is None:
            return Sequence.outputs(self, *incoming)
        shape = first(incoming)
        step, both = self.step(shape), Num(self.directions)
        self.cell.features(step)
        given = None if shape is None else (steps(shape), times(both, self.cell.width))
        layers = times(both, Dim("L", self.layers, "layers"))
        states = self.cell.states(step)
        return (given, *(None if dims is None else (layers, *dims) for dims in states))

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        return self._everywhere(first(incoming), self.cell.work)

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        return self._everywhere(first(incoming), self.cell.links)

    def _everywhere(self, shape: Shape | None, once: Callable[[Expr], Expr]) -> Expr | None:
        """``once`` of each layer, for each direction and time step."""
        if shape is None:
            return None
        layers = repeated(once(n_in) for n_in in self.features(shape))
        return times(Num(self.directions), layers, steps(shape))

    def parts(self, *incoming: Shape | None) -> tuple[Part, ...]:
        lowest, *above = self.features(first(incoming))
        if not above:
            return tuple(self._part(part, part.noun) for part in self.cell.shares(lowest))
        name = "layer 1" if len(above) == 1 else "the layers above"
        return (
            *(self._part(part, f"{part.noun} of layer 0") for part in self.cell.shares(lowest)),
            *(
                self._part(part, f"{part.noun} of {name}", len(above))
                for part in self.cell.shares(above[0])
            ),
        )

    def _part(self, part: Part, noun: str, layers: int = 1) -> Part:
        """A share of one layer and direction, as that of ``layers`` in all directions."""
        return Part(noun, times(Num(layers * self.directions), part.count), part.each)
