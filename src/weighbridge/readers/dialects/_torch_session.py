"""What one reading of PyTorch code has made so far: modules, calls, shapes it was told."""

from __future__ import annotations

from weighbridge import layers
from weighbridge.layers import Samples, Untold
from weighbridge.readers.dialects import _session
from weighbridge.readers.dialects._graph import Node, Owner, Symbol, mapped, symbols
from weighbridge.readers.dialects._torch_numbers import Numbers, Single, computed, unique

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Kind, Shape
    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Named, Value
    from weighbridge.readers.dialects._torch_modules import Module


class Session(_session.Session):
    """PyTorch's state while one file is followed."""

    def __init__(self) -> None:
        super().__init__()
        self.modules: list[Module] = []
        """All modules, in the order they were made."""
        self.told: list[tuple[Module, tuple[Shape | None, ...]]] = []
        """What the file says that a module reads, in calls that are not followed."""
        self.standing: dict[int, tuple[Untold, Module]] = {}
        """By identity of a value nobody knows: it, and the module in its place."""

    @property
    def followed(self) -> bool:
        """Whether the ``forward`` of some module is being followed."""
        return bool(self._recorders)

    def of_tensor(self, run: Run, symbol: Symbol, name: str) -> Value:
        from weighbridge.readers.dialects._torch_tensors import attribute_of

        return attribute_of(self, run, symbol, name)

    def apply(self, run: Run, layer: Owner, values: list[Value], named: Named) -> Value:
        """A call of a module; outside of all others, the tensors it is given are samples."""
        from weighbridge.readers.dialects._torch_entry import entered
        from weighbridge.readers.dialects._torch_modules import Module

        values = [*(self._known(run, layer, value) for value in values[:1]), *values[1:]]
        if self.followed or not isinstance(layer, Module):
            return self.apply_all(run, layer, values, named)

        def given(axis: int) -> tuple[list[Value], Named]:
            started = [mapped(value, lambda s: self._start(s, axis)) for value in values]
            return started, {k: mapped(v, lambda s: self._start(s, axis)) for k, v in named.items()}

        return entered(self, run, layer, given)

    def _known(self, run: Run, layer: Owner, value: Value) -> Value:
        """The first argument; for what cannot be told, a tensor of unknown shape."""
        if not isinstance(value, Untold) or isinstance(value, Samples):
            return value
        run.note(f"what {layer.native} reads is not known: {value.because}", run.here)
        return Symbol(self, None)

    def _start(self, symbol: Symbol, axis: int) -> Symbol:
        return Symbol(self, unbatched(symbol.shape, axis), start=True) if symbol.stored else symbol

    def _operated(self, dialect: str, name: str, values: list[Value], named: Named) -> Value:
        given = symbols([values, named])
        if given and all(isinstance(s, Numbers | Single) for s in given):
            plain, found = name.removeprefix("Tensor."), None
            if plain == "unique":
                found = unique(self, values, named)
            elif not named:
                found = computed(self, plain, values)
            if found is not None:
                return found
        if dialect == "torch" and layers.spelling(dialect, name) is None and not self.followed:
            return Symbol(self, None, stored=True) if given else Untold(f"{name}(…)")
        return super()._operated(dialect, name, values, named)

    def entitle(self, node: Node, name: str) -> None:
        node.path = name.rpartition(".")[2].rstrip("_")

    def work_out(self, node: Node) -> None:
        self.yielded(node)
        known = node.outputs[0].shape is not None
        # Of an unknown number of parts nobody can tell which is which.
        several = len(node.outputs) > 1 or (known and getattr(node.kind, "several", False))
        node.structure = tuple(node.outputs) if several else node.outputs[0]

    def passed(self, kind: Kind, incoming: tuple[Shape | None, ...]) -> tuple[Shape | None, ...]:
        found = super().passed(kind, incoming)
        kind.tensors(*incoming)  # raises where sizes do not fit
        return found

    def _of_weights(self, kind: Kind) -> Value:
        made = [Symbol(self, shape, stored=True) for shape in layers.unbatched(kind)]
        return made[0] if len(made) == 1 and not getattr(kind, "several", False) else tuple(made)


def unbatched(shape: Shape | None, axis: int = 0) -> Shape | None:
    """A whole shape without its batch axis."""
    if shape is None or not shape:
        return None
    axis = min(axis, len(shape) - 1)
    return layers.turned((*shape[:axis], *shape[axis + 1 :]), axis)
