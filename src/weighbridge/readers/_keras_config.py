"""The configuration of a saved Keras model as plain records: layers, models, and what reads what.

Nothing is run and no class is looked up; whatever is not as Keras writes it is ``Malformed``.
"""

from __future__ import annotations

from weighbridge._record import Record, replace
from weighbridge.errors import LIMITS, Malformed, TooLarge
from weighbridge.readers._keras_calls import (
    Arguments,
    Reference,
    Target,
    calls,
    ends,
    exact,
    printable,
    wrong,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._keras_calls import Json

_MODELS = ("Sequential", "Functional", "Model")
_BUILT_IN = ("keras.", "tf_keras.", "tensorflow.")


class Saved(Record):
    """A layer, an operation or a model, as the file describes it."""

    name: str
    native: str
    module: str | None
    """``None`` in files that do not tell."""
    registered: str
    config: dict[str, Json]
    calls: tuple[Arguments, ...] = ()
    """One for each use in the graph it stands in."""
    built: Json = None
    """The shape, or shapes, it was built for."""
    identity: int | None = None
    """The same number for the same object in two places."""
    inside: Chain | Graph | None = None
    """For a model, its layers."""

    @property
    def is_custom(self) -> bool:
        """Whether it is of a class that Keras does not bring along."""
        return self.module is not None and not built_in(self.module)

    @property
    def is_input(self) -> bool:
        return self.native == "InputLayer"

    @property
    def is_operation(self) -> bool:
        """Whether it is a function of tensors, which Keras 3 lists among the layers."""
        return not self.is_custom and ".ops." in f"{self.module}."

    @property
    def frozen(self) -> bool:
        return self.config.get("trainable", True) is False


class Chain(Record):
    """A Sequential: layers in a row."""

    layers: tuple[Saved, ...]
    reads: Json = None
    """The whole shape of what it reads, where the file tells."""


class Graph(Record):
    """A functional model: layers that read one another."""

    layers: tuple[Saved, ...]
    inputs: tuple[Reference, ...]
    outputs: tuple[Reference, ...]


def built_in(module: str) -> bool:
    """Whether Keras brings ``module`` along."""
    return f"{module}.".startswith(_BUILT_IN)


_CLASSES = {"GroupQueryAttention": "GroupedQueryAttention"}
"""Classes of Keras that it writes down under another name than their own."""


def saved(entry: Json, where: str, nesting: int = 0) -> Saved:
    """The object that ``entry`` describes, with all inside it.

    Raises ``Malformed`` where it is not what Keras writes, ``TooLarge`` for models too deep inside.
    """
    if nesting > LIMITS.nesting:
        raise TooLarge(f"models lie more than {LIMITS.nesting} deep in one another", where)
    if not isinstance(entry, dict) or not isinstance(entry.get("class_name"), str):
        raise wrong(where, "a layer has no class_name", entry)
    native, config = entry["class_name"], entry.get("config")
    config = {} if config is None else config
    if not isinstance(config, dict):
        raise wrong(where, f"the config of a {native} is no mapping", config)
    name = entry.get("name") or config.get("name") or native
    if not isinstance(name, str):
        raise wrong(where, f"a {native} has an odd name", name)
    registered, identity = entry.get("registered_name"), entry.get("shared_object_id")
    made, module = entry.get("build_config"), entry.get("module")
    module = (module if isinstance(module, str) else "") if "module" in entry else None
    return Saved(
        name=printable(name),
        native=printable(_CLASSES.get(native) or native),
        module=module,
        registered=registered if isinstance(registered, str) else "",
        config=config,
        calls=tuple(calls(entry.get("inbound_nodes"), f"{where}, layer {name}")),
        built=made.get("input_shape", made.get("shapes_dict")) if isinstance(made, dict) else None,
        identity=identity if isinstance(identity, int) else None,
        inside=_inside(entry, config, where if nesting == 0 else f"{where}, {name}", nesting),
    )


def _inside(
    entry: dict[str, Json], config: dict[str, Json], where: str, nesting: int
) -> Chain | Graph | None:
    native, module, listed = entry["class_name"], entry.get("module", "keras"), config.get("layers")
    is_graph = "input_layers" in config
    # A class derived from Sequential is known by what only Sequential writes.
    derived = "build_input_shape" in config and isinstance(listed, list)
    known = native in _MODELS and isinstance(module, str) and built_in(module)
    if not (is_graph or derived or known):
        return None
    if not isinstance(listed, list):
        raise wrong(where, f"the layers of a {native} are no list", listed)
    layers = tuple(saved(each, where, nesting + 1) for each in listed)
    if not is_graph:
        return Chain(layers, config.get("build_input_shape"))
    return _graph(config, layers, _in_lists(listed), where)


def _in_lists(layers: list[Json]) -> bool:
    """Whether calls are written the way of tf.keras."""
    return any(
        isinstance(node, list) for entry in layers for node in entry.get("inbound_nodes") or ()
    )


def _graph(config: dict[str, Json], layers: tuple[Saved, ...], legacy: bool, where: str) -> Graph:
    targets: dict[str, Target] = {}
    for layer in layers:
        if layer.name in targets:
            raise Malformed(f"two layers are called {layer.name}", where)
        count = 1 if layer.is_input else len(layer.calls)
        inside = layer.inside
        targets[layer.name] = Target(count, inside is not None, isinstance(inside, Graph))
    found = []
    for layer in layers:
        place = f"{where}, layer {layer.name}"
        counted = tuple(exact(call, targets, legacy, place) for call in layer.calls)
        found.append(replace(layer, calls=counted))
    return Graph(
        tuple(found),
        tuple(ends(config["input_layers"], targets, legacy, where)),
        tuple(ends(config.get("output_layers"), targets, legacy, where)),
    )
