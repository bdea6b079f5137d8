"""What live objects of Keras say of themselves, asked without changing or running anything.

The only file that touches the attributes of foreign objects. Keras is never imported: what is asked
is known by the names of its classes and attributes, which Keras 3 has on every back end.
"""

from __future__ import annotations

from weighbridge._record import Record
from weighbridge.readers._keras_config import built_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    Foreign = Any  # An object of Keras, of which no types are known.

_WORK = ("call", "build", "add_weight", "compute_output_shape", "compute_output_spec", "__call__")
"""What a class would change to be another layer than the one it derives from."""


def known_class(own: type) -> type | None:
    """The class of Keras that says what objects of the class ``own`` are and do.

    That is itself, or the one that it derives from without touching what it does. ``None`` for a
    class of the author's own.
    """
    if built_in(own.__module__):
        return own
    base = next((base for base in own.__mro__ if built_in(base.__module__)), None)
    touched = any(getattr(own, name, None) is not getattr(base, name, None) for name in _WORK)
    return None if touched else base


def is_layer(own: type) -> bool:
    """Whether objects of the class ``own`` may own variables; operations of a graph do not."""
    return any(base.__name__ == "Layer" and built_in(base.__module__) for base in own.__mro__)


# -- what it holds -------------------------------------------------------------------------------


class Variable(Record):
    """A variable of a layer, and how the layer holds it."""

    parts: tuple[str, ...]
    """The names of the layers inside that it lies in, then its own."""
    value: Foreign
    made_to_train: bool
    """Whether it trains unless somebody freezes it; other variables are state."""
    seed: bool = False


def variables(layer: Foreign, deep: bool) -> list[Variable]:
    """The variables of ``layer``, each once; ``deep`` with those of the layers inside."""
    found = _own(layer, ())
    if deep:
        found += _inside(layer, (), {id(layer)})
    if len(found) > 1:
        found = list({id(one.value): one for one in reversed(found)}.values())[::-1]
    return found


def _own(layer: Foreign, parts: tuple[str, ...]) -> list[Variable]:
    trained = _listed(layer, "_trainable_variables", "_trainable_weights")
    state = _listed(layer, "_non_trainable_variables", "_non_trainable_weights")
    return [
        *[Variable((*parts, value.name), value, True, False) for value in trained],
        *[Variable((*parts, value.name), value, False, False) for value in state],
        *[
            Variable((*parts, generator.state.name), generator.state, False, True)
            for generator in _listed(layer, "_seed_generators")
        ],
    ]


def _inside(layer: Foreign, parts: tuple[str, ...], above: set[int]) -> list[Variable]:
    found: list[Variable] = []
    inside = parts_of(layer)
    held = attributes(layer) if inside else {}
    for part in inside:
        if id(part) not in above:
            names = (*parts, held.get(id(part)) or part.name)
            found += _own(part, names) + _inside(part, names, above | {id(part)})
    return found


def parts_of(layer: Foreign) -> list[Foreign]:
    """The layers that ``layer`` tracks, in Keras' order, each once."""
    tracked = _listed(layer, "_layers", "_self_tracked_trackables")
    if not tracked:
        return []
    return list({id(part): part for part in tracked if is_layer(type(part))}.values())


def attributes(layer: Foreign) -> dict[int, str]:
    """By identity: the attribute in which ``layer`` holds another, ``blocks.0`` in a list."""
    found: dict[int, str] = {}
    kept = vars(layer)
    # With the torch back end, modules among the attributes are kept in a mapping of their own.
    for name, value in {**kept, **kept.get("_modules", {})}.items():
        for dotted, held in _held(name, value):
            found.setdefault(id(held), dotted)
    return found


_DEPTH = 4
"""Of lists in lists that are looked into for the name of a layer."""


def _held(name: str, value: Foreign, depth: int = 0) -> Iterator[tuple[str, Foreign]]:
    if is_layer(type(value)):
        yield name, value
    elif name.startswith("_") or depth > _DEPTH:
        return  # Keras' own lists of what it tracks
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _held(f"{name}.{key}", item, depth + 1)
    elif isinstance(value, list | tuple):
        for at, item in enumerate(value):
            yield from _held(f"{name}.{at}", item, depth + 1)


def _listed(found: Foreign, name: str, legacy: str = "") -> Sequence[Foreign]:
    """What the attribute ``name`` lists, or the one of tf.keras that means the same."""
    listed: Sequence[Foreign] | None = getattr(found, name, None)
    return getattr(found, legacy, ()) if listed is None else listed


# -- what it was built for -----------------------------------------------------------------------


def built_for(layer: Foreign) -> tuple[Foreign, ...]:
    """The whole shapes it was built for; empty if it was not, or if nobody wrote them down."""
    told = getattr(layer, "_build_shapes_dict", None)
    if told is None and (legacy := getattr(layer, "_build_input_shape", None)) is not None:
        told = {"input_shape": tuple(legacy)}
    shapes: list[Foreign] = []
    for shape in told.values() if isinstance(told, dict) else ():
        if isinstance(shape, list | tuple) and shape and isinstance(shape[0], list | tuple):
            shapes += shape
        elif isinstance(shape, dict):
            shapes += shape.values()
        elif shape is not None:
            shapes.append(shape)
    return tuple(shapes)


def is_built(layer: Foreign) -> bool:
    """Whether it holds all the tensors it is going to hold."""
    return bool(getattr(layer, "built", True))


def quantisation(layer: Foreign) -> str | None:
    """How its values are stored in fewer bits: ``int8``; ``None`` where they are not."""
    policy = getattr(layer, "_dtype_policy", None)
    return getattr(policy, "quantization_mode", None)
