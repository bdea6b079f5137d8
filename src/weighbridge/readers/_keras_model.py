"""From the configuration and the weights of a saved Keras model to a ``Model``."""

from __future__ import annotations

from weighbridge.errors import Malformed
from weighbridge.model import Container, Layer, Model, Origin, Tensor, Unknown
from weighbridge.readers._keras_calls import printable
from weighbridge.readers._keras_config import Chain, Graph, saved
from weighbridge.readers._keras_kinds import whole_shape
from weighbridge.readers._keras_places import Plan, Rules
from weighbridge.readers._keras_runs import Runs, chain_reads
from weighbridge.readers._keras_weights import ADAPTER, OWN, Group
from weighbridge.readers.keras_archive import (
    AdaptersMerged,
    CodeNotRead,
    UnclaimedTensors,
    WeightsMissing,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from weighbridge.errors import Finding
    from weighbridge.readers import Source
    from weighbridge.readers._keras_calls import Json
    from weighbridge.readers._keras_config import Saved
    from weighbridge.readers._keras_places import Place

_OF_TRAINING = frozenset(
    ("optimizer", "metrics", "loss", "compiled_metrics", "compiled_loss", "loss_tracker")
)
"""Groups at the top of a weights file that hold the state of training and none of the model."""
_TRACKERS = ("_tracker", "_metric")
"""How people name the metrics of a model of their own; each keeps a total and a count."""

_SHOWN = 3
"""Of the groups that belong to no layer, how many a message names."""


def model_of(
    described: Json, version: str, weights: Callable[[], Group] | None, source: Source
) -> Model:
    """The model that the configuration ``described`` and the ``weights`` make together.

    The weights are asked for last, so that they can be listed meanwhile.

    Raises ``Malformed``, ``Impossible`` or ``TooLarge`` with the layer that is to blame.
    """
    where = f"{source.text}, config.json"
    root = saved(described, where)
    plan = Plan(root, Rules(freezes=version.startswith("2")), where)
    runs = Runs(plan.root, source.shapes)
    held = weights() if weights else None
    places = list(plan.all())
    if held is not None and held.empty and any(place.owns for place in places):
        held = None  # Saved before it was built.
    if held is not None:
        plan.share_out(held)
    taken = {place.path for place in places}
    stray = [] if held is None else list(_unclaimed(held, root.name, taken))
    if root.inside is None and not stray:
        raise Malformed(f"{root.native} is a class of the author's own, without tensors", where)
    return Model(
        name=root.name,
        layers=(*(place.row() for place in places if place.layer.inside is None), *stray),
        calls=runs.calls,
        outputs=runs.outputs,
        origin=Origin("keras", source.text, producer="keras", version=version),
        findings=(*_findings(root, stray, held), *_merged(places)),
        containers=tuple(
            Container(place.path, place.layer.native, tuple(place.aliases), tuple(place.uses))
            for place in places
            if place.layer.inside is not None
        ),
        native=root.native,
        batch=batch_of(root),
    )


def batch_of(root: Saved) -> int | None:
    """The batch size, where the inputs fix one."""
    inside, sizes = root.inside, []
    match inside:
        case Chain():
            sizes = [chain_reads(inside)]
        case Graph():
            by_name = {layer.name: layer for layer in inside.layers}
            sizes = [whole_shape(by_name[found.layer]) for found in inside.inputs]
    first = [size[0] if isinstance(size, list | tuple) and size else None for size in sizes]
    same = bool(first) and all(size == first[0] for size in first)
    return first[0] if same and type(first[0]) is int else None


def _findings(root: Saved, stray: list[Layer], held: Group | None) -> Iterator[Finding]:
    if held is None:
        yield WeightsMissing("", "the file holds no tensors that can be read: counts are derived")
    if root.inside is None:
        yield CodeNotRead(
            "", f"{root.native} is code that the file does not hold: groups are shown"
        )
    elif stray:
        names = ", ".join(layer.path for layer in stray[:_SHOWN]) + ", …" * (len(stray) > _SHOWN)
        message = f"{len(stray)} groups of weights belong to no layer: {names}"
        yield UnclaimedTensors(stray[0].path, message)


def _merged(places: list[Place]) -> Iterator[Finding]:
    for place in places:
        if any(tensor.role.startswith(ADAPTER) for tensor in place.tensors or ()):
            yield AdaptersMerged(place.path, "its adapters are saved as part of what they adapt")


# -- tensors without a layer ---------------------------------------------------------------------


def _unclaimed(weights: Group, model: str, taken: set[str]) -> Iterator[Layer]:
    """A layer for each group of tensors that no layer of the configuration owns."""
    for parts, group in _groups(weights, ()):
        own = group.own
        counts = all(not tensor.shape for _, tensor in own)
        if not own or (counts and parts and parts[-1].endswith(_TRACKERS)):
            continue
        path = printable(".".join(parts)) or model
        while path in taken:
            path += "#"
        taken.add(path)
        yield Layer(
            path=path,
            kind=Unknown(because="only its tensors are in the file"),
            tensors=tuple(
                Tensor(f"{path}.{printable(name)}", tensor.shape, tensor.dtype)
                for name, tensor in own
            ),
        )


def _groups(group: Group, parts: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Group]]:
    if group.claimed:
        return
    yield parts, group
    for name, inner in group.groups.items():
        of_training = not parts and name.lstrip("_").removeprefix("compile_") in _OF_TRAINING
        if name != OWN and not of_training:
            yield from _groups(inner, (*parts, name))
