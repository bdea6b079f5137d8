"""Which of the modules of a followed PyTorch file is meant, and what reaches it."""

from __future__ import annotations

from weighbridge.layers import batch_axis, turned
from weighbridge.model import Unknown
from weighbridge.readers._python.follow import called, made
from weighbridge.readers._python.values import Class, Function, Raised, Value
from weighbridge.readers.dialects._findings import SeveralModels
from weighbridge.readers.dialects._graph import Symbol
from weighbridge.readers.dialects._torch_class import is_module_class
from weighbridge.readers.dialects._torch_entry import entered
from weighbridge.readers.dialects._torch_modules import Module, module_of
from weighbridge.readers.dialects._torch_written import WrittenModule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Shape
    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Named
    from weighbridge.readers.dialects._torch_session import Session


def meant(session: Session, run: Run, named: Value | None) -> Module | None:
    """The model to weigh; ``None`` where this file builds none."""
    if named is not None:
        return _module_in(session, named)
    variables: dict[int, list[str]] = {}
    for name, value in run.scope.names.items():
        if (found := _module(session, value)) is not None:
            variables.setdefault(id(found), []).append(name)
    root = _built(session, run, variables) or _returned(session, run) or _defined(run)
    if root is None:
        root = _returned(session, run, bare=False) or next(iter(reversed(session.modules)), None)
    if root is not None:
        root.aliases += [name for name in variables.get(id(root), ()) if name not in root.aliases]
    return root


def _module(session: Session, value: Value) -> Module | None:
    """The module that a value is, or that stands for it."""
    if id(value) in session.standing:
        return session.standing[id(value)][1]
    return module_of(value)


def _module_in(session: Session, value: Value) -> Module | None:
    parts = value if isinstance(value, tuple | list) else (value,)
    return next((found for part in parts if (found := _module(session, part)) is not None), None)


def _built(session: Session, run: Run, variables: dict[int, list[str]]) -> Module | None:
    """The module that is part of no other; of several the one called ``model``, else the last."""
    free = [module for module in _free(session, variables) if _weighs(module)]
    if not free:
        return None
    at_top = [module for module in free if id(module) in variables]
    if not at_top:
        return free[-1] if any(m.nodes for m in free) or len(free) == 1 else _largest(free)
    chosen = next((m for m in at_top if "model" in variables[id(m)]), at_top[-1])
    others = [variables[id(m)][0] for m in at_top if m is not chosen]
    if others:
        name = variables[id(chosen)][0]
        message = f"{name} is weighed; the file also builds {', '.join(others)}"
        run.findings.append(SeveralModels("", message))
    return chosen


def _free(session: Session, variables: dict[int, list[str]]) -> list[Module]:
    """Modules that are part of no other; of ``vgg16().features`` the part that got a name."""
    parents: dict[int, list[Module]] = {}
    for module in session.modules:
        for _, child in module.children():
            parents.setdefault(id(child), []).append(module)
    places = {id(module): place for place, module in enumerate(session.modules)}
    taken: dict[int, list[Module]] = {}
    for module in session.modules:
        names = variables.get(id(module))
        if names and id(module) in parents:
            whole = _around(module, parents)
            later = all(places[id(m)] < places[id(module)] for m in whole)
            if (later or "model" in names) and not any(id(m) in variables for m in whole):
                taken[id(module)] = whole
    left = {id(module) for whole in taken.values() for module in whole}
    return [
        module
        for module in session.modules
        if id(module) in taken or (id(module) not in parents and id(module) not in left)
    ]


def _around(module: Module, parents: dict[int, list[Module]]) -> list[Module]:
    """All that a module is part of, near and far."""
    found: dict[int, Module] = {}
    waiting = list(parents.get(id(module), ()))
    while waiting:
        whole = waiting.pop()
        if id(whole) not in found:
            found[id(whole)] = whole
            waiting += parents.get(id(whole), ())
    return list(found.values())


def _largest(modules: list[Module]) -> Module:
    return max(modules, key=lambda module: sum(1 for _ in module.family()))


def _weighs(module: Module) -> bool:
    """Whether it is a model rather than a loss or an activation."""
    for _, part in module.family():
        if isinstance(part.kind, Unknown):
            if not part.native.endswith("Loss"):
                return True
        elif part.kind.tensors() or part.declared():
            return True
    return bool(module.children()) or isinstance(module, WrittenModule) or bool(module.nodes)


def _returned(session: Session, run: Run, bare: bool = True) -> Module | None:
    """A module returned by a function of the file that nobody calls."""
    for value in reversed(list(run.scope.names.values())):
        if not isinstance(value, Function) or (_needs(value, 0) and bare):
            continue
        noted = len(run.findings)
        found = _module_in(session, called(run, value, None))
        if found is not None:
            return found
        del run.findings[noted:]
    return None


def _needs(function: Function, skipped: int) -> bool:
    """Whether it has arguments without a default."""
    arguments = function.node.args
    count = len(arguments.posonlyargs) + len(arguments.args) - skipped - len(function.defaults)
    return count > 0 or None in arguments.kw_defaults


def _defined(run: Run) -> Module | None:
    """An object of the last class that is a module, of those first that need no arguments."""
    classes = [v for v in run.scope.names.values() if isinstance(v, Class) and is_module_class(v)]
    ready = [cls for cls in classes if not _class_needs(cls)]
    for cls in [*reversed(ready), *reversed(classes)]:
        found = module_of(made(run, cls))
        if found is not None:
            return found
    return None


def _class_needs(cls: Class) -> bool:
    start = cls.find("__init__")
    return isinstance(start, Function) and _needs(start, 1)


# -- what reaches it -----------------------------------------------------------------------------


def supply(session: Session, run: Run, root: Module, shapes: tuple[Shape, ...]) -> None:
    """Calls ``root`` on what is given from outside, else on what the file says that it reads."""
    if shapes:
        _call(session, run, root, shapes)
        return
    if root.nodes:
        return
    told = [found for module, found in session.told if _same(module, root)]
    if told:
        _call(session, run, root, told[-1])
        return
    noted = len(run.findings)
    _call(session, run, root, ())
    if len(run.findings) > noted:
        # Without a shape, what depends on one cannot be followed: nothing wrong with the file.
        del run.findings[noted:]
        for _, part in root.family():
            part.nodes.clear()


def _same(module: Module, root: Module) -> bool:
    return module is root or any(part is root for _, part in module.children())


def _call(session: Session, run: Run, root: Module, shapes: tuple[Shape | None, ...]) -> None:
    """Calls ``root`` on samples of ``shapes``; what more it needs is unknown."""
    needed = _parameters(root)
    given = [*shapes, *(None,) * (len(needed) - len(shapes))]

    def starts(axis: int) -> tuple[list[Value], Named]:
        found = (s if batch_axis(s) else turned(s, min(axis, len(s or ()))) for s in given)
        return [Symbol(session, shape, start=True) for shape in found], {}

    try:
        entered(session, run, root, starts)
    except Raised as raised:
        run.note(f"{root.name} cannot be called: {raised}", raised.node or run.here, root.name)
        root.nodes.clear()


def _parameters(root: Module) -> list[str]:
    """The arguments that ``forward`` needs."""
    own = root.instance.cls.find("forward") if isinstance(root, WrittenModule) else None
    if not isinstance(own, Function):
        return ["input"]
    names = [arg.arg for arg in own.node.args.args[1:]]
    return names[: len(names) - len(own.defaults)] or names[:1]
