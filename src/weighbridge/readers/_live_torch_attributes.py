"""The attributes of live PyTorch modules that tell what their constructor was given."""

from __future__ import annotations

from weighbridge.layers import Fixed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._live_torch_settings import Registered, TorchModule

    Ask = Callable[[TorchModule, str], object]
    """What tells a setting of a module by its name."""

ABSENT = object()
"""What a setting is that no attribute tells."""
_PACKED = ("_packed_params", "_all_weight_values", "_packed_weight_ih")


def registered(module: TorchModule) -> tuple[Registered, Registered, Registered]:
    """The parameters, the buffers and the modules registered in ``module`` itself."""
    held = module.__dict__
    try:
        found = held["_parameters"], held["_buffers"], held["_modules"]
    except KeyError:
        found = module._parameters, module._buffers, module._modules
    if "_c" in held or type(found[0]) is not dict:
        return tuple(dict(table.items()) for table in found)  # type: ignore[return-value]  # three
    return found


_WRAPPERS = {
    "OptimizedModule": "_orig_mod", "DataParallel": "module", "DistributedDataParallel": "module",
}  # fmt: skip


def unwrapped(module: TorchModule) -> TorchModule:
    """What ``torch.compile``, ``DataParallel`` and the like were put around."""
    inner = _WRAPPERS.get(type(module).__name__)
    while inner is not None and inner in registered(module)[2]:
        module = registered(module)[2][inner]
        inner = _WRAPPERS.get(type(module).__name__)
    return module


def setting(module: TorchModule, name: str) -> object:
    """What the constructor was given as ``name``, as far as an attribute tells."""
    value = module.__dict__.get(name, ABSENT)
    if value is ABSENT:
        return told_by_tensor(module, name)
    return name == "bias" if hasattr(type(value), "__torch_function__") else value


def told_by_tensor(module: TorchModule, name: str) -> object:
    parameters, buffers, modules = registered(module)
    for tensors in (parameters, buffers):
        form = next((f for f in (name, f"{name}_orig", f"{name}_g") if f in tensors), None)
        if form is not None and name == "bias":
            return tensors[form] is not None
        if form is not None:
            return None if tensors[form] is None else Fixed(tuple(tensors[form].shape))
    others = modules.get("parametrizations")
    if others is not None and name in others._modules:
        return True
    if name == "bias" and is_packed(module):
        return _holder(module)._packed_params.bias() is not None
    if "_c" in module.__dict__:
        return getattr(module, name, ABSENT)
    found = getattr(type(module), name, ABSENT)
    return ABSENT if callable(found) or isinstance(found, property) else found


# -- quantised -----------------------------------------------------------------------------------


def is_packed(module: TorchModule) -> bool:
    """Whether ``module`` is quantised and holds its weights packed."""
    held, inside = module.__dict__, registered(module)[2]
    return any(name in held or name in inside for name in _PACKED)


def _holder(module: TorchModule) -> TorchModule:
    return registered(module)[2].get("_packed_params", module)


def packed_dtype(module: TorchModule) -> str:
    found = getattr(_holder(module), "dtype", None) or getattr(module, "weight_dtype", None)
    return str(found or "qint8").removeprefix("torch.")


# -- classes whose attributes are not called as their settings -----------------------------------


def _holds(tensor: str) -> Ask:
    return lambda module, name: registered(module)[0].get(tensor) is not None


ASKED: dict[tuple[str, str], Ask] = {
    ("MultiheadAttention", "bias"): _holds("in_proj_bias"),
    ("MultiheadAttention", "add_bias_kv"): _holds("bias_k"),
    # The attribute ends with the number of classes, which is a setting of its own.
    ("AdaptiveLogSoftmaxWithLoss", "cutoffs"): lambda module, name: module.cutoffs[:-1],
}
