"""What every PyTorch module answers in followed code: its parts, parameters and settings."""

from __future__ import annotations

from weighbridge import layers
from weighbridge.layers import Untold
from weighbridge.readers._python import calls
from weighbridge.readers._python.values import Builtin
from weighbridge.readers.dialects import _torch_containers as containers
from weighbridge.readers.dialects._graph import Symbol
from weighbridge.readers.dialects._torch_modules import Module, module_of
from weighbridge.readers.dialects._torch_names import laid
from weighbridge.readers.dialects._torch_parameters import Parameter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Value

_SAME = (
    "to", "cuda", "cpu", "float", "half", "double", "bfloat16", "eval", "train", "type",
    "to_empty", "share_memory", "compile", "xpu",
)  # fmt: skip
"""Methods that give back the module."""
_NOTHING = (
    "load_state_dict", "zero_grad", "register_forward_hook", "register_forward_pre_hook",
    "register_full_backward_hook", "reset_parameters", "_initialize_weights", "flatten_parameters",
    "__post_init__", "post_init", "save_hyperparameters", "log", "log_dict",
)  # fmt: skip
_RECURRENT = ("RNN", "LSTM", "GRU")
_AXES = ("kernel_size", "stride", "padding", "dilation")


def attribute_of(run: Run, module: Module, name: str) -> Value:
    """``module.name``."""
    for table in (module.modules, module.own, module.buffers):
        if name in table:
            module.is_read |= module.session.followed and table is not module.modules
            return table[name]
    if name in _METHODS:
        method = _METHODS[name]
        return Builtin(name, lambda run, *values, **named: method(run, module, *values, **named))
    if name in _SAME:
        return Builtin(name, lambda run, *_, **__: module.handle)
    if name in _NOTHING:
        return Builtin(name, lambda run, *_, **__: None)
    if module.native_class in (*containers.LISTED, *containers.KEYED):
        found = _of_container(module, name)
        if found is not None:
            return found
    return _property(run, module, name)


def _property(run: Run, module: Module, name: str) -> Value:
    match name:
        case "training":
            return False
        case "__bool__":
            return True
        case "_modules":
            return module.modules
        case "_parameters":
            return module.own
        case "_buffers":
            return module.buffers
        case "__class__":
            from weighbridge.readers.dialects._torch_class import ModuleClass

            return ModuleClass(module.session, module.native)
    for called, tensor in module.named_tensors():
        if called == name:
            module.is_read |= module.session.followed
            if tensor.buffer:
                return Symbol(module.session, laid(module.native_class, tensor), stored=True)
            return module.parameter(name, tensor)
    return _setting(module, name)


def _setting(module: Module, name: str) -> Value:
    """``conv.out_channels``, ``linear.in_features``: what the constructor was given."""
    if name not in module.settings:
        if name in ("weight", "bias") and layers.spelling("torch", module.native_class) is None:
            return module.parameter(name)
        without = name == "bias" and module.settings.get("bias") is False
        return None if without else Untold(f"{module.native}.{name}")
    value = module.settings[name]
    if name == "bias" and value is False and not module.native_class.startswith(_RECURRENT):
        return None
    rank = module.native[-2:-1]
    if name in _AXES and module.native.endswith("d") and rank.isdigit() and isinstance(value, int):
        return (value,) * int(rank) if "Conv" in module.native else value
    return value


def _of_container(module: Module, name: str) -> Value | None:
    held: dict[str, Value] = containers.held_in(module)
    grows: dict[str, Callable[..., None]] = {
        "append": containers.append, "extend": containers.extend, "insert": containers.insert,
        "update": containers.update,
    }  # fmt: skip
    reads: dict[str, Callable[[], Value]] = {
        "keys": lambda: list(held), "values": lambda: list(held.values()),
        "items": lambda: list(held.items()), "__len__": lambda: len(held),
        "pop": lambda: held.pop(next(reversed(held), "")),
    }  # fmt: skip
    if name in grows:
        grow = grows[name]

        def method(run: Run, *values: Value) -> Value:
            grow(run, module, *values)
            return module.handle

        return Builtin(name, method)
    if name == "__bool__":
        return bool(held)
    if name == "__setitem__":
        return Builtin(name, lambda run, key, value: containers.set_item(run, module, key, value))
    if name in reads:
        return Builtin(name, lambda run, *_: reads[name]())
    if name == "get":
        return Builtin(name, lambda run, key, default=None: held.get(str(key), default))
    return None


# -- methods -------------------------------------------------------------------------------------


def _add(run: Run, module: Module, name: Value, value: Value = None) -> Value:
    if isinstance(name, str):
        containers.put(run, module, name, value)
        if value is None:
            module.modules[name] = None
    return None


def _add_buffer(
    run: Run, module: Module, name: Value, tensor: Value = None, *_: Value, **__: Value
) -> Value:
    if isinstance(name, str):
        unknown = Symbol(module.session, None, stored=True)
        module.buffers[name] = unknown if isinstance(tensor, Untold) else tensor
    return None


def _add_parameter(run: Run, module: Module, name: Value, param: Value = None) -> Value:
    if isinstance(name, str):
        module.own[name] = param if isinstance(param, Parameter) else None
    return None


def _parameters(run: Run, module: Module, recurse: Value = True) -> Value:
    return [parameter for _, parameter in _all(module, recurse is not False)]


def _named_parameters(run: Run, module: Module, prefix: Value = "", recurse: Value = True) -> Value:
    return [(name, parameter) for name, parameter in _all(module, recurse is not False)]


def _all(module: Module, recurse: bool) -> Iterator[tuple[str, Parameter]]:
    seen: set[int] = set()
    for path, part in module.family() if recurse else [("", module)]:
        for name, parameter in part.parameters():
            if id(parameter) not in seen:
                seen.add(id(parameter))
                yield f"{path}.{name}" if path else name, parameter


def _modules(run: Run, module: Module) -> Value:
    return [part.handle for _, part in module.family()]


def _named_modules(run: Run, module: Module, *_: Value, **__: Value) -> Value:
    return [(path, part.handle) for path, part in module.family()]


def _children(run: Run, module: Module) -> Value:
    return [part.handle for _, part in module.children()]


def _named_children(run: Run, module: Module) -> Value:
    return [(name, part.handle) for name, part in module.children()]


def _require(run: Run, module: Module, requires_grad: Value = True) -> Value:
    if isinstance(requires_grad, bool):
        module.freeze(requires_grad)
    return module.handle


def _call(run: Run, module: Module, *values: Value, **named: Value) -> Value:
    return calls.call(run, module, list(values), named, run.here)


def _part_at(run: Run, module: Module, path: Value) -> Value:
    found: Value = module.handle
    for name in str(path).split(".") if path else ():
        inner = module_of(found)
        found = Untold(f"{path}") if inner is None else inner.modules.get(name, Untold(f"{path}"))
    return found


def _apply(run: Run, module: Module, fn: Value) -> Value:
    from weighbridge.readers.dialects._torch_parametrisations import applied

    return applied(run, module, fn)


_METHODS: dict[str, Callable[..., Value]] = {
    "__init__": lambda run, module, *_, **__: None, "forward": _call, "__call__": _call,
    "add_module": _add, "register_module": _add, "register_buffer": _add_buffer,
    "register_parameter": _add_parameter, "parameters": _parameters,
    "named_parameters": _named_parameters, "modules": _modules, "named_modules": _named_modules,
    "children": _children, "named_children": _named_children, "requires_grad_": _require,
    "get_submodule": _part_at, "apply": _apply,
}  # fmt: skip
