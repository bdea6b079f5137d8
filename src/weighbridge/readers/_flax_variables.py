"""Flax's variables without their module: rows known by their tensors alone."""

from __future__ import annotations

import sys

from weighbridge.model import Layer, Model
from weighbridge.readers._flax_model import kept_apart, origin
from weighbridge.readers._flax_tensors import Held, Naming, declared, leaves
from weighbridge.readers._live_torch_kinds import Opaque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._flax_tensors import Tree


def of_variables(variables: Tree) -> Model:
    """What ``{"params": …, "batch_stats": …}`` tells: a row for each module that owns arrays."""
    core = sys.modules.get("flax.core")
    tree = variables if core is None else core.meta.unbox(variables)
    held: dict[str, list[Held]] = {}
    for collection, branch in tree.items():
        for path, array in leaves(branch):
            trained = collection == "params"
            name = ".".join((collection, *path))
            place = ".".join(path[:-1]) or "variables"
            held.setdefault(place, []).append(Held(name, path[-1], collection, array, trained))
    return of_held("variables", held)


def of_held(name: str, held: dict[str, list[Held]]) -> Model:
    """A model called ``name`` with a row for each path, of which only its tensors are known."""
    naming = Naming()
    layers = []
    for place, found in held.items():
        kind = Opaque(native="", declared=declared(found))
        tensors = tuple(naming.tensors(found, kind.declared))
        layers.append(Layer(place, kind, "", tensors, inferred=True))
    listed = [one for found in held.values() for one in found]
    return Model(
        name, tuple(layers), origin=origin(name),
        findings=tuple(kept_apart(listed, layers)),
    )  # fmt: skip
