"""Layers one after another in a layer of their own, as preprocessing is often put together."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Expr, plus
from weighbridge.layers._parts import grouped, parts_of, within
from weighbridge.model import Dims, Expected, Kind, Part, Shape, Unknown, sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.layers._settings import Ignored, Inner


class Pipeline(Kind):
    """Layers of which each reads what the one before gives: their tensors and their work together.

    It is no model: the layers inside are not listed by themselves.
    """

    layers: tuple[Kind, ...]

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...] | None:
        together: tuple[Expected, ...] = ()
        for i, (layer, reads, _) in enumerate(self._runs(incoming)):
            owned = layer.tensors(*reads)
            if owned is None:
                return None
            seeds = [tensor for tensor in owned if tensor.role == "seed"]
            rest = [tensor for tensor in owned if tensor.role != "seed"]
            together += within(f"{layer.name} #{i}", f"{{}}_l{i}", rest)
            together += within(f"{layer.name} #{i}", "{}", seeds)
        return together

    def output(self, *incoming: Shape | None) -> Dims | None:
        runs = list(self._runs(incoming))
        return runs[-1][2] if runs else None

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        runs = self._runs(incoming)
        return _sum(layer.macs(reads, sizes(gives)) for layer, reads, gives in runs)

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        runs = self._runs(incoming)
        return _sum(layer.connections(reads, sizes(gives)) for layer, reads, gives in runs)

    def parts(self, *incoming: Shape | None) -> tuple[Part, ...]:
        groups = grouped(self.tensors(*incoming) or ())
        return parts_of((noun, 1, count) for noun, count in groups)

    def _runs(
        self, incoming: tuple[Shape | None, ...]
    ) -> Iterator[tuple[Kind, tuple[Shape | None, ...], Dims | None]]:
        """Each layer, what it reads, and what it gives."""
        reads = incoming
        for layer in self.layers:
            gives = layer.output(*reads)
            yield layer, reads, gives
            reads = (sizes(gives),)


def _sum(work: Iterator[Expr | None]) -> Expr | None:
    terms = list(work)
    known = [term for term in terms if term is not None]
    return plus(*known) if len(known) == len(terms) else None


def _keras_pipeline(layers: Inner, name: Ignored = None, **_: Ignored) -> Kind:
    listed = list(layers) if isinstance(layers, list | tuple) else [layers]
    kinds = [layer for layer in listed if isinstance(layer, Kind)]
    if len(kinds) < len(listed):
        raise Impossible(f"Pipeline takes layers, not {layers!r}")
    unknown = next((layer for layer in kinds if isinstance(layer, Unknown)), None)
    if unknown is not None:
        return Unknown(native="Pipeline", because=f"{unknown.native}, inside it, is not known")
    return Pipeline(layers=tuple(kinds))


SPELLINGS = {"keras:Pipeline": _keras_pipeline}
KINDS = (Pipeline,)
