"""What layers of attention share: projections that own the tensors, and the work of the heads."""

from __future__ import annotations

from weighbridge._record import Record
from weighbridge.errors import Impossible
from weighbridge.formula import Dim, Expr, counted, repeated, times, total
from weighbridge.layers._axes import named
from weighbridge.layers._named_inputs import NamedInputs
from weighbridge.layers._parts import grouped, parts_of
from weighbridge.layers._window import spelled
from weighbridge.model import Dims, Expected, Part, Shape, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar


class Projection(Record):
    """One matrix product with a bias, done at every position of what it reads."""

    noun: str
    reads: Dims
    gives: Dims
    over: Dims | None
    """Positions it is done at; ``None`` where they are not known."""

    def tensors(self, bias: bool) -> tuple[Expected, ...]:
        """kernel (reads…, gives…) and bias (gives…), called after the noun's first word."""
        part, name = (self.noun,), self.noun.partition(" ")[0]
        kernel = Expected(f"{name}_kernel", (*self.reads, *self.gives), part=part)
        return (kernel, Expected(f"{name}_bias", self.gives, part=part)) if bias else (kernel,)


class Projected(NamedInputs):
    """Attention between projections of a query, keys and values, projected back in the end."""

    call: ClassVar[tuple[str, ...]] = ()
    """The arguments of a call, in order."""

    heads: int | None
    bias: bool = True
    gives_scores: bool = False
    """Whether a call gives the weights that values got as a second output."""

    @property
    def arguments(self) -> tuple[str, ...]:
        return self.call

    def projections(self, *incoming: Shape | None) -> tuple[Projection, ...]:
        """All projections, the output's last."""
        raise NotImplementedError

    def attended(self, *incoming: Shape | None) -> tuple[Dims, Dims] | None:
        """Positions of the query, and of the keys that each is held against; unknown ``None``."""
        raise NotImplementedError

    @property
    def scored(self) -> tuple[Dims, Dims]:
        """Values of all heads in a key, and in what is weighed."""
        raise NotImplementedError

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        steps = self.projections(*incoming)
        return tuple(tensor for step in steps for tensor in step.tensors(self.bias))

    def parts(self, *incoming: Shape | None) -> tuple[Part, ...]:
        groups = grouped(self.tensors(*incoming))
        return parts_of((noun, *counted(count)) for noun, count in groups)

    def output(self, *incoming: Shape | None) -> Dims | None:
        last = self.projections(*incoming)[-1]
        return None if last.over is None else (*last.over, *last.gives)

    def batch_axes(self, *incoming: Shape | None) -> tuple[int, ...]:
        # Scores come out with their samples first, whatever the layout of what comes in.
        return (*NamedInputs.batch_axes(self, *incoming), 0)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        return self._work(incoming, bias=False)

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        return self._work(incoming, bias=self.bias)

    def _work(self, incoming: tuple[Shape | None, ...], bias: bool) -> Expr | None:
        """Each projection at its positions, the scores, and the sums that they weigh."""
        attended = self.attended(*incoming)
        if attended is None:
            return None
        terms: list[Expr] = []
        for step in self.projections(*incoming):
            if step.over is None:
                return None
            count = total(tensor.dims for tensor in step.tensors(bias))
            terms.append(times(count, *step.over))
        terms += (times(*sizes, *attended[0], *attended[1]) for sizes in self.scored)
        return repeated(terms)


class Read(Record):
    """Query, key and value as they come in, with names for their sizes."""

    query: Shape | None
    key: Shape | None
    value: Shape | None

    @property
    def widths(self) -> tuple[Dim, Dim, Dim]:
        """Sizes of the last axes; what is as wide as another has the same name."""
        found = [size(shape, -1) for shape in (self.query, self.key, self.value)]
        if None not in found and len(set(found)) == 1:
            return (Dim("n", found[0], "width of query, key and value"),) * 3
        query = Dim("n_q", found[0], "width of the query")
        if found[1] == found[2]:
            return query, *(Dim("n_v", found[1], "width of keys and values"),) * 2
        key, value = Dim("n_k", found[1], "width of the keys"), Dim("n_v", found[2])
        return query, key, Dim(value.symbol, value.size, "width of the values")

    @property
    def positions(self) -> tuple[Dims | None, Dims | None]:
        """Sizes of all axes but the last, of the query and of the keys."""
        query, key = (None if shape is None else shape[:-1] for shape in (self.query, self.key))
        at_queries = _places(query, "T", "positions of the query")
        if query == key and query is not None and None not in query:
            return at_queries, at_queries
        return at_queries, _places(key, "S", "positions of the keys")


def _places(shape: Shape | None, letter: str, meaning: str) -> Dims | None:
    if shape is not None and len(shape) == 1:
        return (Dim(letter, shape[0], meaning),)
    return named(shape, letter, f"{meaning} along axis")


def same_positions(key: Shape | None, value: Shape | None) -> None:
    """Raises ``Impossible`` where keys and values are not at the same positions."""
    if key is None or value is None:
        return
    pairs = zip(key[:-1], value[:-1], strict=False)
    if len(key) != len(value) or any(None not in pair and pair[0] != pair[1] for pair in pairs):
        raise Impossible(
            f"each key needs its value: {spelled(key)} and {spelled(value)} "
            "may differ in their last size only"
        )
