"""Live objects of Keras in the records of saved ones: layers, models, and what reads what.

What a live layer says of its settings is what Keras would save, so that one machinery reads both.
Only what code alone knows is told here in a way of its own: the layers that a class of the author's
holds, whose calls nobody sees.
"""

from __future__ import annotations

import warnings

from weighbridge import layers
from weighbridge._record import Record
from weighbridge.readers._keras_calls import Arguments, Reference, printable, sample
from weighbridge.readers._keras_config import Chain, Graph, Saved
from weighbridge.readers._live_keras_graph import (
    GraphCalls,
    call_alone,
    calls_in_a_row,
    first_call,
    given_out,
)
from weighbridge.readers._live_keras_objects import built_for, is_layer, known_class, parts_of
from weighbridge.readers._live_keras_settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from weighbridge.model import Shape
    from weighbridge.readers._live_keras_objects import Foreign

_BARE = ("", "Layer", "Model")
"""Classes that do nothing of their own: what holds layers and is of these is code."""


class Code(Record):
    """A class of the author's own that holds layers; what it calls is code."""

    layers: tuple[Saved, ...]
    reads: tuple[Shape | None, ...] = ()
    """The shapes it was built for."""
    gives: tuple[Shape | None, ...] = ()


class Alone(Record):
    """A layer that is no part of a model, and its one call."""

    layers: tuple[Saved, ...]
    call: Arguments

    @property
    def reads(self) -> tuple[Shape | None, ...]:
        """The shapes that the call reads."""
        return tuple(found.shape for found in self.call.reads)


Inside = Chain | Graph | Code | Alone | None


class _Class(Record):
    """What all objects of one class have in common."""

    native: str
    known: type | None
    """The class of Keras that says what they are."""
    name: str
    """Its name; empty for a class of the author's own."""
    asked: bool
    """Whether what they say of their settings may matter."""
    by_settings: bool
    """Whether these alone tell it; of an operation the arguments of its call do as well."""


class Telling:
    """``root`` and all inside it as records; ``objects`` leads back from each to its object."""

    def __init__(self, root: Foreign) -> None:
        self.objects: dict[int, Foreign] = {}
        """By the identity that the record of each has."""
        self.because: dict[int, str] = {}
        """By identity: why a layer does not say what its settings are."""
        self.beside: dict[int, tuple[Saved, ...]] = {}
        """By identity of a functional model: layers that it holds and that are not in its graph."""
        self._classes: dict[type, _Class] = {}
        self._told_settings = Settings()
        self._insides: dict[int, Inside] = {}
        self._configs: dict[int, dict[str, Foreign]] = {}
        self._above: list[int] = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Keras warns of what it writes down and cannot load.
            self.root = self._told(root)
            if self.root.inside is None:
                self.root = self._alone(root)

    def of(self, found: Foreign) -> _Class:
        """What Keras knows of the class of ``found``."""
        own = type(found)
        if own not in self._classes:
            known = known_class(own)
            name = "" if known is None else known.__name__
            owns = is_layer(own)
            build = layers.spelling("keras", name) if owns else None
            told = build is not None and build.__code__.co_argcount > 0
            asked = not owns or name == "InputLayer" or told
            self._classes[own] = _Class(own.__name__, known, name, asked, owns)
        return self._classes[own]

    def _told(self, found: Foreign, calls: tuple[Arguments, ...] = ()) -> Saved:
        identity = id(found)
        if identity not in self.objects:
            self.objects[identity] = found
            self._configs[identity] = self._settings(found)
            self._above.append(identity)
            self._insides[identity] = self._inside(found)
            self._above.pop()
        built = built_for(found)
        return Saved(
            printable(found.name),
            type(found).__name__,
            type(found).__module__,
            "",
            self._configs[identity],
            calls,
            built[0] if len(built) == 1 else None,
            identity,
            self._insides[identity],  # type: ignore[arg-type]  # what is code, a live plan takes
        )

    def _settings(self, found: Foreign) -> dict[str, Foreign]:
        of = self.of(found)
        if of.asked:
            try:
                return self._told_settings.of(found, of.known)
            except Exception as error:  # A layer inside may be of a class that raises anything.
                why = str(error).strip().partition("\n")[0] or type(error).__name__
                self.because[id(found)] = f"its get_config() fails: {printable(why)}"
        trainable = bool(getattr(found, "trainable", True))
        dtype = getattr(found, "variable_dtype", None)
        return {"trainable": trainable, "dtype": dtype if isinstance(dtype, str) else "float32"}

    # -- what is inside --------------------------------------------------------------------------

    def _inside(self, found: Foreign) -> Inside:
        of = self.of(found)
        if of.name == "Sequential":
            return self._chain(found)
        if of.name == "Functional" and hasattr(found, "_operations"):
            return self._graph(found)
        # The calls that tf.keras records are of another form, and are left alone.
        parts = self._below(parts_of(found)) if of.name in (*_BARE, "Functional") else []
        if not parts:
            return None
        reads = tuple(map(sample, built_for(found)))
        return Code(tuple(map(self._told, parts)), reads, given_out(found))

    def _below(self, parts: Iterable[Foreign]) -> list[Foreign]:
        """``parts`` without those that hold this one in turn, and without inputs."""
        kept = (part for part in parts if id(part) not in self._above)
        return [part for part in kept if self.of(part).name != "InputLayer"]

    def _chain(self, model: Foreign) -> Chain:
        runs = calls_in_a_row(model) if getattr(model, "_functional", None) else {}
        listed = enumerate(getattr(model, "_layers", model.layers))
        inside = [self._told(a, runs.get(i, ())) for i, a in listed if id(a) not in self._above]
        reads = built_for(model)
        return Chain(tuple(inside), reads[0] if len(reads) == 1 else None)

    def _graph(self, model: Foreign) -> Graph:
        calls = GraphCalls(model)
        inside = tuple([self._told(one, calls.of(one)) for one in model._operations])
        within = {layer.identity for layer in inside}
        others = [part for part in self._below(parts_of(model)) if id(part) not in within]
        self.beside[id(model)] = tuple(map(self._told, others))
        starts, ends = calls.references(model._inputs), calls.references(model._outputs)
        return Graph(inside, starts, ends)

    # -- a layer by itself -----------------------------------------------------------------------

    def _alone(self, layer: Foreign) -> Saved:
        node = first_call(layer)
        if node is not None:
            call = call_alone(node)
        else:
            built = enumerate(map(sample, built_for(layer)))
            call = Arguments(tuple(Reference("", at, 0, shape) for at, shape in built), {})
        told = self._told(layer, (call,) if call.reads else ())
        inside: Foreign = Alone((told,), call)
        return Saved(told.name, told.native, told.module, "", told.config, inside=inside)
