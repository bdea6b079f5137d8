"""What live PyTorch modules are beyond the kinds of layers: held in another form, or not known."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.model import Custom, Dims, Expected, Kind, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from weighbridge.formula import Expr


class Opaque(Custom):
    """A module of somebody's own whose ``forward`` was not followed: its work is not known."""

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        """Not known."""
        return None

    @property
    def name(self) -> str:
        """The name of the sort of layer it is."""
        return "custom"


def followed(kind: Kind) -> Kind:
    """What ``kind`` is once its ``forward`` was followed: its work is that of what it calls."""
    if not isinstance(kind, Opaque):
        return kind
    met = _followed.get(id(kind))
    if met is None:
        if len(_followed) >= _MOST:
            _followed.clear()
        met = _followed[id(kind)] = kind, Custom(native=kind.native, declared=kind.declared)
    return met[1]


_followed: dict[int, tuple[Opaque, Custom]] = {}
"""Those met before, by identity: equal modules share their kind."""
_MOST = 10_000


class Around(Kind):
    """A layer whose tensors are not quite those of its kind; shapes and work are the kind's."""

    layer: Kind

    def output(self, *incoming: Shape | None) -> Dims | None:
        """That of the layer."""
        return self.layer.output(*incoming)

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        """Those of the layer."""
        return self.layer.outputs(*incoming)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        """Those of the layer."""
        return self.layer.macs(incoming, outgoing)

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        """Those of the layer."""
        return self.layer.connections(incoming, outgoing)

    def called(self, positional: Sequence[object], named: Mapping[str, object]) -> Kind:
        """The layer as one call has it."""
        return self.layer.called(positional, named)

    @property
    def name(self) -> str:
        """The name of the layer's kind."""
        return self.layer.name


class Extended(Around):
    """A layer with tensors beside those of its kind, or in the place of some.

    Weight normalisation keeps a direction and a length in the place of a kernel; a class derived
    from a layer may add a tensor of its own.
    """

    without: tuple[str, ...] = ()
    """Roles of the tensors that it does not hold as they are."""
    more: tuple[Expected, ...] = ()

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...] | None:
        """Those of its kind that it holds as they are, and what it holds besides."""
        owned = self.layer.tensors(*incoming)
        if owned is None:
            return None
        return (*(tensor for tensor in owned if tensor.role not in self.without), *self.more)


class Packed(Around):
    """A quantised layer: the tensors of its kind, packed and not trained, biases as they were."""

    dtype: str = "qint8"

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...] | None:
        """Those of its kind, as buffers."""
        owned = self.layer.tensors(*incoming)
        return None if owned is None else tuple(self._packed(tensor) for tensor in owned)

    def _packed(self, tensor: Expected) -> Expected:
        dtype = "float32" if "bias" in tensor.role else self.dtype
        return replace(tensor, trainable=False, buffer=True, dtype=dtype)
