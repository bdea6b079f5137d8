"""Recurrent cells: one step of a simple recurrent layer, an LSTM, a GRU, or of several stacked."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.errors import Impossible
from weighbridge.formula import ONE, Dim, Expr, Num, plus, times, total
from weighbridge.layers._axes import first
from weighbridge.layers._inside import bounded
from weighbridge.layers._recurrent import Cell, Step, marked, together
from weighbridge.layers._settings import Ignored, Inner, Size, whole
from weighbridge.layers._torch import choice, count
from weighbridge.model import Dims, Expected, Kind, Part, Shape, Unknown, sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class SimpleRNNCell(Step):
    """One step of a simple recurrent layer: a unit sums up the features and all last outputs.

    kernel (n_in, h), recurrent kernel (h, h), bias (h): (n_in + h + 1)·h; PyTorch has two biases.
    MACs: both matrices once. Source: Elman 1990.
    """


class LSTMCell(Step):
    """One step of long short-term memory: three gates and a candidate, each of h units.

    kernel (n_in, 4·h), recurrent kernel (h, 4·h), bias (4·h): (n_in + h + 1)·4·h; PyTorch and cuDNN
    have two biases. With peepholes the gates also read the memory, unit by unit: three vectors (h).
    With a projection to p values the recurrent kernel is (p, 4·h), the projection (h, p). MACs: the
    matrices once; what is done unit by unit is not counted. Source: Hochreiter and Schmidhuber
    1997; the forget gate: Gers et al. 2000; peepholes: Gers et al. 2002; the projection: Sak et al.
    2014.
    """

    gates = ("input", "forget", "candidate", "output")

    peepholes: bool = False
    projection: int | None = None
    """How many values an output is projected to; ``None`` without a projection."""

    @property
    def width(self) -> Dim:
        if self.projection is None:
            return self.hidden
        return Dim("p", self.projection, "projected size")

    def matrices(self, n_in: Expr) -> tuple[Expected, ...]:
        own = Step.matrices(self, n_in)
        if self.projection is None:
            return own
        return (*own, Expected("projection", (self.hidden, self.width)))

    def vectors(self) -> tuple[Expected, ...]:
        gates = ("input", "forget", "output") * self.peepholes
        return (
            *Step.vectors(self),
            *(Expected(f"{gate}_peephole", (self.hidden,)) for gate in gates),
        )

    def states(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        return ((self.width,), (self.hidden,))

    def work(self, n_in: Expr) -> Expr:
        gates = total(tensor.dims for tensor in Step.matrices(self, n_in))
        return gates if self.projection is None else plus(gates, times(self.hidden, self.width))

    def shares(self, n_in: Expr) -> tuple[Part, ...]:
        peepholes = Part("peephole vector", Num(3), self.hidden)
        projection = Part("projection", ONE, times(self.hidden, self.width))
        return (
            *Step.shares(self, n_in),
            *(peepholes,) * self.peepholes,
            *(projection,) * (self.projection is not None),
        )


class GRUCell(Step):
    """One step of a gated recurrent unit: two gates and a candidate, each of h units.

    kernel (n_in, 3·h), recurrent kernel (h, 3·h), bias (3·h): (n_in + h + 1)·3·h. Where the reset
    gate acts after the recurrent product, that has a bias of its own: (n_in + h + 2)·3·h; so in
    Keras unless ``reset_after=False``, in PyTorch and in cuDNN. MACs: both matrices once. Source:
    Cho et al. 2014, section 2.3.
    """

    gates = ("update", "reset", "candidate")


class StackedCells(Cell):
    """Cells that take a step together: each reads what the one before it gives.

    The tensors and MACs of all of them.
    """

    cells: tuple[Cell, ...]

    @property
    def axes(self) -> int:
        return self.cells[0].axes

    def _steps(self, shape: Shape | None) -> Iterator[tuple[Cell, Shape | None, Dims | None]]:
        """Each cell, what it reads, and what it gives."""
        for cell in self.cells:
            gives = cell.output(shape)
            yield cell, shape, gives
            shape = sizes(gives)

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        return tuple(
            tensor
            for i, (cell, shape, _) in enumerate(self._steps(first(incoming)))
            for tensor in marked(f"cell {i}", f"{{}}_l{i}", cell.tensors(shape) or ())
        )

    def output(self, *incoming: Shape | None) -> Dims | None:
        *_, (_, _, last) = self._steps(first(incoming))
        return last

    def states(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        found = self._steps(first(incoming))
        return tuple(state for cell, shape, _ in found for state in cell.states(shape))

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        found = self._steps(first(incoming))
        return together(cell.macs((shape,), sizes(gives)) for cell, shape, gives in found)

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        found = self._steps(first(incoming))
        return together(cell.connections((shape,), sizes(gives)) for cell, shape, gives in found)

    def parts(self, *incoming: Shape | None) -> tuple[Part, ...]:
        return tuple(
            replace(part, noun=f"{part.noun} of cell {i}")
            for i, (cell, shape, _) in enumerate(self._steps(first(incoming)))
            for part in cell.parts(shape)
        )


# -- spellings -----------------------------------------------------------------------------------


def keras_simple_rnn_cell(
    units: Size, activation: Ignored = None, use_bias: bool = True, *_: Ignored, **__: Ignored
) -> SimpleRNNCell:
    """The settings of Keras' ``SimpleRNNCell``, which ``SimpleRNN`` has too."""
    return SimpleRNNCell(units=whole(units, "units"), bias=bool(use_bias), seed=True)


