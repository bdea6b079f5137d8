"""What recurrent layers share: a step with its gates, and a step repeated over a sequence."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.errors import Impossible
from weighbridge.formula import Dim, Expr, Num, per, repeated, times, total
from weighbridge.layers._axes import first, settled
from weighbridge.layers._window import spelled
from weighbridge.model import Dims, Expected, Kind, Part, Shape, sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, ClassVar, Literal

    Layout = Literal["apart", "rows", "joined"]

SEED = Expected("seed", (Num(2),), trainable=False, buffer=True, dtype="uint32")
"""The state of the random numbers for dropout. Keras 3 keeps one in every cell, whatever its rate,
and leaves it out of its counts."""


class Cell(Kind):
    """What a recurrent layer repeats: it reads one step and its own state."""

    @property
    def axes(self) -> int:
        """Axes of what it reads in one step."""
        return 1

    def states(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        """The shapes of what one step hands to the next."""
        raise NotImplementedError

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        return (self.output(*incoming), *self.states(*incoming))


class Step(Cell):
    """A cell of h units, which read the features of a step and what they last gave.

    kernel (n_in, g·h), recurrent kernel (h, g·h), bias (g·h) with g gates. MACs: the two matrices.
    """

    gates: ClassVar[tuple[str, ...]] = ()
    """Their names; empty where a unit forms a single sum."""

    units: int | None
    inputs: int | None = None
    """Features of a step, where the settings tell; else those that come in."""
    bias: bool = True
    recurrent_bias: bool = False
    """Whether the sum over the last output has a second bias of its own."""
    bias_layout: Layout = "apart"
    """How two biases are kept: as two tensors, as two rows of one, or joined into one row."""
    seed: bool = False
    """Whether it keeps the state of random numbers."""
    states_only: bool = False
    """Whether only the states come out, as of PyTorch's cells, and not the output before them."""

    @property
    def hidden(self) -> Dim:
        """The hidden size by name."""
        return Dim("h", self.units, "hidden size: units")

    @property
    def width(self) -> Dim:
        """How much comes out of a step and goes into the next one, by name."""
        return self.hidden

    @property
    def sums(self) -> Expr:
        """How many sums are formed in a step: h for each gate."""
        if not self.gates:
            return self.hidden
        return times(Dim("g", len(self.gates), f"gates: {', '.join(self.gates)}"), self.hidden)

    def features(self, shape: Shape | None) -> Dim:
        """The features of a step by name; checked against the settings."""
        if shape is not None and len(shape) != 1:
            raise Impossible(f"reads one axis of features in a step, not {spelled(shape)}")
        found = shape[0] if shape else None
        n_in = settled(self.inputs, found, "features")
        return Dim("n_in", n_in, "inputs: features of a step")

    def matrices(self, n_in: Expr) -> tuple[Expected, ...]:
        """The multiplying tensors where ``n_in`` features come in."""
        return (
            Expected("kernel", (n_in, self.sums)),
            Expected("recurrent_kernel", (self.width, self.sums)),
        )

    def vectors(self) -> tuple[Expected, ...]:
        """The added tensors."""
        sums = self.sums
        match (self.bias, self.recurrent_bias, self.bias_layout):
            case (False, _, _):
                return ()
            case (_, False, _):
                return (Expected("bias", (sums,)),)
            case (_, _, "rows"):
                return (Expected("bias", (Num(2), sums)),)
            case (_, _, "joined"):
                return (Expected("bias", (times(Num(2), sums),)),)
        return (Expected("bias", (sums,)), Expected("recurrent_bias", (sums,)))

    def trained(self, n_in: Expr) -> tuple[Expected, ...]:
        """All but the seed, where ``n_in`` features come in."""
        return (*self.matrices(n_in), *self.vectors())

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        return (*self.trained(self.features(first(incoming))), *(SEED,) * self.seed)

    def output(self, *incoming: Shape | None) -> Dims | None:
        self.features(first(incoming))
        return (self.width,)

    def states(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        return ((self.width,),)

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        return Cell.outputs(self, *incoming)[self.states_only :]

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        return self.work(self.features(first(incoming)))

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        return self.links(self.features(first(incoming)))

    def parts(self, *incoming: Shape | None) -> tuple[Part, ...]:
        return self.shares(self.features(first(incoming)))

    def work(self, n_in: Expr) -> Expr:
        """MACs of a step where ``n_in`` features come in."""
        return total(tensor.dims for tensor in self.matrices(n_in))

    def links(self, n_in: Expr) -> Expr:
        """Connections of a step where ``n_in`` features come in."""
        return total(tensor.dims for tensor in self.trained(n_in))

    def shares(self, n_in: Expr) -> tuple[Part, ...]:
        """The count of what every gate has, or every unit where there are no gates."""
        noun, symbol = ("gate", "g") if self.gates else ("unit", "h")
        return share(self.trained(n_in), noun, symbol)


class Sequence(Kind):
    """A cell repeated over the first axis of what comes in, its state going from step to step."""

    cell: Cell
    sequences: bool = False
    """Whether the outputs of all steps come out, or that of the last one."""
    states: bool = False
    """Whether the last states come out too."""
    backwards: bool = False
    """Whether the last step is read first."""
    stateful: bool = False
    """Whether the states after one batch are those before the next."""

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...] | None:
        return self.cell.tensors(self.step(first(incoming)))

    def output(self, *incoming: Shape | None) -> Dims | None:
        return self.outputs(*incoming)[0]

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        shape = first(incoming)
        step = self.step(shape)
        last = self.cell.output(step)
        given = last if not self.sequences else at_every_step(shape, last)
        return (given, *(self.cell.states(step) if self.states else ()))

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        return self._at_every_step(first(incoming), self.cell.macs)

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        return self._at_every_step(first(incoming), self.cell.connections)

    def parts(self, *incoming: Shape | None) -> tuple[Part, ...]:
        return self.cell.parts(self.step(first(incoming)))

    def step(self, shape: Shape | None) -> Shape | None:
        """What the cell reads in one step of a sample of ``shape``."""
        if shape is None:
            return None
        axes = self.cell.axes + 1
        if len(shape) != axes:
            raise Impossible(
                f"reads samples of {axes} axes, time steps first, "
                f"not {len(shape)}: {spelled(shape)}",
                hint="a recurrent layer before it gives all its steps with return_sequences=True",
            )
        return shape[1:]

    def _at_every_step(
        self,
        shape: Shape | None,
        work: Callable[[tuple[Shape | None, ...], Shape | None], Expr | None],
    ) -> Expr | None:
        step = self.step(shape)
        once = work((step,), sizes(self.cell.output(step)))
        return None if shape is None or once is None else times(once, steps(shape))


