"""Which of the models of a followed file is meant, and what reaches it."""

from __future__ import annotations

from weighbridge.model import Input
from weighbridge.readers._python.follow import called, made
from weighbridge.readers._python.values import Class, Function, Instance, Raised, Value
from weighbridge.readers.dialects._findings import SeveralModels
from weighbridge.readers.dialects._graph import Symbol, runnable
from weighbridge.readers.dialects._keras_layer_class import is_layer_class
from weighbridge.readers.dialects._keras_layers import InputObject, LayerObject
from weighbridge.readers.dialects._keras_models import FunctionalModel, SequentialModel
from weighbridge.readers.dialects._keras_written import WrittenLayer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Shape
    from weighbridge.readers._python.run import Run
    from weighbridge.readers.dialects._keras_session import Session


def native(value: Value) -> LayerObject | None:
    """The layer or model a value of the file is."""
    found = value.native if isinstance(value, Instance) else value
    return found if isinstance(found, LayerObject) else None


def meant(
    session: Session, run: Run, named: Value | None, shapes: tuple[Shape, ...]
) -> LayerObject | None:
    """The model to weigh; ``None`` where this file builds none."""
    if named is not None:
        return native(named) or _graph_to(session, run, [named])
    variables: dict[int, list[str]] = {}
    for name, value in run.scope.names.items():
        if (found := native(value)) is not None:
            variables.setdefault(id(found), []).append(name)
    for name, value in run.scope.names.items():
        if (found := native(value)) is not None and name not in found.aliases:
            found.aliases.append(name)
    return (
        _built(session, run, variables)
        or _returned(session, run, shapes)
        or _defined(run)
        or _graph_to(session, run, list(run.scope.names.values()))
        or _lone_layer(run)
    )


def _built(session: Session, run: Run, variables: dict[int, list[str]]) -> LayerObject | None:
    """The model that is part of no other; of several the one called ``model``, else the last."""
    parts = {id(model): _parts(model) for model in session.models}
    free = [
        m
        for m in session.models
        if (m.children() or m.nodes) and not _within(m, parts, session.published)
    ]
    if not free:
        return None
    at_top = [model for model in free if id(model) in variables] or free
    chosen = next((m for m in at_top if "model" in variables.get(id(m), ())), at_top[-1])
    called = {id(model): variables.get(id(model), [model.name])[0] for model in at_top}
    others = [called[id(model)] for model in at_top if model is not chosen]
    if others:
        message = f"{called[id(chosen)]} is weighed; the file also builds {', '.join(others)}"
        run.findings.append(SeveralModels("", message))
    return chosen


def _parts(model: LayerObject) -> set[int]:
    """All that a model is made of, its inputs aside."""
    called = {id(n.layer) for node in model.nodes for n in node.inner or () if n.layer is not None}
    held = {id(part) for part in model.family() if not isinstance(part, InputObject)}
    return (called | held) - {id(model)}


def _within(model: LayerObject, parts: dict[int, set[int]], published: set[int]) -> bool:
    """Whether a model is part of another, or all it is made of is and there is more.

    A published network gives way to what the file makes of any part of it.
    """
    own = parts[id(model)]
    others = {key: made for key, made in parts.items() if key != id(model)}
    if id(model) in published and any(own & others[key] for key in {*others} - own):
        return True
    others = {key: made for key, made in others.items() if key not in published}
    return any(id(model) in made or (own and own < made) for made in others.values())


def _returned(session: Session, run: Run, shapes: tuple[Shape, ...]) -> LayerObject | None:
    """A model returned by a function that the file defines and never calls."""
    shape = shapes[0] if len(shapes) == 1 else None
    for value in reversed(list(run.scope.names.values())):
        if not isinstance(value, Function):
            continue
        noted = len(run.findings)
        result = called(run, value, shape)
        parts = result if isinstance(result, tuple) else (result,)
        found = next((model for part in parts if (model := native(part)) in session.models), None)
        if found is not None:
            return found
        del run.findings[noted:]
    return None


def _defined(run: Run) -> LayerObject | None:
    """An object of the last class that is a model, or else a layer."""
    classes = [v for v in run.scope.names.values() if isinstance(v, Class) and is_layer_class(v)]
    models = [cls for cls in classes if getattr(cls.foreign, "native", "") != "Layer"]
    for cls in reversed(models or classes):
        found = native(made(run, cls))
        if found is not None:
            return found
    return None


def _graph_to(session: Session, run: Run, values: list[Value]) -> LayerObject | None:
    """The graph behind the last symbolic tensor, where no model was made of it."""
    ends = [v for v in values if isinstance(v, Symbol) and v.node is not None and v.node.reads]
    if not ends:
        return None
    nodes = runnable([], [ends[-1]])
    starts = [n.outputs[0] for n in nodes if isinstance(n.layer, InputObject)]
    graph = FunctionalModel(session, run, starts, ends[-1], {})
    return graph if graph.children() else None


def _lone_layer(run: Run) -> LayerObject | None:
    layers = [found for v in run.scope.names.values() if (found := native(v)) is not None]
    return layers[-1] if layers else None


# -- what reaches it -----------------------------------------------------------------------------


def supply(session: Session, run: Run, root: LayerObject, shapes: tuple[Shape, ...]) -> None:
    """Calls or shapes ``root`` so that its layers know what they read."""
    match root.core:
        case SequentialModel() as row if row.start is None:
            row.begin(run, shapes[0] if shapes else None)
        case SequentialModel() as row:
            _reshape(run, [row.start] if row.start else [], shapes)
        case FunctionalModel() as graph:
            _reshape(run, graph.starts, shapes)
        case _ if not root.nodes or shapes:
            _call(session, run, root, shapes)


def _reshape(run: Run, starts: list[Symbol], shapes: tuple[Shape, ...]) -> None:
    for start, shape in zip(starts, shapes, strict=False):
        start.shape = shape
        if start.node is not None:
            start.node.kind = Input(shape=shape)
            if start.node.layer is not None:
                start.node.layer.kind = start.node.kind


def _call(session: Session, run: Run, root: LayerObject, shapes: tuple[Shape, ...]) -> None:
    """Calls a layer or subclassed model on inputs of ``shapes``, or of unknown shape."""
    names = _parameters(root)
    count = max(len(shapes), 1 if len(shapes) else len(names), 1)
    given = [shapes[i] if i < len(shapes) else None for i in range(count)]
    starts = [Symbol(session, shape, start=True) for shape in given]
    values: list[Value] = list(starts)
    if len(starts) > 1 and len(names) < len(starts):
        values = [starts]
    values += [None] * (len(names) - len(values))
    try:
        session.apply_all(run, root, values)
    except Raised as raised:
        run.note(f"{root.name} cannot be called: {raised}", raised.node or run.here, root.name)


def _parameters(root: LayerObject) -> list[str]:
    """The arguments that the layer's own ``call`` needs."""
    own = root.instance.cls.find("call") if isinstance(root, WrittenLayer) else None
    if not isinstance(own, Function):
        return ["inputs"]
    names = [arg.arg for arg in own.node.args.args[1:]]
    return [
        n for n in names[: len(names) - len(own.defaults)] if n not in ("training", "mask")
    ] or names[:1]
