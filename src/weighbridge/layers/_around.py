"""Layers whose tensors are kept in another form; what they read, give and do stays the same."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.errors import Impossible
from weighbridge.formula import per, total
from weighbridge.layers import _batch
from weighbridge.layers._batch import AnyLayout
from weighbridge.layers.bilinear import Bilinear
from weighbridge.model import Dims, Expected, Kind, Part, Shape, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from weighbridge.formula import Expr

_ALL = 64
"""More axes than any tensor has: the layer inside knows where every one of them is."""


class Around(AnyLayout):
    """A layer one of whose tensors is kept in another form."""

    layer: Kind

    def form(self, tensor: Expected) -> tuple[Expected, ...]:
        """What ``tensor`` of the layer is kept as."""
        raise NotImplementedError

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...] | None:
        owned = self.layer.tensors(*incoming)
        return None if owned is None else tuple(t for each in owned for t in self.form(each))

    def output(self, *incoming: Shape | None) -> Dims | None:
        return self.layer.output(*incoming)

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        return self.layer.outputs(*incoming)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        return self.layer.macs(incoming, outgoing)

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        return self.layer.connections(incoming, outgoing)

    def called(self, positional: Sequence[object], named: Mapping[str, object]) -> Kind:
        return replace(self, layer=self.layer.called(positional, named))

    def parts(self, *incoming: Shape | None) -> tuple[Part, ...]:
        trained = [tensor for tensor in self.tensors(*incoming) or () if not tensor.buffer]
        if not trained or self.layer.each is None:
            return ()
        noun, symbol = self.layer.each
        split = per(total(tensor.dims for tensor in trained), symbol)
        return () if split is None else (Part(noun, split[1], split[0]),)

    @property
    def last_axes(self) -> int:
        return self.layer.last_axes if isinstance(self.layer, AnyLayout) else _ALL

    def batch_axes(self, *incoming: Shape | None) -> tuple[int, ...]:
        if isinstance(self.layer, AnyLayout):
            return self.layer.batch_axes(*incoming)
        return AnyLayout.batch_axes(self, *incoming)

    def passed(self, *incoming: Shape | None) -> tuple[Shape | None, ...]:
        return _batch.passed(self.layer, incoming)


class AroundOne(Around):
    """One that names the tensor whose form it changes by its role."""

    role: str = "kernel"

    def __post_init__(self) -> None:
        owned = self.layer.tensors()
        if owned is not None and self.role not in {tensor.role for tensor in owned}:
            raise Impossible(f"a {self.layer.name} layer has no {self.role}")


def inside(layer: object, native: str) -> Kind:
    """``layer`` as what ``native`` changes; ``Unknown`` where nobody knows what it is."""
    if isinstance(layer, Unknown):
        return Unknown(native=native, because=f"the layer inside is not known: {layer.native}")
    if not isinstance(layer, Kind):
        raise Impossible(f"{native} takes a layer, not {layer!r}")
    return layer


def laid(layer: Kind, tensor: Expected) -> tuple[int, ...]:
    """Our axes of a tensor of ``layer`` in PyTorch's order.

    Of a kernel what comes out comes first, then what it reads; of two inputs the first before the
    second.
    """
    axes = tuple(range(len(tensor.dims)))
    if "kernel" not in tensor.role or len(axes) < 2:  # noqa: PLR2004  # a matrix
        return axes
    while isinstance(layer, Around):
        layer = layer.layer
    if isinstance(layer, Bilinear):
        return (axes[-1], *axes[:-1])
    return (axes[-1], axes[-2], *axes[:-2])


def axis_of(layer: Kind, tensor: Expected, dim: int) -> int:
    """PyTorch's axis ``dim`` of a tensor of ``layer`` as one of ours."""
    order = laid(layer, tensor)
    if not -len(order) <= dim < len(order):
        raise Impossible(f"the {tensor.role} has no axis {dim}: it has {len(order)}")
    return order[dim]


def found(layer: Kind, role: str) -> Expected | None:
    """The tensor of ``layer`` with ``role``, sizes that only its input tells left open."""
    return next((tensor for tensor in layer.tensors() or () if tensor.role == role), None)
