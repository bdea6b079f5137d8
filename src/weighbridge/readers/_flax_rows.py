"""The layers of a live Flax model, once it is known what reaches them."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.model import Custom, Layer, Unknown
from weighbridge.readers._flax_kinds import Stack
from weighbridge.readers._flax_roles import role_of
from weighbridge.readers._flax_tensors import Naming, copies, declared
from weighbridge.readers._live_torch_kinds import Opaque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from weighbridge.model import Expected, Kind, Shape
    from weighbridge.readers._flax_listing import Listing, Own
    from weighbridge.readers._flax_tensors import Held
    from weighbridge.readers._flax_trace import Path

    Incoming = tuple[Shape | None, ...]


class Rows:
    """The layers of a listing, in order, and what each of them is in a call."""

    def __init__(
        self, listing: Listing, reached: Mapping[Path, tuple[Kind, Incoming]], traced: bool
    ) -> None:
        self._traced, self._naming = traced, Naming()
        self.kinds: dict[Path, Kind] = {}
        """By path; of a stack what one of its copies is."""
        self.layers: list[Layer] = []
        for path, own in listing.owners.items():
            self.layers += self._rows(path, own, reached.get(path))

    def is_known(self, path: Path) -> bool:
        """Whether the layer at ``path`` has a kind that tells its work."""
        return path in self.kinds and not isinstance(self.kinds[path], Custom | Unknown)

    def _rows(self, path: Path, own: Own, reached: tuple[Kind, Incoming] | None) -> Iterator[Layer]:
        kind, incoming = reached or (own.kind, ())
        expected = None if kind is None else _expected(kind, incoming)
        if own.kind is None or kind is None or expected is None or _has_more(own, expected):
            yield self._unspelled(path, own)
            return
        roles = {tensor.role for tensor in expected}
        held = [one for one in own.held if _belongs(one, roles)]
        tensors = tuple(self._naming.tensors(held, expected))
        self.kinds[path] = own.kind
        stacked = copies(tensors, expected) or ()
        # What only a call tells is kept where the layer would not be asked as called.
        shown = kind if stacked or _expected(own.kind, ()) is None else own.kind
        for number in stacked:
            shown = Stack(layer=shown, copies=number)
        yield Layer(own.place, shown, own.native, tensors, aliases=own.aliases)
        yield from self._state(own, [one for one in own.held if not _belongs(one, roles)])

    def _unspelled(self, path: Path, own: Own) -> Layer:
        """A layer that is known by its tensors alone; its work shows where the code does it."""
        owned = declared(own.held)
        if self._traced:
            kind: Kind = Custom(native=own.native, declared=owned)
        elif own.because:
            kind = Unknown(native=own.native, because=own.because)
        else:
            kind = Opaque(native=own.native, declared=owned)
        self.kinds[path] = kind
        tensors = tuple(self._naming.tensors(own.held, owned))
        return Layer(
            own.place, kind, own.native, tensors, inferred=True, aliases=own.aliases
        )  # fmt: skip

    def _state(self, own: Own, held: list[Held]) -> Iterator[Layer]:
        """A row for each collection of state that is not part of what the layer is: a cache."""
        for collection in dict.fromkeys(one.collection for one in held):
            kept = [one for one in held if one.collection == collection]
            kind = Custom(native=collection, declared=declared(kept))
            tensors = tuple(self._naming.tensors(kept, kind.declared))
            yield Layer(f"{own.place}.{collection}", kind, collection, tensors, inferred=True)


def _expected(kind: Kind, incoming: Incoming) -> tuple[Expected, ...] | None:
    """What ``kind`` must own; ``None`` where it cannot be, or cannot read what comes in.

    The layer is there and works, so that only our kind of it can be wrong.
    """
    try:
        kind.outputs(*incoming)
        kind.macs(incoming, None)
        return kind.tensors(*incoming)
    except Impossible:
        return None


def _has_more(own: Own, expected: tuple[Expected, ...]) -> bool:
    """Whether a layer has trained tensors beside those of its kind: a class derived from it may."""
    wanted = sum(tensor.trainable and not tensor.buffer for tensor in expected)
    return sum(one.trained for one in own.held) > wanted


def _belongs(held: Held, roles: set[str]) -> bool:
    return held.trained or held.seed or role_of(held.inside, roles) != ""
