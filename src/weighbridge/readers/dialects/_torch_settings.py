"""What a module of PyTorch was made with: the arguments of its constructor by name."""

from __future__ import annotations

from weighbridge import layers
from weighbridge._record import replace
from weighbridge.errors import Impossible
from weighbridge.layers import Turned
from weighbridge.readers._python.values import Native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Named, Value
    from weighbridge.readers.dialects._torch_modules import Module


def settings_of(native: str, values: list[Value], named: Named) -> Named:
    """The arguments of a constructor by name, defaults among them."""
    build = layers.spelling("torch", native)
    if build is None:
        return dict(named)
    code, defaults = build.__code__, build.__defaults__ or ()
    names = code.co_varnames[: code.co_argcount]
    fallen = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))
    try:
        return fallen | layers.bound(build, native, values, named)
    except Impossible:
        return fallen | dict(zip(names, values, strict=False)) | named


def kinds_in(value: Value) -> Value:
    """An argument of a constructor with each module in it as its kind."""
    from weighbridge.readers.dialects._torch_modules import module_of

    module = module_of(value)
    if module is not None:
        return module.final_kind()
    if isinstance(value, tuple | list) and not isinstance(value, Native | Turned):
        return type(value)(kinds_in(item) for item in value)
    return value


def leave_out(run: Run, module: Module, name: str) -> None:
    """``module.bias = None``: a kind that can be without the tensor says so by its role."""
    role = next((tensor.role for own, tensor in module.named_tensors() if own == name), "")
    if role and getattr(module.kind, role, None) is True:
        module.kind = replace(module.kind, **{role: False})
    elif role:
        run.note(f"{module.native} without its {name} is not followed", run.here)
    module.own.pop(name, None)
