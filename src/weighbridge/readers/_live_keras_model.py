"""From a live Keras object to a ``Model``."""

from __future__ import annotations

import sys

from weighbridge.model import Container, Model, Origin
from weighbridge.readers._keras_model import batch_of
from weighbridge.readers._live_keras_objects import built_for, quantisation
from weighbridge.readers._live_keras_plan import LivePlan
from weighbridge.readers._live_keras_runs import LiveRuns
from weighbridge.readers._live_keras_saved import Telling
from weighbridge.readers.live_keras import NotBuilt, Quantised

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.errors import Finding
    from weighbridge.model import Shape
    from weighbridge.readers._live_keras_objects import Foreign

_SHOWN = 3
"""Of the layers that a finding is about, how many its message names."""


def model_of(found: Foreign, given: tuple[Shape, ...]) -> Model:
    """The model or layer ``found`` as it is; ``given`` are shapes of what reaches it."""
    telling = Telling(found)
    plan = LivePlan(telling)
    runs = LiveRuns(plan, given)
    root = telling.root
    return Model(
        name=root.name,
        layers=tuple(plan.rows()),
        calls=runs.calls,
        outputs=runs.outputs,
        origin=Origin("live-keras", producer="keras", version=_version(found)),
        findings=tuple(_findings(plan)),
        containers=tuple(
            Container(place.path, place.layer.native, tuple(place.aliases), tuple(place.uses))
            for place in plan.places[1:]
            if place.layer.inside is not None
        ),
        native=root.native,
        batch=batch_of(root) or _batch(found),
    )


def _version(found: Foreign) -> str:
    """That of the package which the object's class comes from, in the end."""
    roots = (base.__module__.partition(".")[0] for base in type(found).__mro__)
    known = ("keras", "tf_keras", "tensorflow")
    package = next((root for root in roots if root in known), "")
    return str(getattr(sys.modules.get(package), "__version__", ""))


def _batch(found: Foreign) -> int | None:
    """The batch size of what an object that is no graph was built for, where it is fixed."""
    first = next(iter(built_for(found)), None)
    size = first[0] if isinstance(first, tuple | list) and first else None
    return size if type(size) is int else None


def _findings(plan: LivePlan) -> Iterator[Finding]:
    waiting, quantised = [], []
    for place in plan.listed:
        if place.tensors is None and place.owns:
            waiting.append(place.path)
        if place.tensors and (mode := quantisation(plan.object(place))):
            quantised.append(f"{place.path} ({mode})")
    if waiting:
        yield NotBuilt(waiting[0], f"{_counted(waiting, 'not built yet')}")
    if quantised:
        yield Quantised(quantised[0].partition(" ")[0], f"{_counted(quantised, 'quantised')}")


def _counted(paths: list[str], what: str) -> str:
    """``2 layers are not built yet: dense, dense_1``."""
    named = ", ".join(paths[:_SHOWN]) + ", …" * (len(paths) > _SHOWN)
    return f"{len(paths)} {'layer is' if len(paths) == 1 else 'layers are'} {what}: {named}"
