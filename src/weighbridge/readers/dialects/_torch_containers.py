"""Containers of PyTorch: what they register, how they are called and looked into."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.layers import Untold
from weighbridge.readers._python.objects import elements as elements_of
from weighbridge.readers._python.values import Native, Raised

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Named, Value
    from weighbridge.readers.dialects._graph import Node, Symbol
    from weighbridge.readers.dialects._torch_modules import Module

    Forward = Callable[[Run, Module, Node], Value]

LISTED = ("Sequential", "ModuleList", "ParameterList")
KEYED = ("ModuleDict", "ParameterDict")


# -- what constructors register ------------------------------------------------------------------


def _nothing(run: Run, module: Module, values: list[Value], named: Named) -> None:
    pass


def _sequential(run: Run, module: Module, values: list[Value], named: Named) -> None:
    if len(values) == 1 and isinstance(values[0], dict):
        update(run, module, values[0])
        return
    for value in values:
        append(run, module, value)


def _list(run: Run, module: Module, values: list[Value], named: Named) -> None:
    extend(run, module, values[0] if values else next(iter(named.values()), []))


def _dict(run: Run, module: Module, values: list[Value], named: Named) -> None:
    update(run, module, values[0] if values else next(iter(named.values()), {}))


def _parallel(run: Run, module: Module, values: list[Value], named: Named) -> None:
    module.modules["module"] = values[0] if values else named.get("module")


FILLED: dict[str, Callable[[Run, Module, list[Value], Named], None]] = {
    "Module": _nothing, "Sequential": _sequential, "ModuleList": _list, "ModuleDict": _dict,
    "ParameterList": _list, "ParameterDict": _dict, "DataParallel": _parallel,
    "DistributedDataParallel": _parallel,
}  # fmt: skip


def put(run: Run, module: Module, name: str, value: Value) -> None:
    """Registers ``value`` under ``name``; what is no module is told of, and stands for one."""
    from weighbridge.readers.dialects._torch_modules import module_of
    from weighbridge.readers.dialects._torch_parameters import Parameter
    from weighbridge.readers.dialects._torch_unknown import mystery

    if isinstance(value, Untold):
        value = mystery(module.session, run, value)
    if isinstance(value, Parameter):
        module.own[name] = value
    elif value is None or module_of(value) is not None:
        module.modules[name] = value
    elif module.native_class not in ("ParameterList", "ParameterDict"):
        label = value.label if isinstance(value, Native) else repr(value)[:40]
        raise Impossible(
            f"{label} is not a module",
            hint="a module is an object such as nn.ReLU(), neither a class nor a function",
        )


def append(run: Run, module: Module, value: Value) -> None:
    """``append``: under the next number."""
    put(run, module, str(len(held_in(module))), value)


def extend(run: Run, module: Module, values: Value) -> None:
    """``extend``: one after the other; an unknown number of modules is one that is unknown."""
    listed = elements_of(run, values)
    if listed is None:
        why = values if isinstance(values, Untold) else Untold("modules that are not known")
        listed = [why]
    for value in listed:
        append(run, module, value)


def grown(run: Run, module: Module, operator: str, more: Value) -> Value | None:
    """``layers += [nn.ReLU()]``; ``None`` for what no container does."""
    if operator != "add" or module.native_class not in LISTED:
        return None
    extend(run, module, more)
    return module.handle


def update(run: Run, module: Module, values: Value) -> None:
    """``update`` of a dict, by another or by pairs."""
    if isinstance(values, dict):
        for name, value in values.items():
            put(run, module, str(name), value)
        return
    for pair in elements_of(run, values) or []:
        if isinstance(pair, tuple | list) and len(pair) == 2:  # noqa: PLR2004  # a name and a module
            put(run, module, str(pair[0]), pair[1])


def insert(run: Run, module: Module, place: Value, value: Value) -> None:
    """``insert``: the numbers after it go up."""
    held = list(held_in(module).values())
    held.insert(place if isinstance(place, int) else len(held), value)
    _renumber(module, held)


def _renumber(module: Module, held: list[Value]) -> None:
    table = held_in(module)
    table.clear()
    table.update({str(i): value for i, value in enumerate(held)})


def held_in(module: Module) -> dict[str, Value]:
    """What a container of modules or of parameters holds by name."""
    return module.own if module.native_class.startswith("Parameter") else module.modules  # type: ignore[return-value]  # parameters are values


# -- how they are looked into --------------------------------------------------------------------


def elements(module: Module) -> Iterator[Value] | None:
    """What a loop over it yields."""
    if module.native_class in LISTED:
        return iter(list(held_in(module).values()))
    return iter(list(held_in(module))) if module.native_class in KEYED else None


def item(run: Run, module: Module, key: Value) -> Value:
    """``module[key]``; a slice of a list of modules is such a list."""
    held = held_in(module)
    if isinstance(key, str) and key in held:
        return held[key]
    values = list(held.values())
    if isinstance(key, slice) and all(
        part is None or isinstance(part, int) for part in (key.start, key.stop, key.step)
    ):
        return _part(run, module, dict(list(held.items())[key]))
    if isinstance(key, int):
        if not -len(values) <= key < len(values):
            raise Raised("IndexError", f"index {key} is out of range")
        return values[key]
    return Untold(f"{module.native}[…]")


def _part(run: Run, module: Module, held: dict[str, Value]) -> Value:
    from weighbridge.readers.dialects._torch_modules import Module

    part = Module(module.session, run, module.native_class)
    if module.native_class != "Sequential":
        held = {str(i): value for i, value in enumerate(held.values())}
    part.modules.update(held)
    return part


def set_item(run: Run, module: Module, key: Value, value: Value) -> None:
    """``module[key] = value``."""
    held = held_in(module)
    if isinstance(key, int) and -len(held) <= key < len(held):
        key = list(held)[key]
    if isinstance(key, str):
        put(run, module, key, value)


# -- how they are called -------------------------------------------------------------------------


def _in_a_row(run: Run, module: Module, node: Node) -> Value:
    current = node.values[0] if node.values else next(iter(node.named.values()), None)
    for _, child in module.children():
        current = module.session.apply(run, child, [current], {})
    return current


def _through(run: Run, module: Module, node: Node) -> Value:
    for _, child in module.children():
        return module.session.apply(run, child, node.values, node.named)
    return Untold("a module in parallel")


CALLED: dict[str, Forward] = {
    "Sequential": _in_a_row, "DataParallel": _through, "DistributedDataParallel": _through,
}  # fmt: skip


def returned(native: str, outputs: list[Symbol]) -> Value:
    """What a call gives: one tensor, or several as modules of this class pack them."""
    if native in ("LSTM", "ConvLSTM") and len(outputs) > 2:  # noqa: PLR2004  # output and two states
        return (outputs[0], tuple(outputs[1:]))
    return outputs[0] if len(outputs) == 1 else tuple(outputs)
