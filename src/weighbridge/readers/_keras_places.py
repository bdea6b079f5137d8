"""Where each layer of a saved Keras model stands: its path, its kind, its share of the weights.

An object that the file describes in two places, as a layer shared by a model and a model inside it,
is one place with two names.
"""

from __future__ import annotations

from weighbridge._record import Record
from weighbridge.errors import Impossible, Malformed
from weighbridge.model import Kind, Layer, Shape, Unknown
from weighbridge.readers._keras_calls import sample
from weighbridge.readers._keras_config import Chain, Graph
from weighbridge.readers._keras_kinds import kind_of, variable_dtype
from weighbridge.readers._keras_order import Order
from weighbridge.readers._keras_weights import Group, Numbering, tensors_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.model import Tensor, Use
    from weighbridge.readers._keras_config import Saved


class Place:
    """A layer, an operation or a model inside, where the framework lists it first."""

    def __init__(self, layer: Saved, path: str, kind: Kind, frozen: bool) -> None:
        self.layer, self.path, self.kind, self.frozen = layer, path, kind, frozen
        self.aliases: list[str] = []
        self.inside: list[tuple[Saved, Place]] = []
        """For a model: its layers as it describes them, in the order in which Keras lists them."""
        self.order: Order | None = None
        """For a functional model: how its calls follow one another."""
        self.uses: list[Use] = []
        self.tensors: tuple[Tensor, ...] | None = None
        self.seen = False
        """Whether its share of the weights has been looked for."""

    @property
    def incoming(self) -> tuple[Shape | None, ...]:
        """The shapes it reads in its first call, as far as the file tells."""
        reads = self.layer.calls[0].reads if self.layer.calls else ()
        if not reads or (len(reads) == 1 and reads[0].shape is None):
            return (sample(self.layer.built),)
        return tuple([found.shape for found in reads])

    @property
    def as_called(self) -> Kind:
        """Its kind as its first call has it, which may say which input is which."""
        first = self.layer.calls[0] if self.layer.calls else None
        return self.kind if first is None else self.kind.called(first.positional, first.named)

    @property
    def owns(self) -> bool:
        """Whether it must own tensors, as far as its kind can tell."""
        if self.layer.inside is not None or self.layer.is_operation:
            return False
        try:
            expected = self.as_called.tensors(*self.incoming)
        except Impossible:
            return True
        return expected is None or any(tensor.role != "seed" for tensor in expected)

    def row(self) -> Layer:
        """The layer as the model lists it."""
        return Layer(
            path=self.path,
            kind=self.kind,
            native=self.layer.native,
            tensors=() if self.layer.is_input else self.tensors,
            trainable=not self.frozen,
            dtype=variable_dtype(self.layer),
            aliases=tuple(self.aliases),
        )


class Rules(Record):
    """What versions of Keras do differently."""

    freezes: bool
    """Whether a frozen model inside freezes its layers. Keras 3 looks at the layers alone."""


class Plan:
    """Every place of a model. ``where`` names the file in errors."""

    def __init__(self, root: Saved, rules: Rules, where: str) -> None:
        self._rules, self._where = rules, where
        self._known: dict[tuple[int, str], Place] = {}
        self._taken: set[str] = set()
        self.root = Place(root, "", Unknown(native=root.native), root.frozen)
        self._fill(self.root, root.frozen)

    def _fill(self, model: Place, frozen: bool) -> None:
        inside = model.layer.inside
        prefix = f"{model.path}." if model.path else ""
        match inside:
            case Chain():
                names: set[str] = set()
                for layer in inside.layers:
                    if layer.name in names and layer.identity is None:
                        raise Malformed(f"two layers are called {layer.name}", self._place(model))
                    names.add(layer.name)
                    if not layer.is_input:
                        model.inside.append((layer, self._placed(layer, prefix, frozen)))
            case Graph():
                model.order = Order(inside, self._place(model))
                by_name = {layer.name: layer for layer in inside.layers}
                listed = [by_name[name] for name in model.order.layers]
                model.inside = [(layer, self._placed(layer, prefix, frozen)) for layer in listed]

    def _kind(self, layer: Saved, where: str) -> Kind:
        return kind_of(layer, where)

    def _place(self, model: Place) -> str:
        return f"{self._where}, {model.path}" if model.path else self._where

    def _placed(self, layer: Saved, prefix: str, frozen: bool) -> Place:
        named = prefix + layer.name
        identity = None if layer.identity is None else (layer.identity, layer.native)
        known = self._known.get(identity) if identity else None
        if known is not None:
            if named not in (known.path, *known.aliases):
                known.aliases.append(named)
            return known
        path = self._free(named)
        is_model = layer.inside is not None
        frozen = frozen or (layer.frozen and (self._rules.freezes or not is_model))
        where = f"{self._where}, layer {path}"
        kind = Unknown(native=layer.native) if is_model else self._kind(layer, where)
        place = Place(layer, path, kind, frozen)
        self._fill(place, frozen)
        if identity:
            self._known[identity] = place
        return place

    def _free(self, path: str) -> str:
        """``path``, told apart from an equal one: names of Keras may hold dots of their own."""
        free, count = path, 1
        while free in self._taken:
            count += 1
            free = f"{path}#{count}"
        self._taken.add(free)
        return free

    # -- weights ---------------------------------------------------------------------------------

    def share_out(self, weights: Group) -> None:
        """Gives each layer the tensors that the file holds for it."""
        self._share(self.root, weights)

    def _share(self, model: Place, group: Group | None) -> None:
        numbering = Numbering(group)
        for layer, place in model.inside:
            if layer.is_operation:
                place.tensors = ()
                continue
            found = numbering.following(layer.native)
            if place.seen:
                continue
            place.seen = True
            if place.layer.inside is not None:
                self._share(place, found)
            else:
                place.tensors = tensors_of(place.path, found, place.as_called, place.incoming)

    # -- listing ---------------------------------------------------------------------------------

    def all(self) -> Iterator[Place]:
        """Every place once, models before what is inside them."""
        return below(self.root, set())


def below(model: Place, seen: set[int]) -> Iterator[Place]:
    """Every place inside ``model`` once, but for those ``seen`` already."""
    for _, place in model.inside:
        if id(place) not in seen:
            seen.add(id(place))
            yield place
            if place.inside:
                yield from below(place, seen)