def steps(shape: Shape) -> Dim:
    """The length of a sequence by name."""
    return Dim("T", shape[0], "time steps")


def at_every_step(shape: Shape | None, dims: Dims | None) -> Dims | None:
    """``dims`` for every step of a sample of ``shape``."""
    return None if shape is None or dims is None else (steps(shape), *dims)


def share(tensors: Iterable[Expected], noun: str, symbol: str) -> tuple[Part, ...]:
    """What each ``noun`` has of the ``tensors`` that all of them have an equal share of."""
    shared = (tensor.dims for tensor in tensors if per(times(*tensor.dims), symbol))
    split = per(total(shared), symbol)
    return () if split is None else (Part(noun, split[1], split[0]),)


def marked(part: str, role: str, tensors: Iterable[Expected]) -> tuple[Expected, ...]:
    """``tensors`` as those of one part of a layer; ``role`` has ``{}`` where their own stands.

    A seed stays a seed: by that word it is left out of counts.
    """
    return tuple(
        replace(
            tensor,
            role="seed" if tensor.role == "seed" else role.format(tensor.role),
            part=(part, *tensor.part),
        )
        for tensor in tensors
    )


def together(terms: Iterable[Expr | None]) -> Expr | None:
    """The sum of ``terms``, equal ones counted; ``None`` as soon as one of them is not known."""
    listed = list(terms)
    known = [term for term in listed if term is not None]
    if len(known) < len(listed):
        return None
    return repeated(term for term in known if term != Num(0))


def kept(
    return_sequences: object, return_state: object, go_backwards: object, stateful: object
) -> dict[str, Any]:
    """The settings that all of Keras' recurrent layers have, as fields of ``Sequence``."""
    return {
        "sequences": bool(return_sequences),
        "states": bool(return_state),
        "backwards": bool(go_backwards),
        "stateful": bool(stateful),
    }
