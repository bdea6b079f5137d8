"""Where each layer of a live model stands: its path, its kind, its variables."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.errors import WeighbridgeError
from weighbridge.model import Kind, Unknown
from weighbridge.readers._keras_places import Place, Plan, Rules, below
from weighbridge.readers._live_keras_objects import attributes, is_built
from weighbridge.readers._live_keras_saved import Alone, Code
from weighbridge.readers._live_keras_tensors import Variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.model import Layer
    from weighbridge.readers._keras_config import Saved
    from weighbridge.readers._live_keras_objects import Foreign
    from weighbridge.readers._live_keras_saved import Telling

CODE = "a class of the author's own: what its code does is not followed"
BESIDE = "what a model owns beside its layers is its author's own"


class LivePlan(Plan):
    """The places of a live model, with their kinds and tensors."""

    def __init__(self, telling: Telling) -> None:
        self._telling = telling
        self._kinds: dict[int, Kind] = {}
        """By identity of the settings, which layers that are alike share."""
        self.beside: list[Place] = []
        """Layers that functional models hold and that are not in their graphs."""
        root = telling.root
        super().__init__(root, Rules(freezes=False), f"the model {root.name}")
        if isinstance(self.root.layer.inside, Code):
            self.root.path = self._free(root.name)
        self.places = (self.root, *self.all(), *self._not_in_graphs())
        """All of them, models before what is inside."""
        held = Variables(trained=not root.frozen)
        for place in self.places:
            self._hold(place, held)
        self.listed = tuple(filter(self._is_listed, self.places))
        """Those that are layers of the model: they own something, or may."""

    def object(self, place: Place) -> Foreign:
        """The live object that stands there."""
        return self._telling.objects[place.layer.identity or 0]

    def rows(self) -> Iterator[Layer]:
        """The layers as the model lists them."""
        for place in self.listed:
            row = place.row()
            yield row if row.path else replace(row, path=self._free(self.root.layer.name))

    def _fill(self, model: Place, frozen: bool) -> None:
        inside: object = model.layer.inside
        prefix = f"{model.path}." if model.path else ""
        if not isinstance(inside, Code | Alone):
            super()._fill(model, frozen)
            for layer in self._telling.beside.get(model.layer.identity or 0, ()):
                self.beside.append(self._placed(layer, prefix, frozen))
            return
        held = attributes(self.object(model)) if isinstance(inside, Code) else {}
        for layer in inside.layers:
            place = self._placed(layer, prefix, frozen)
            alias = prefix + held.get(layer.identity or 0, layer.name)
            if alias not in (place.path, *place.aliases):
                place.aliases.append(alias)
            model.inside.append((layer, place))

    def _not_in_graphs(self) -> Iterator[Place]:
        seen = {id(place) for place in self.all()}
        for place in self.beside:
            if id(place) not in seen:
                yield place
                yield from below(place, seen)

    # -- kinds -----------------------------------------------------------------------------------

    def _kind(self, layer: Saved, where: str) -> Kind:
        alike = id(layer.config)
        of = self._telling.of(self._telling.objects[layer.identity or 0])
        if not of.by_settings or layer.identity in self._telling.because:
            return self._worked_out(layer, where)
        if alike not in self._kinds:
            self._kinds[alike] = self._worked_out(layer, where)
        return self._kinds[alike]

    def _worked_out(self, layer: Saved, where: str) -> Kind:
        identity = layer.identity or 0
        if identity in self._telling.because:
            return Unknown(native=layer.native, because=self._telling.because[identity])
        of = self._telling.of(self._telling.objects[identity])
        if of.known is not None and of.name != layer.native:
            layer = replace(layer, native=of.name, module=of.known.__module__)
        try:
            return super()._kind(layer, where)
        except WeighbridgeError as error:
            # The layer exists: whatever is wrong with its settings is wrong with our reading.
            return Unknown(native=layer.native, because=error.what)

    # -- tensors ---------------------------------------------------------------------------------

    def _hold(self, place: Place, held: Variables) -> None:
        """Gives ``place`` the tensors it owns; of a model those beside its layers."""
        inside: object = place.layer.inside
        if isinstance(inside, Alone):
            return
        if isinstance(inside, Code):
            place.kind = Unknown(native=place.layer.native, because=CODE)
        elif inside is not None:
            place.kind = Unknown(native=place.layer.native, because=BESIDE)
        found, path = self.object(place), place.path or place.layer.name
        tensors = held.of(found, path, place.as_called, place.incoming, deep=inside is None)
        place.tensors = tensors if tensors or is_built(found) else None

    def _is_listed(self, place: Place) -> bool:
        inside: object = place.layer.inside
        if isinstance(inside, Code):
            return bool(place.tensors) or (place.tensors is None and not self._waits(place))
        return inside is None or bool(place.tensors)

    def _waits(self, place: Place) -> bool:
        """Whether a layer inside is known to lack tensors yet."""
        inside = (found for _, found in place.inside)
        return any(found.tensors is None and found.layer.inside is None for found in inside)