def keras_lstm_cell(
    units: Size, activation: Ignored = None, recurrent_activation: Ignored = None,
    use_bias: bool = True, *_: Ignored, use_peepholes: bool = False, **__: Ignored,
) -> LSTMCell:  # fmt: skip
    """The settings of Keras' ``LSTMCell``; peepholes as TensorFlow 1 called them."""
    return LSTMCell(
        units=whole(units, "units"),
        bias=bool(use_bias),
        seed=True,
        peepholes=bool(use_peepholes),
    )


def keras_gru_cell(
    units: Size, activation: Ignored = None, recurrent_activation: Ignored = None,
    use_bias: bool = True, *_: Ignored, reset_after: bool = True, **__: Ignored,
) -> GRUCell:  # fmt: skip
    """The settings of Keras' ``GRUCell``."""
    return GRUCell(
        units=whole(units, "units"),
        bias=bool(use_bias),
        recurrent_bias=bool(reset_after),
        bias_layout="rows",
        seed=True,
    )


def _keras_peephole_cell(
    units: Size, activation: Ignored = None, recurrent_activation: Ignored = None,
    use_bias: bool = True, *_: Ignored, **__: Ignored,
) -> LSTMCell:  # fmt: skip
    return keras_lstm_cell(units, use_bias=use_bias, use_peepholes=True)


def _keras_stacked(cells: Inner, **_: Ignored) -> Kind:
    return stacked(cells, "StackedRNNCells")


def stacked(cells: object, native: str) -> Kind:
    """The cells of ``native`` as one; ``Unknown`` where one of them is not known."""
    listed = tuple(cells) if isinstance(cells, tuple | list) else (cells,)
    found = tuple(cell_of(cell, native) for cell in listed)
    known = tuple(cell for cell in found if isinstance(cell, Cell))
    if not found:
        raise Impossible(f"{native} needs at least one cell")
    if len(known) < len(found):
        return next(cell for cell in found if not isinstance(cell, Cell))
    return bounded(StackedCells(cells=known))


def cell_of(inner: object, native: str) -> Kind:
    """``inner`` as a cell that ``native`` can repeat; ``Unknown`` where nobody knows what it is.

    Raises ``Impossible`` for a layer that is no cell.
    """
    if isinstance(inner, Cell):
        return inner
    if isinstance(inner, Kind) and not isinstance(inner, Unknown):
        raise Impossible(f"{native} repeats cells, which a layer of kind {inner.name} is not")
    name = inner.native if isinstance(inner, Unknown) else str(inner)
    return Unknown(native=native, because=f"its cell is not known: {name}")


def _torch_cell(kind: type[Step]) -> Callable[..., Step]:
    def make(
        input_size: Size, hidden_size: Size, bias: bool = True, device: Ignored = None,
        dtype: Ignored = None,
    ) -> Step:  # fmt: skip
        return kind(
            units=count(hidden_size, "hidden_size"),
            inputs=count(input_size, "input_size"),
            bias=bool(bias),
            recurrent_bias=True,
            states_only=True,
        )

    return make


def _torch_rnn_cell(
    input_size: Size, hidden_size: Size, bias: bool = True, nonlinearity: str = "tanh",
    device: Ignored = None, dtype: Ignored = None,
) -> Step:  # fmt: skip
    choice(nonlinearity, ("tanh", "relu"), "nonlinearity")
    return _torch_cell(SimpleRNNCell)(input_size, hidden_size, bias)


SPELLINGS = {
    "keras:SimpleRNNCell": keras_simple_rnn_cell,
    "keras:LSTMCell": keras_lstm_cell,
    "keras:PeepholeLSTMCell": _keras_peephole_cell,
    "keras:GRUCell": keras_gru_cell,
    "keras:StackedRNNCells": _keras_stacked,
    "torch:RNNCell": _torch_rnn_cell,
    "torch:LSTMCell": _torch_cell(LSTMCell),
    "torch:GRUCell": _torch_cell(GRUCell),
}
KINDS = (SimpleRNNCell, LSTMCell, GRUCell, StackedCells)
